"""Types that all roles share: levels, status line, pictures, papers, and the contract of the camera."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

Level = Literal["good", "warn", "bad", "plain"]
"""Severity of a state. A screen shows it as symbol, word and colour, never as colour alone."""


@dataclass(frozen=True)
class ListAge:
    """Age of a locally kept list, for instance the trust list."""

    name: str
    age: str
    level: Level


@dataclass(frozen=True)
class Status:
    """The top line: place, person, connection, unsent entries."""

    office: str
    place: str  # window, organ or machine
    person: str  # staff name, empty for the kiosk
    connection: str  # in words, with its time
    connection_level: Level
    unsent: int
    lists: tuple[ListAge, ...]
    waiting: int  # tickets in the hall, or tasks in the queue
    now: datetime
    rejected: int = 0  # rejected work and objections that are not settled


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
class Option:
    """A row of a pick list."""

    id: str
    name: str
    hint: str = ""


@dataclass(frozen=True)
class Paper:
    """A printed document: its lines as laid out on paper, and whether it was printed."""

    id: str
    title: str
    lines: tuple[str, ...]
    printed: bool
    error: str = ""
    pending_reason: str = ""  # why it is not printed, if no printer failed
    barcode: str = ""  # Code 128 as modules, 1 is black; empty without a barcode


@dataclass(frozen=True)
class DetectedCode:
    """A code found in the picture; corners are fractions of its width and height."""

    text: str
    symbology: str
    corners: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class CameraView:
    """A picture of the camera with the codes in it. With two different codes the person has to choose."""

    picture: Picture | None
    codes: tuple[DetectedCode, ...]
    guidance: str  # hint how to hold the code; may be empty
    error: str  # a sentence; empty while the camera works
    outlines: tuple[tuple[tuple[float, float], ...], ...] = ()  # all codes in view, read or not, as fractions


class CameraService(Protocol):
    """Contract of the camera, which runs in its own process. `on_view` is called from another thread."""

    def start(self, want: Literal["citizen", "receipt"], on_view: Callable[[CameraView], None]) -> None: ...
    def stop(self) -> None: ...
    def list_sources(self) -> tuple[Option, ...]: ...
    def select_source(self, source: str) -> None: ...
