"""The pictures: which screen in which office, and the keys that lead there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

OfficeName = Literal["city", "busy", "registry"]


@dataclass(frozen=True)
class Shot:
    """A picture: `keys` are pressed after the sign-in of `number`; `{code}` is the mother's signed code, `{case}` a
    case number, `{birth}` the start of the name of a one thing.

    Without `number` nobody signs in; `kiosk`, `board` and `reception` open these instead of the staff's program.
    """

    name: str
    title: str
    office: OfficeName
    number: str = ""
    keys: tuple[str, ...] = ()
    kiosk: bool = False
    board: bool = False
    reception: bool = False


_TO_CASE = ("3", "{case}", "enter")
_TO_CONSENT = ("f2", "{code}", "enter", "enter", "f5", "{birth}", "enter", "a")
_TO_FORM = (*_TO_CONSENT, "enter", "0001", "enter")
_TO_RECEIPT = (*_TO_FORM, "1", "enter", "2", "enter", "6222020200112233445", "enter", "f9")
_TO_RECORD = ("f5", "f5", "{code}", "enter", "1", "enter", "enter")
SHOTS = (
    Shot("sign-in", "Sign-in", "city"),
    Shot("hall", "Counter: nobody is served", "city", "1001"),
    Shot("person", "Counter: comparing the person with the portrait", "city", "1001", ("f2", "{code}", "enter")),
    Shot("consent", "Counter: consent to fetch what the city holds", "city", "1001", _TO_CONSENT),
    Shot("intake", "Counter: form, materials and tracks", "city", "1001", _TO_FORM),
    Shot(
        "held",
        "Counter: everything the city holds for the application",
        "city",
        "1001",
        (*_TO_FORM, "f8", "5", "3", "enter"),
    ),
    Shot("receipt", "Counter: the receipt after the acceptance", "city", "1001", _TO_RECEIPT),
    Shot("own-cases", "Counter: today's cases of this window", "busy", "1000", ("escape", "f5")),
    Shot("find", "Counter: finding a person or another case", "busy", "1000", ("escape", "f5", "f5")),
    Shot("case", "Counter: a case over time", "busy", "1000", ("escape", "{case}", "enter")),
    Shot("queue", "Department: queue and preview", "busy", "1009", ("down",)),
    Shot("task", "Department: a task and its decision", "busy", "1009", ("f2",)),
    Shot("decision", "Department: the reasons of a refusal", "busy", "1009", ("f2", "f9", "r")),
    Shot("decided", "Department: what was decided today", "busy", "1009", ("5",)),
    Shot("supervisor", "Supervisor", "busy", "1002"),
    Shot("organ", "Supervisor: the tasks of an organ", "busy", "1002", ("2", "enter")),
    Shot("connection", "Connection to the center", "busy", "1002", ("ctrl+o",)),
    Shot("admin", "Administration of the staff", "busy", "1004"),
    Shot("registry", "Administration: the registry before a search", "registry", "1004", ("f5",)),
    Shot("registry-record", "Administration: a record of the registry", "registry", "1004", _TO_RECORD),
    Shot("registry-correction", "Administration: a correction to decide", "registry", "1004", ("f5", "2", "enter")),
    Shot("lock", "Locked screen", "busy", "1002", ("f12",)),
    Shot("help", "Help (F1)", "busy", "1002", ("f1",)),
    Shot("commands", "Commands (Ctrl+P)", "busy", "1002", ("ctrl+p",)),
    Shot("kiosk", "Kiosk", "busy", kiosk=True),
    Shot("kiosk-question", "Kiosk: the number of a case", "busy", keys=_TO_CASE, kiosk=True),
    Shot("kiosk-ticket", "Kiosk: the number that was drawn", "busy", keys=("1",), kiosk=True),
    Shot("kiosk-case", "Kiosk: the state of a case", "busy", keys=(*_TO_CASE, "1230", "enter"), kiosk=True),
    Shot("reception", "Reception", "busy", "1000", ("1", "1", "1", "4", "2"), reception=True),
    Shot("board", "Board", "busy", board=True),
)
SIZES = ((80, 24), (140, 40), (200, 60))
LANGUAGES = ("zh_CN", "en")
