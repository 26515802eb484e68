"""What all offices of a city share of their settings: a center tells it to each window that joins."""

from __future__ import annotations

import json
from typing import Any

from pydantic import ValidationError

from clerk_app.composition.settings import Settings
from clerk_app.errors import BadData

_SHARED = frozenset(
    {
        "name", "phone", "centre", "paper_mm", "kiosk_staff", "code_urls", "code_seconds", "foreign_codes",
        "categories", "promise_minutes", "hint",
    }
)  # fmt: skip
_GENERAL = {"letter": "A", "name": {"zh": "综合业务", "en": "General"}}


def encode_shared_settings(settings: Settings) -> bytes:
    """The settings that windows take over, as JSON."""
    return settings.model_dump_json(include=set(_SHARED), exclude_none=True).encode()


def make_window_settings(shared: bytes, *, name: str, hall: str, window: str) -> str:
    """The `office.toml` of a window that joined a center of this name.

    What a newer center tells beside what this program knows is left out. Raises BadData when it is no setting.
    """
    told = {key: value for key, value in (json.loads(shared) if shared else {}).items() if key in _SHARED}
    whole = {"name": {"zh": name, "en": name}, "phone": "", "categories": [_GENERAL]} | told
    whole |= {"hall": hall, "window": window}
    try:
        Settings.model_validate(whole)
    except ValidationError as error:
        raise BadData("The center told settings that this program does not understand. Upgrade the program.") from error
    return "".join(f"{key} = {_toml(value)}\n" for key, value in sorted(whole.items()))


def _toml(value: Any) -> str:
    """A value in one line of TOML 1.0: its strings, numbers and truth values are written as in JSON."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(inner)}" for key, inner in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False)
