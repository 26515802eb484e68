"""Changes tables of `office.toml`, and keeps its comments and order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import tomlkit
from tomlkit.exceptions import TOMLKitError

from clerk_app.composition.settings import SETTINGS_FILE, Settings, convert_settings
from clerk_app.composition.settings_schema import find_first_mistake
from clerk_app.errors import BadData
from db.files import replace_file

Changes = Mapping[str, str | int | Sequence[str]]


class SettingsFile:
    """The text of an office's settings; `save` writes it if the settings are valid."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / SETTINGS_FILE
        try:
            self._document = tomlkit.parse(self._path.read_text("utf-8"))
        except FileNotFoundError:
            raise BadData("There is no office in {folder}: office.toml is missing.", folder=folder) from None
        except (TOMLKitError, UnicodeDecodeError, OSError) as error:
            raise BadData("{path} cannot be read: {text}", path=self._path, text=error) from error

    def tables(self, key: str) -> list[Any]:
        """Return the tables `[[key]]`; a change of one changes the file."""
        return list(self._document.get(key, []))

    def change_table(self, key: str, name: str, changes: Changes) -> None:
        """Set values of the table `[[key]]` with this name; add the table if there is none."""
        table = next((table for table in self.tables(key) if table.get("name") == name), None)
        if table is None:
            table = tomlkit.table()
            table["name"] = name
            if key not in self._document:
                self._document.add(tomlkit.nl())
                self._document.add(key, tomlkit.aot())
            self._document[key].append(table)
        for field, value in changes.items():
            table[field] = value

    def remove_table(self, key: str, name: str) -> None:
        """Remove the table `[[key]]` with this name. Raises BadData if there is none."""
        tables = self.tables(key)
        kept = [table for table in tables if table.get("name") != name]
        if len(kept) == len(tables):
            raise BadData("There is no printer {name}.", name=name)
        del self._document[key]
        if kept:
            array = tomlkit.aot()
            for table in kept:
                array.append(table)
            self._document[key] = array

    def save(self) -> None:
        """Replace the file durably. Raises BadData, and leaves the file as it is, if the settings are not valid."""
        values = self._document.unwrap()
        try:
            convert_settings(values)
        except msgspec.ValidationError:
            place, text = find_first_mistake(values, Settings)
            raise BadData("{path}: {place}: {text}", path=self._path, place=place, text=text) from None
        replace_file(self._path, tomlkit.dumps(self._document).encode())
