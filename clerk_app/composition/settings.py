"""Settings of one machine: `office.toml` in the folder of its store."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from clerk_app.errors import BadData
from clerk_app.locales import current_language


class _SettingsModel(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class LocalizedText(_SettingsModel):
    """A text in both languages."""

    zh: str
    en: str

    def localized(self) -> str:
        """Return the text in the current language."""
        return self.en if current_language() == "en" else self.zh


class TicketCategory(_SettingsModel):
    """A category of tickets. Its letter is the first character of a ticket number."""

    letter: Annotated[str, Field(pattern=r"^[A-F]$")]  # the letters that the kiosk's large digits can show
    name: LocalizedText


class Settings(_SettingsModel):
    """The office of this machine and its devices. Paths are relative to the store's folder."""

    name: LocalizedText
    hall: str
    window: str
    centre: str = ""  # id of the organ that runs the windows of this site
    phone: str
    camera: str = "0"  # camera index, device, file, folder or stream URL
    paper_mm: Literal[58, 80] = 80
    spool: str = "spool"
    store: str = ""  # URL of a PostgreSQL store; empty: the SQLite file in this folder
    kiosk_staff: str = ""  # id of the staff account of the kiosk
    code_urls: tuple[str, ...] = ()
    code_seconds: Annotated[int, Field(ge=10, le=600)] = 60  # lifetime of a code on a phone, in seconds
    wedge_prefix: str = ""  # prefix that the hand scanner types before a code, besides AIM identifiers
    foreign_codes: tuple[Literal["HC1", "claim-169"], ...] = ()  # codes of other issuers that the city accepts
    categories: tuple[TicketCategory, ...]
    promise_minutes: int = 20  # promised longest waiting time in minutes
    hint: LocalizedText | None = None  # a line for the sign-in screen, for the sample city


def resolve_camera(folder: Path, settings: Settings) -> str:
    """Return the camera source: an index, device or stream URL, or the path of a file in the office's folder."""
    own = folder / settings.camera
    return str(own) if own.suffix and "://" not in settings.camera else settings.camera


def read_settings(folder: Path) -> Settings:
    """Read `folder/office.toml`. Raises BadData with file and position of the error."""
    path = folder / "office.toml"
    try:
        return Settings.model_validate(tomllib.loads(path.read_text("utf-8")))
    except FileNotFoundError:
        raise BadData("There is no office in {folder}: office.toml is missing.", folder=folder) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise BadData("{path} cannot be read: {text}", path=path, text=error) from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise BadData("{path}: {place}: {text}", path=path, place=place, text=first["msg"]) from error
