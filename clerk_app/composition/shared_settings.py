"""Settings that all offices of a city share. The center sends them to each window that enrols."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from clerk_app.composition.settings import Settings, convert_settings
from clerk_app.errors import BadData

_SHARED = frozenset(
    {
        "name", "phone", "centre", "paper_mm", "kiosk_staff", "code_urls", "code_seconds", "foreign_codes",
        "categories", "promise_minutes", "hint",
    }
)  # fmt: skip
_GENERAL = {"letter": "A", "name": {"zh": "综合业务", "en": "General"}}


def encode_shared_settings(settings: Settings) -> bytes:
    """Return the shared settings as JSON."""
    values = msgspec.structs.asdict(settings)
    return msgspec.json.encode({key: value for key, value in values.items() if key in _SHARED and value is not None})


def make_window_settings(shared: bytes, *, name: str, hall: str, window: str) -> str:
    """Return the text of `office.toml` for a window that was enrolled by the center `name`.

    `shared` is the JSON of `encode_shared_settings`; it may be empty. Unknown keys from a newer center are
    ignored. Raises BadData if the settings are invalid.
    """
    received = {key: value for key, value in (json.loads(shared) if shared else {}).items() if key in _SHARED}
    settings = {"name": {"zh": name, "en": name}, "phone": "", "categories": [_GENERAL]} | received
    settings |= {"hall": hall, "window": window}
    try:
        convert_settings(settings)
    except msgspec.ValidationError as error:
        raise BadData("The center sent settings that this program does not understand. Upgrade the program.") from error
    return "".join(f"{key} = {_toml(value)}\n" for key, value in sorted(settings.items()))


def _toml(value: Any) -> str:
    """Return a value as one line of TOML 1.0. Strings, numbers and booleans are written as in JSON."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(inner)}" for key, inner in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False)
