"""Reasons of the hall that are chosen from a list: of a pause of a window, and of a call before its turn.

The lists are data (`data/reasons.toml`). An entry stores the code of a reason; a code of a newer version is shown as it
is.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from clerk_app.errors import Refused
from clerk_app.locales import current_language

ReasonList = Literal["pause", "pick"]


class _Name(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    zh: str
    en: str


class HallReason(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A reason: its stored code, and its name in both languages."""

    code: str
    name: _Name

    def localized(self) -> str:
        """Return the name in the current language."""
        return self.name.en if current_language() == "en" else self.name.zh


class _Reasons(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pause: tuple[HallReason, ...]
    pick: tuple[HallReason, ...]


@cache
def _load() -> _Reasons:
    text = (Path(__file__).parent / "data" / "reasons.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), _Reasons)


def list_reasons(of: ReasonList) -> tuple[HallReason, ...]:
    """Return the reasons of a list in its order."""
    return _load().pause if of == "pause" else _load().pick


def describe_reason(of: ReasonList, code: str) -> str:
    """Return the name of a reason in the current language; the code itself if this version does not know it."""
    return next((reason.localized() for reason in list_reasons(of) if reason.code == code), code)


def require_reason_code(of: ReasonList, code: str) -> None:
    """Raise Refused unless the list has a reason with this code."""
    if not any(reason.code == code for reason in list_reasons(of)):
        raise Refused("reason_code", "Choose a reason from the list.")
