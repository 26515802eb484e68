"""Types that all roles share: levels, status line, pictures, printed documents, and the contract of the camera."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol

Level = Literal["good", "warn", "bad", "plain"]
"""Severity of a state. A screen shows it as symbol, word and colour, never as colour alone."""


@dataclass(frozen=True)
class ListAge:
    """Age of a list that is kept on this machine, for example the trust list."""

    name: str
    age: str
    level: Level


@dataclass(frozen=True)
class Status:
    """The top line: place, person, connection, unsent entries."""

    office: str
    place: str  # window, organ or machine
    person: str  # staff name, empty for the kiosk
    connection: str  # state of the connection and its start time, in words
    connection_level: Level
    unsent: int
    lists: tuple[ListAge, ...]
    waiting: int | None  # tickets in the hall, or tasks in the queue; None for a role for which nobody waits
    now: datetime
    papers: int = 0  # number of documents that were not printed yet
    rejected: int = 0  # number of rejected entries and objections that are not settled
    connection_forms: tuple[str, ...] = ()  # shorter forms of `connection` for a narrow screen, longest first
    rejected_at: int = 0  # when this machine received the newest rejection that is not settled, microseconds UTC
    rejection: str = ""  # what the center rejected then, and why
    clock_wrong: bool = False  # the time of this machine is not plausible and was not set yet


@dataclass(frozen=True)
class Picture:
    """RGB pixels, row by row, three bytes per pixel."""

    width: int
    height: int
    rgb: bytes


@dataclass(frozen=True)
class LabelledValue:
    """A label and its value."""

    label: str
    value: str


@dataclass(frozen=True)
class GivenReasons:
    """Reasons that a person gave for an act: `text` in own words, one a line, and ids of stock reasons."""

    text: str = ""
    codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Option:
    """A row of a pick list. `key` is a number that is always the same for this row, to be typed; it may be empty."""

    id: str
    name: str
    hint: str = ""
    key: str = ""


@dataclass(frozen=True)
class Paper:
    """A document: its lines as laid out on paper, and whether it was given to the printer.

    `delivery` states what is known about the printing; empty if the printer confirmed it.
    """

    id: str
    title: str
    lines: tuple[str, ...]
    printed: bool
    error: str = ""
    delivery: str = ""
    pending_reason: str = ""  # why the document is not printed yet; empty after a printer error
    names_in_full: bool = False  # the paper has names in full that are masked in `lines`
    print: str = ""  # id of the print that was just made; empty without one
    is_unknown: bool = False  # whether this print came out is unknown: the clerk answers it


@dataclass(frozen=True)
class PrintRow:
    """One print of a paper. `name` is what it is: first print, reprint n, of which version."""

    id: str
    name: str
    at: datetime
    person: str
    window: str
    printer: str
    outcome: str  # how it ended, in words
    level: Level
    language: str  # of the paper, in words
    template: str  # version of the template; empty if not known
    answered_by: str = ""  # who answered whether it came out, and when; empty if nobody was asked


@dataclass(frozen=True)
class CasePaper:
    """A document of a case that can be printed again. `key` is its number in the list of the case, oldest first."""

    id: str
    key: str
    title: str
    case_number: str
    made_at: datetime
    state: str  # whether it was printed, in words
    prints: tuple[PrintRow, ...] = ()  # newest first
    open_print: str = ""  # id of the print with an unknown outcome
    can_renew: bool = False  # it was printed, and can be printed with what holds now as a new version
    has_changed: bool = False  # what holds now differs from what was printed
    languages: tuple[Option, ...] = ()  # in which it can be printed besides those of the screens
    is_kept: bool = False  # it is a signed sheet of the file, which nobody prints again


@dataclass(frozen=True)
class CaseLetter:
    """A letter of a case that can be printed whenever it is wanted, such as the decision of one organ."""

    id: str
    title: str  # with the matter, if it is about one
    day: date  # on which it came to exist
    is_decision: bool  # of an organ on a matter
    is_printed: bool = False
    is_asked: bool = False  # it is not known whether its last print came out
    is_message: bool = False  # to the citizen


@dataclass(frozen=True)
class PrintQuestion:
    """A print with an unknown outcome, with what a clerk needs to find the paper."""

    id: str
    paper: str
    title: str
    case_number: str
    applicant: str  # masked
    at: datetime
    printer: str
    is_of_visit: bool = False  # its case was accepted in the visit that is under way at this window


@dataclass(frozen=True)
class PendingPaper:
    """A document that was not printed yet, with what a clerk needs to recognise it."""

    id: str
    title: str
    case_number: str
    applicant: str  # masked
    subject: str  # the matters for which papers are requested, or the one thing of the case
    reason: str  # why it is not printed
    is_of_visit: bool = False  # its case was accepted in the visit that is under way at this window


@dataclass(frozen=True)
class DetectedCode:
    """A code found in a camera picture. Corners are fractions of the width and height of the picture."""

    text: str
    symbology: str
    corners: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class CameraView:
    """A camera picture and the codes found in it. If it shows two different codes, the person has to choose one."""

    picture: Picture | None
    codes: tuple[DetectedCode, ...]
    guidance: str  # how to hold the code; may be empty
    error: str  # why the camera fails; empty while it works
    # all codes in the picture, including those that were not read; fractions as in `DetectedCode.corners`
    outlines: tuple[tuple[tuple[float, float], ...], ...] = ()
    faces: int = 0  # near the camera, where a face is wanted; the picture is then a crop of the nearest


CameraWant = Literal["citizen", "receipt", "face"]
"""What a camera looks for: QR codes only, QR codes and Code 128, or the face of a person."""


class CameraService(Protocol):
    """Contract of the camera, which runs in its own process.

    `size` is the width and height of the picture in pixels; a face is cropped to it. `on_view` is called from another
    thread. Sources are chosen for codes and for faces apart.
    """

    def start(
        self, want: CameraWant, on_view: Callable[[CameraView], None], size: tuple[int, int] = (64, 48)
    ) -> None: ...
    def stop(self) -> None: ...
    def list_sources(self, want: CameraWant = "citizen") -> tuple[Option, ...]: ...
    def select_source(self, source: str, want: CameraWant = "citizen") -> None: ...


@dataclass(frozen=True)
class OpenCodeRequest:
    """A request at a kiosk for a signed code on paper: its short number, since when it waits, and at which kiosk."""

    id: str
    number: str
    time: str
    kiosk: str


@dataclass(frozen=True)
class KioskCall:
    """A call from a kiosk that nobody has answered; the sentence names the kiosk and since when help is wanted."""

    id: str
    sentence: str
