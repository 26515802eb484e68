"""Checks an office: its settings, its folders, the ids in the settings, the catalogue in force."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from pydantic import ValidationError

from clerk_app.catalogue.folder import describe_schema_error
from clerk_app.catalogue.publication import read_policy
from clerk_app.catalogue.yaml_file import format_key_path
from clerk_app.composition.office import ATTACHMENTS_FOLDER, STORE_FILE, TRUST_FOLDER, Office, open_office
from clerk_app.composition.settings import (
    SETTINGS_FILE,
    ForeignCode,
    LocalizedText,
    Settings,
    TicketCategory,
    convert_settings,
    resolve_camera,
    resolve_face_camera,
)
from clerk_app.composition.settings_schema import make_model
from clerk_app.errors import BadData, ClerkError, describe_error
from clerk_app.ledger.access import MachineKind
from clerk_app.locales import _
from clerk_app.paper.documents.kinds import assignable_kinds
from clerk_app.paper.printers.device_address import parse_device
from clerk_app.paper.printers.printer import Media
from clerk_app.paper.printers.printer_set import DEFAULT_PRINTER
from clerk_app.paper.printers.printer_settings import AnswerMode, PrinterSettings
from db.engines import Row, Transaction

_STRUCTS = (Settings, TicketCategory, LocalizedText, PrinterSettings)
_KEYS = sorted({key for struct in _STRUCTS for key in struct.__struct_fields__})
_LITERALS = (*get_args(ForeignCode), *get_args(Media), *get_args(AnswerMode))
_HALL_MACHINES = (MachineKind.CENTER, MachineKind.COUNTER, MachineKind.KIOSK)  # their stores have the windows


@dataclass(frozen=True)
class OfficeMistake:
    """A mistake in an office. The sentence is in the language that was current during the check.

    `file` is relative to the folder of the office. `key` is empty if the mistake concerns the whole file or folder.
    """

    file: str
    key: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.file}: {self.key}: {self.sentence}" if self.key else f"{self.file}: {self.sentence}"


def check_office(folder: Path) -> list[OfficeMistake]:
    """Return the mistakes of the office in `folder`, without changing anything.

    The store is checked only if the settings are valid. Errors that a person can correct are returned, not raised.
    """
    settings, mistakes = _check_settings(folder)
    if settings is None:
        return mistakes
    return [*_check_folders(folder, settings), *_check_store(folder)]


def _check_settings(folder: Path) -> tuple[Settings | None, list[OfficeMistake]]:
    try:
        values = tomllib.loads((folder / SETTINGS_FILE).read_text("utf-8"))
        make_model(Settings).model_validate(values)
        return convert_settings(values), []
    except FileNotFoundError:
        sentence = _("There is no office in {folder}: office.toml is missing.").format(folder=folder)
        return None, [OfficeMistake(SETTINGS_FILE, "", sentence)]
    except ValidationError as error:
        return None, [
            OfficeMistake(
                SETTINGS_FILE, format_key_path(details["loc"]), describe_schema_error(details, _KEYS, _LITERALS)
            )
            for details in error.errors(include_url=False, include_context=True)
        ]
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        return None, [OfficeMistake(SETTINGS_FILE, "", _("The file cannot be read: {why}.").format(why=error))]


def _check_folders(folder: Path, settings: Settings) -> Iterator[OfficeMistake]:
    if not (folder / settings.spool).is_dir():
        yield _missing_path("spool", folder / settings.spool)
    for key, stated, camera in (
        ("camera", settings.camera, resolve_camera(folder, settings)),
        ("face_camera", settings.face_camera, resolve_face_camera(folder, settings)),
    ):
        if camera != stated and not Path(camera).exists():
            yield _missing_path(key, Path(camera))
    yield from _check_printers(folder, settings)
    for name in (TRUST_FOLDER, ATTACHMENTS_FOLDER):
        if not (folder / name).is_dir():
            yield OfficeMistake(name, "", _("This is not a folder."))


def _check_printers(folder: Path, settings: Settings) -> Iterator[OfficeMistake]:
    """Check that names and kinds of paper are given once, kinds and folders exist."""
    names: set[str] = set()
    kinds: set[str] = set()
    for at, printer in enumerate(settings.printers):
        key = f"printers[{at}]"
        if printer.name in names:
            yield OfficeMistake(SETTINGS_FILE, f"{key}.name", _("{name} is given twice.").format(name=printer.name))
        if printer.name == DEFAULT_PRINTER:
            sentence = _("{name} is the name of the folder `spool`: give the printer another one.")
            yield OfficeMistake(SETTINGS_FILE, f"{key}.name", sentence.format(name=printer.name))
        names.add(printer.name)
        for kind in printer.papers:
            if kind not in assignable_kinds():
                sentence = _("There is no kind of paper {kind}. The kinds are: {kinds}")
                words = sentence.format(kind=kind, kinds=", ".join(assignable_kinds()))
                yield OfficeMistake(SETTINGS_FILE, f"{key}.papers", words)
            elif kind in kinds:
                yield OfficeMistake(SETTINGS_FILE, f"{key}.papers", _("{name} is given twice.").format(name=kind))
            kinds.add(kind)
        yield from _check_device(folder, printer.device, f"{key}.device")


def _check_device(folder: Path, device: str, key: str) -> Iterator[OfficeMistake]:
    try:
        address = parse_device(device)
    except BadData as error:
        yield OfficeMistake(SETTINGS_FILE, key, str(error))
        return
    if address.kind == "folder" and not (folder / address.place).is_dir():
        yield _missing_path(key, folder / address.place)


def _missing_path(key: str, path: Path) -> OfficeMistake:
    return OfficeMistake(SETTINGS_FILE, key, _("{path} does not exist.").format(path=path))


def _check_store(folder: Path) -> Iterator[OfficeMistake]:
    try:
        office = open_office(folder, read_only=True)
    except ClerkError as error:
        yield OfficeMistake(STORE_FILE, "", str(error))
        return
    try:
        with office.store.read() as tx:
            yield from _check_names(office, tx)
            yield from _check_catalogue(tx)
    except Exception as error:
        sentence = describe_error(error)
        if sentence is None:
            raise
        yield OfficeMistake(STORE_FILE, "", sentence)
    finally:
        office.store.close()


def _check_names(office: Office, tx: Transaction) -> Iterator[OfficeMistake]:
    """Check that the ids in the settings exist in the store: organ, hall, window, staff account of the kiosk."""
    settings, node = office.settings, tx.query_one("ledger.own_node")
    kind = node["kind"] if node else MachineKind.CENTER
    if settings.centre and tx.get("organs", id=settings.centre) is None:
        yield _unknown("centre", settings.centre)
    if kind in _HALL_MACHINES:
        yield from _check_window(settings, tx.select("windows"))
    if kind == MachineKind.CENTER and settings.kiosk_staff:
        staff = tx.get("staff", id=settings.kiosk_staff)
        if staff is None or not staff["active"]:
            yield _unknown("kiosk_staff", settings.kiosk_staff)


def _check_window(settings: Settings, windows: list[Row]) -> Iterator[OfficeMistake]:
    halls = {window["id"]: window["hall"] for window in windows}
    if settings.hall and halls and settings.hall not in halls.values():  # a new center has no window yet
        yield _unknown("hall", settings.hall)
    if settings.window and settings.window not in halls:
        yield _unknown("window", settings.window)
    elif settings.window and settings.hall in halls.values() and halls[settings.window] != settings.hall:
        sentence = _("Window {window} stands in hall {hall}.")
        hall = halls[settings.window]
        yield OfficeMistake(SETTINGS_FILE, "window", sentence.format(window=settings.window, hall=hall))


def _unknown(key: str, name: str) -> OfficeMistake:
    return OfficeMistake(SETTINGS_FILE, key, _("The store does not know {name}.").format(name=name))


def _check_catalogue(tx: Transaction) -> Iterator[OfficeMistake]:
    try:
        read_policy(tx)
    except ClerkError as error:
        yield OfficeMistake(STORE_FILE, "catalogue", str(error))
