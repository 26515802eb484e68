"""What one machine is told about itself: `office.toml` in the folder of its store."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from clerk_app.errors import BadData
from clerk_app.locales import current_language


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class LocalizedText(_Part):
    """The same words in both languages."""

    zh: str
    en: str

    def localized(self) -> str:
        """In the language spoken now."""
        return self.en if current_language() == "en" else self.zh


class TicketCategory(_Part):
    """A category of tickets: its letter stands before the number."""

    letter: Annotated[str, Field(pattern=r"^[A-F]$")]  # the letters that large digits can draw
    name: LocalizedText


class Settings(_Part):
    """The office this machine stands in, and what is connected to it. Paths are relative to the store's folder."""

    name: LocalizedText
    hall: str
    window: str
    centre: str = ""  # the organ that the windows here belong to
    phone: str
    camera: str = "0"  # camera index, device, file, folder or stream URL
    paper_mm: Literal[58, 80] = 80
    spool: str = "spool"
    store: str = ""  # URL of a PostgreSQL store; empty: the SQLite file in this folder
    kiosk_staff: str = ""  # who the kiosk acts as
    code_urls: tuple[str, ...] = ()
    code_seconds: Annotated[int, Field(ge=10, le=600)] = 60  # how long what a phone shows is believed
    wedge_prefix: str = ""  # what this window's hand scanner types before a code, beside AIM identifiers
    foreign_codes: tuple[Literal["HC1", "claim-169"], ...] = ()  # codes of other issuers that this city accepts
    categories: tuple[TicketCategory, ...]
    promise_minutes: int = 20  # how long waiting should take at most
    hint: LocalizedText | None = None  # a line for the sign-in screen; only the sample city has one


def resolve_camera(folder: Path, settings: Settings) -> str:
    """The camera of an office: an index, a device, a stream, or a file in the office's folder."""
    own = folder / settings.camera
    return str(own) if own.suffix and "://" not in settings.camera else settings.camera


def read_settings(folder: Path) -> Settings:
    """The settings in `folder/office.toml`. Raises BadData with file and place of the mistake."""
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
