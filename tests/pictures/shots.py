"""The pictures: which screen in which office, and the keys that lead there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

OfficeName = Literal["city", "busy"]


@dataclass(frozen=True)
class Shot:
    """A picture: `keys` are pressed after the sign-in of `number`; `{code}` is the mother's signed code, `{case}` a
    case number, `{birth}` the start of the name of a one thing.

    Without `number` nobody signs in; `kiosk` opens the kiosk instead of the staff's program.
    """

    name: str
    title: str
    office: OfficeName
    number: str = ""
    keys: tuple[str, ...] = ()
    kiosk: bool = False


_TO_FORM = ("f2", "{code}", "enter", "enter", "f5", "{birth}", "enter", "a", "enter", "0001", "enter")
SHOTS = (
    Shot("sign-in", "Sign-in", "city"),
    Shot("hall", "Counter: nobody is served", "city", "1001"),
    Shot("person", "Counter: comparing the person with the portrait", "city", "1001", ("f2", "{code}", "enter")),
    Shot("intake", "Counter: form, materials and tracks", "city", "1001", _TO_FORM),
    Shot("case", "Counter: a case over time", "busy", "1000", ("{case}", "enter")),
    Shot("queue", "Department: queue and preview", "busy", "1009", ("down",)),
    Shot("task", "Department: a task beside its decision", "busy", "1009", ("f2",)),
    Shot("supervisor", "Supervisor", "busy", "1002"),
    Shot("connection", "Connection to the center", "busy", "1002", ("ctrl+o",)),
    Shot("admin", "Administration of the staff", "busy", "1004"),
    Shot("help", "Help (F1)", "busy", "1002", ("f1",)),
    Shot("commands", "Commands (Ctrl+P)", "busy", "1002", ("ctrl+p",)),
    Shot("kiosk", "Kiosk", "busy", kiosk=True),
    Shot("kiosk-case", "Kiosk: the state of a case", "busy", keys=("2", "{case}", "enter", "8000"), kiosk=True),
)
SIZES = ((80, 24), (140, 40), (200, 60))
LANGUAGES = ("zh_CN", "en")
