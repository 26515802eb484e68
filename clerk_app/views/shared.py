"""What every role shares: levels, the top line, pictures, pairs, papers; and the camera."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

Level = Literal["good", "warn", "bad", "plain"]
"""How a state is meant; a screen shows it as symbol, word and colour, never as colour alone."""


@dataclass(frozen=True)
class ListAge:
    """How fresh a list kept here is, for instance the trust list."""

    name: str
    age: str
    level: Level


@dataclass(frozen=True)
class Status:
    """The top line: who sits where, connected or not, what waits to be sent."""

    office: str
    place: str  # the window, the organ or the machine
    person: str  # staff name, empty for the kiosk
    connection: str  # in words, with its time
    connection_level: Level
    unsent: int
    lists: tuple[ListAge, ...]
    waiting: int  # tickets in the hall, or tasks in the queue
    now: datetime
    rejected: int = 0  # pieces of work that the center refused or objects to, until somebody settles them


@dataclass(frozen=True)
class Picture:
    """RGB pixels, row by row, three bytes each."""

    width: int
    height: int
    rgb: bytes


@dataclass(frozen=True)
class LabelledValue:
    """A label and its value."""

    label: str
    value: str


@dataclass(frozen=True)
class Option:
    """One row of a pick list."""

    id: str
    name: str
    hint: str = ""


@dataclass(frozen=True)
class Paper:
    """Something printed: its text as it stands on paper, and whether it came out."""

    id: str
    title: str
    lines: tuple[str, ...]
    printed: bool
    error: str = ""
    pending_reason: str = ""  # why it is not printed, when no printer has failed: nobody has printed it yet
    barcode: str = ""  # its Code 128 as modules, 1 is black; empty if it has none


@dataclass(frozen=True)
class DetectedCode:
    """A code found in the picture; corners are fractions of width and height."""

    text: str
    symbology: str
    corners: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class CameraView:
    """What the camera sees now. `codes` holds more than one when two different codes are in view: ask, never pick."""

    picture: Picture | None
    codes: tuple[DetectedCode, ...]
    guidance: str  # in words, empty when there is nothing to say
    error: str  # a sentence, empty when the camera works
    outlines: tuple[tuple[tuple[float, float], ...], ...] = ()  # every code in view, read or not, as fractions


class CameraService(Protocol):
    """The camera, which lives in a process of its own. `on_view` is called from another thread."""

    def start(self, want: Literal["citizen", "receipt"], on_view: Callable[[CameraView], None]) -> None: ...
    def stop(self) -> None: ...
    def list_sources(self) -> tuple[Option, ...]: ...
    def select_source(self, source: str) -> None: ...
