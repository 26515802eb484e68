"""Settings of one machine: `office.toml` in the folder of its store."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from clerk_app.errors import BadData
from clerk_app.locales import current_language

SETTINGS_FILE = "office.toml"
ForeignCode = Literal["HC1", "claim-169"]


class _SettingsModel(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class LocalizedText(_SettingsModel):
    """A text in both languages."""

    zh: str = Field(description="The text in Chinese.")
    en: str = Field(description="The text in English.")

    def localized(self) -> str:
        """Return the text in the current language."""
        return self.en if current_language() == "en" else self.zh


class TicketCategory(_SettingsModel):
    """A category of tickets."""

    # A to F are the letters that the large digits of the kiosk can show
    letter: str = Field(pattern=r"^[A-F]$", description="First character of the ticket numbers of the category.")
    name: LocalizedText = Field(description="Name of the category on the kiosk, in both languages.")


class Settings(_SettingsModel):
    """Settings of this machine's office and devices. Paths are relative to the folder of the office."""

    name: LocalizedText = Field(description="Name of the service centre, in both languages.")
    hall: str = Field(description="Id of the hall of this machine.")
    window: str = Field(description="Id of the window of this machine.")
    centre: str = Field("", description="Id of the organ that runs the windows of this site.")
    phone: str = Field(description="Phone number printed on receipts and notices.")
    camera: str = Field("0", description="Camera index, device, file, folder or stream URL.")
    paper_mm: Literal[58, 80] = Field(80, description="Width of the receipt paper in millimetres.")
    spool: str = Field("spool", description="Folder to which receipts are printed.")
    store: str = Field("", description="URL of a PostgreSQL store; empty: the SQLite file in this folder.")
    store_key: Literal["", "credential", "passphrase"] = Field(
        "",
        description="Where the key of an encrypted SQLite store comes from: a systemd credential, or a passphrase.",
    )
    kiosk_staff: str = Field("", description="Id of the staff account of the kiosk.")
    kiosk_idle_seconds: int = Field(
        45,
        ge=20,
        le=600,
        description="Time without a touch after which the kiosk warns that it clears the page, in seconds.",
    )
    kiosk_theme: Literal["citizen-dark", "citizen-light", "high-contrast", "no-colour"] = Field(
        "citizen-dark", description="Colours of the kiosk; each has a contrast of at least 7:1."
    )
    font: str = Field("", description="Font file for large Chinese text; empty: a font of the system.")
    code_urls: tuple[str, ...] = Field((), description="Addresses that begin a dynamic code of this city.")
    code_seconds: int = Field(60, ge=10, le=600, description="Lifetime of a code shown on a phone, in seconds.")
    wedge_prefix: str = Field(
        "", description="Prefix that the hand scanner types before a code, in addition to AIM identifiers."
    )
    foreign_codes: tuple[ForeignCode, ...] = Field((), description="Codes of other issuers that the city accepts.")
    categories: tuple[TicketCategory, ...] = Field(description="Categories of tickets, one table for each.")
    promise_minutes: int = Field(
        20, ge=0, le=1440, description="Promised longest waiting time in the hall, in minutes."
    )
    hint: LocalizedText | None = Field(None, description="A line for the sign-in screen, for the sample city.")


def resolve_camera(folder: Path, settings: Settings) -> str:
    """Return the camera source: an index, a device, a stream URL, or the full path of a file in the office's folder."""
    own = folder / settings.camera
    return str(own) if own.suffix and "://" not in settings.camera else settings.camera


def read_settings(folder: Path) -> Settings:
    """Read `folder/office.toml`. Raises BadData with the file and the key or position of the error."""
    path = folder / SETTINGS_FILE
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
