"""Language and theme that a person, or everybody at a machine, has chosen: `screen.json` in the folder of the office.

The first screen needs them before the store is open, so they are a file, read with the standard library only.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from clerk_app.json_file import read_json_object
from clerk_app.locales import LANGUAGES
from clerk_app.views.workstation import Preferences

PREFERENCES_FILE = "screen.json"
_MACHINE = "machine"


class FilePreferences:
    """Implements views.PreferenceStore with a file; a file that is missing or damaged counts as empty."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / PREFERENCES_FILE

    def read(self, person: str) -> Preferences:
        stored = read_json_object(self._path).get(_key(person))
        values = stored if isinstance(stored, dict) else {}
        language, theme = values.get("language"), values.get("theme")
        return Preferences(
            language=language if language in LANGUAGES else "", theme=theme if isinstance(theme, str) else ""
        )

    def save(self, person: str, preferences: Preferences) -> None:
        import json  # not needed before the first screen

        from db.files import replace_file

        content: dict[str, object] = read_json_object(self._path) | {
            _key(person): {"language": preferences.language, "theme": preferences.theme}
        }
        with suppress(OSError):  # a folder that cannot be written: the choice lasts until the program ends
            replace_file(self._path, json.dumps(content, indent=1, sort_keys=True).encode())


def _key(person: str) -> str:
    return f"person {person}" if person else _MACHINE
