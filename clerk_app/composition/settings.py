"""Settings of one machine: `office.toml` in the folder of its store.

They are read without pydantic, which takes as long to import as the store takes to open; it is imported for the
sentence on a mistake.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from clerk_app.errors import BadData
from clerk_app.locales import current_language
from clerk_app.paper.printers.printer_settings import PrinterSettings

SETTINGS_FILE = "office.toml"
ForeignCode = Literal["HC1", "claim-169"]


class LocalizedText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text in both languages."""

    zh: Annotated[str, Meta(description="The text in Chinese.")]
    en: Annotated[str, Meta(description="The text in English.")]

    def localized(self) -> str:
        """Return the text in the current language."""
        return self.en if current_language() == "en" else self.zh


class TicketCategory(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A category of tickets."""

    # A to F are the letters that the large digits of the kiosk can show
    letter: Annotated[
        str, Meta(pattern=r"^[A-F]$", description="First character of the ticket numbers of the category.")
    ]
    name: Annotated[LocalizedText, Meta(description="Name of the category on the kiosk, in both languages.")]


class PhoneUploadSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Pictures of papers that a phone sends to a window through the center."""

    address: Annotated[
        str,
        Meta(
            pattern=r"^https://[^\s/?#@]+(/[^\s?#]*)?$",
            description="Public address of the center for phones, such as https://papers.example.cn; its pages /u/... "
            "are all that phones need. At a center only; without this table phones cannot send files.",
        ),
    ]


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Settings of this machine's office and devices. Paths are relative to the folder of the office."""

    name: Annotated[LocalizedText, Meta(description="Name of the service centre, in both languages.")]
    hall: Annotated[str, Meta(description="Id of the hall of this machine.")]
    window: Annotated[str, Meta(description="Id of the window of this machine.")]
    centre: Annotated[str, Meta(description="Id of the organ that runs the windows of this site.")] = ""
    phone: Annotated[str, Meta(description="Phone number printed on receipts and notices.")]
    camera: Annotated[str, Meta(description="Camera index, device, file, folder or stream URL.")] = "0"
    page_camera: Annotated[
        str, Meta(description="Document camera: index, device, file, folder or stream URL; empty: none.")
    ] = ""
    scan_folder: Annotated[
        str, Meta(description="Folder into which a scanner writes, from which papers are taken in; empty: none.")
    ] = ""
    scan_folder_after: Annotated[
        Literal["keep", "move", "remove"],
        Meta(
            description="What becomes of a file of `scan_folder` whose pages were taken in: it stays, is moved to the"
            " folder `taken` in it, or is removed."
        ),
    ] = "keep"
    face_camera: Annotated[
        str,
        Meta(description="Camera that sees the person at the window, like `camera`; empty: the same camera."),
    ] = ""
    paper_mm: Annotated[
        Literal[58, 80], Meta(description="Width of the receipt paper of the folder `spool` in millimetres.")
    ] = 80
    spool: Annotated[
        str, Meta(description="Folder to which papers are written that no printer of `printers` prints.")
    ] = "spool"
    printers: Annotated[tuple[PrinterSettings, ...], Meta(description="Printers, one table for each.")] = ()
    store: Annotated[str, Meta(description="URL of a PostgreSQL store; empty: the SQLite file in this folder.")] = ""
    store_key: Annotated[
        Literal["", "credential", "passphrase"],
        Meta(
            description="Where the key of an encrypted SQLite store comes from: a systemd credential, or a passphrase."
        ),
    ] = ""
    kiosk_staff: Annotated[str, Meta(description="Id of the staff account of the kiosk.")] = ""
    kiosk_idle_seconds: Annotated[
        int,
        Meta(
            ge=20,
            le=600,
            description="Time without a touch after which the kiosk warns that it clears the page, in seconds.",
        ),
    ] = 45
    kiosk_speech: Annotated[
        Literal["off", "headphones", "loudspeaker"],
        Meta(
            description=(
                "Where a page of the kiosk is read aloud by espeak-ng, on request, if the machine has a sound output. "
                "A loudspeaker reads no page that may show personal data."
            )
        ),
    ] = "off"
    kiosk_screen_bottom_cm: Annotated[
        int,
        Meta(ge=0, le=200, description="Height of the lower edge of the kiosk's screen above the floor, in cm."),
    ] = 0
    kiosk_screen_top_cm: Annotated[
        int,
        Meta(
            ge=0,
            le=250,
            description=(
                "Height of the upper edge; 0: not measured. Buttons are placed between 40 and 120 cm; an upright "
                "screen that is not measured counts as 70 to 140 cm."
            ),
        ),
    ] = 0
    kiosk_rows: Annotated[
        int,
        Meta(
            ge=16,
            le=30,
            description="Rows of the kiosk in a browser: the text is so large that at most these fit on the screen.",
        ),
    ] = 30
    kiosk_theme: Annotated[
        Literal["citizen-dark", "citizen-light", "high-contrast", "no-colour"],
        Meta(description="Colours of the kiosk and of the board; each has a contrast of at least 7:1."),
    ] = "citizen-dark"
    voice_clips: Annotated[
        str, Meta(description="Folder with recorded clips, from which the board joins its calls; empty: none.")
    ] = ""
    pictures: Annotated[
        Literal["cells", "kitty"],
        Meta(
            description="How photos are shown: `cells` in every terminal; `kitty` in pixels, where the terminal of this"
            " machine has the graphics protocol of kitty with placeholders (kitty, Ghostty)."
        ),
    ] = "cells"
    font: Annotated[
        str,
        Meta(
            description="Font file for large Chinese text, A4 papers and rare characters; empty: a font of the system."
        ),
    ] = ""
    code_urls: Annotated[tuple[str, ...], Meta(description="Addresses that begin a dynamic code of this city.")] = ()
    code_seconds: Annotated[
        int, Meta(ge=10, le=600, description="Lifetime of a code shown on a phone, in seconds.")
    ] = 60
    wedge_prefix: Annotated[
        str,
        Meta(description="Prefix that the hand scanner types before a code, in addition to AIM identifiers."),
    ] = ""
    foreign_codes: Annotated[
        tuple[ForeignCode, ...], Meta(description="Codes of other issuers that the city accepts.")
    ] = ()
    categories: Annotated[tuple[TicketCategory, ...], Meta(description="Categories of tickets, one table for each.")]
    promise_minutes: Annotated[
        int, Meta(ge=0, le=1440, description="Promised longest waiting time in the hall, in minutes.")
    ] = 20
    phone_upload: Annotated[
        PhoneUploadSettings | None,
        Meta(description="Whether windows may take pictures from phones; without this table they may not."),
    ] = None
    hint: Annotated[LocalizedText | None, Meta(description="A line for the sign-in screen, for the sample city.")] = (
        None
    )


def resolve_camera(folder: Path, settings: Settings) -> str:
    """Return the camera source: an index, a device, a stream URL, or the full path of a file in the office's folder."""
    return _resolve_source(folder, settings.camera)


def resolve_face_camera(folder: Path, settings: Settings) -> str:
    """Return the source of the camera that sees the person, like `resolve_camera`; empty for that of the codes."""
    return _resolve_source(folder, settings.face_camera) if settings.face_camera else ""


def resolve_page_camera(folder: Path, settings: Settings) -> str:
    """Return the source of the document camera, like `resolve_camera`; empty without one."""
    return _resolve_source(folder, settings.page_camera) if settings.page_camera else ""


def _resolve_source(folder: Path, source: str) -> str:
    own = folder / source
    return str(own) if own.suffix and "://" not in source else source


def read_settings(folder: Path) -> Settings:
    """Read `folder/office.toml`. Raises BadData with the file and the key or position of the error."""
    path = folder / SETTINGS_FILE
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise BadData("There is no office in {folder}: office.toml is missing.", folder=folder) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise BadData("{path} cannot be read: {text}", path=path, text=error) from error
    try:
        return convert_settings(values)
    except msgspec.ValidationError:
        from clerk_app.composition.settings_schema import find_first_mistake

        place, text = find_first_mistake(values, Settings)
        raise BadData("{path}: {place}: {text}", path=path, place=place, text=text) from None


def convert_settings(values: dict[str, Any]) -> Settings:
    """Return the settings with these values. Raises msgspec.ValidationError for a missing, unknown or wrong one."""
    return msgspec.convert(values, Settings)
