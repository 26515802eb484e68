"""`clerk doctor`: check what is installed, configured, reachable and up to date on this machine."""

from __future__ import annotations

import os
import shutil
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from rich.cells import cell_len, set_cell_size

from clerk_app.cli.arguments import Parser
from clerk_app.cli.console import print_json, print_line
from clerk_app.errors import describe_error
from clerk_app.locales import _

if TYPE_CHECKING:
    from clerk_app.composition.office import Office

Level = Literal["ok", "warning", "error"]
MIN_FREE_BYTES = 500_000_000
MAX_FLUSH_SECONDS = 0.1  # each command waits for one flush
MIN_COLUMNS, MIN_LINES = 80, 23
_PACKAGES = ("textual", "sqlmodel", "msgspec", "cryptography", "opencv-python-headless", "zxing-cpp")


@dataclass(frozen=True)
class Check:
    """One finding: what was checked, what was found, and what to do if that is not ok."""

    name: str
    level: Level
    found: str
    advice: str = ""


def describe(parser: Parser) -> None:
    """Add the arguments of `clerk doctor`."""
    parser.flag("--json", _("as JSON"))
    parser.set_function(print_checks)


def print_checks(args: Namespace) -> int:
    """Print every check; return 1 if one found an error."""
    checks = list(run_checks(args.office))
    if args.json:
        print_json({"checks": [asdict(check) for check in checks]})
    else:
        marks = {"ok": "ok", "warning": "!", "error": "X"}
        width = max(cell_len(check.name) for check in checks)
        for check in checks:
            print_line(f"{marks[check.level]:>2} {set_cell_size(check.name, width)}  {check.found}")
            if check.advice:
                print_line(f"   {' ' * width}  -> {check.advice}")
    return 1 if any(check.level == "error" for check in checks) else 0


def run_checks(folder: Path) -> Iterator[Check]:
    """Yield the checks of the program, the terminal, and the office in `folder`."""
    yield from _check_program()
    yield _check_terminal()
    yield from _check_office(folder)


def _check_program() -> Iterator[Check]:
    yield Check("Python", "ok", sys.version.split()[0])
    for package in _PACKAGES:
        try:
            yield Check(package, "ok", version(package))
        except PackageNotFoundError:
            yield Check(package, "error", _("not installed"), _("Install the program again: make run"))
    from scanners import available_decoders

    decoders = available_decoders()
    if "zbar" in decoders:
        yield Check("libzbar0", "ok", ", ".join(decoders))
    else:
        yield Check("libzbar0", "warning", _("not installed"), "apt-get install libzbar0")


def _check_terminal() -> Check:
    size = shutil.get_terminal_size()
    encoding = (sys.stdout.encoding or "").lower()
    found = f"{size.columns}x{size.lines}, {os.environ.get('TERM', '-')}, {encoding}"
    if encoding.replace("-", "") != "utf8":
        return Check(_("terminal"), "error", found, _("Set a UTF-8 locale, such as LANG=C.UTF-8."))
    if size.columns < MIN_COLUMNS or size.lines < MIN_LINES:
        return Check(
            _("terminal"),
            "warning",
            found,
            _("The screens need {columns} columns and {lines} lines.").format(columns=MIN_COLUMNS, lines=MIN_LINES),
        )
    return Check(_("terminal"), "ok", found)


def _check_office(folder: Path) -> Iterator[Check]:
    from clerk_app.cli.office_access import opened_office

    if not (folder / "office.toml").exists():
        yield Check(_("office"), "warning", _("none in {folder}").format(folder=folder), "clerk office init DIR")
        return
    try:
        with opened_office(folder, read_only=True) as office:
            yield Check(_("office"), "ok", f"{office.settings.name.localized()} ({folder})")
            for check in _OFFICE_CHECKS:
                yield _run_check(check, office)
    except Exception as error:
        yield Check(_("office"), "error", describe_error(error) or type(error).__name__, "clerk db check")


def _run_check(check: Callable[[Office], Check], office: Office) -> Check:
    try:
        return check(office)
    except Exception as error:
        return Check(check.__name__.removeprefix("_check_"), "error", describe_error(error) or type(error).__name__)


def _check_store(office: Office) -> Check:
    from db.engines import SCHEMA_VERSION

    found = _("version {version}, {size} MB").format(
        version=SCHEMA_VERSION, size=round(office.store.size_bytes() / 1_000_000, 1)
    )
    return Check(_("store"), "ok", found)


def _check_disk(office: Office) -> Check:
    from db.files import measure_flush_seconds

    free = shutil.disk_usage(office.folder).free
    flush = measure_flush_seconds(office.folder)
    found = _("{free} GB free, flush {ms} ms").format(free=round(free / 1_000_000_000, 1), ms=round(flush * 1000, 1))
    if free < MIN_FREE_BYTES:
        return Check(_("disk"), "error", found, _("Free some space: a full disk stops all work."))
    if flush > MAX_FLUSH_SECONDS:
        return Check(_("disk"), "warning", found, _("Use a faster disk: every command waits for one flush."))
    return Check(_("disk"), "ok", found)


def _check_permissions(office: Office) -> Check:
    from db.file_access import find_exposed_paths

    exposed = list(find_exposed_paths(office.folder))
    if exposed:
        found = _("{count} files or folders can be read by other users, such as {path}").format(
            count=len(exposed), path=exposed[0]
        )
        return Check(_("permissions"), "error", found, f"chmod -R go= {office.folder}")
    return Check(_("permissions"), "ok", _("only this user can read the folder and its files"))


def _check_center(office: Office) -> Check:
    from clerk_app.roles.connection_view import describe_connection, read_connection_facts

    facts = read_connection_facts(office)
    sentence, level = describe_connection(office, facts)
    found = sentence if facts.is_own_center else f"{facts.url}: {sentence}"
    if facts.is_own_center or level == "good":
        return Check(_("center"), "ok", found)
    return Check(_("center"), "error" if level == "bad" else "warning", found, "clerk sync now")


def _check_clock(office: Office) -> Check:
    from clerk_app.roles.connection_view import read_connection_facts

    offset = abs(read_connection_facts(office).clock_offset) / 1_000_000
    found = office.local_time().isoformat(" ", "seconds")
    if offset > 60:
        seconds = _("{seconds} s off the center's clock").format(seconds=round(offset))
        return Check(_("clock"), "warning", f"{found}, {seconds}", _("Set the clock of this machine."))
    return Check(_("clock"), "ok", found)


def _check_trust_lists(office: Office) -> Check:
    from clerk_app.ledger.offline_authority import is_window
    from clerk_app.roles.connection_view import read_connection_facts, read_list_ages

    ages = read_list_ages(office, read_connection_facts(office))
    found = ", ".join(f"{age.name}: {age.age}" for age in ages)
    if all(age.level == "good" for age in ages):
        return Check(_("lists"), "ok", found)
    if not is_window(office.store):
        advice = _("clerk trust init, or for an authority elsewhere: clerk trust import")
        return Check(_("lists"), "warning", found, advice)
    return Check(_("lists"), "warning", found, "clerk sync now")


def _check_issuers(office: Office) -> Check:
    """Warn of issuers whose last key ends soon: nobody could show one of their codes afterwards."""
    from clerk_app.composition.trust_summary import DATE_WARNING, EXPIRY_WARNING, read_trust_summary
    from clerk_app.licences.reasons import localized_name

    summary = read_trust_summary(office)
    now, issuers = office.utc, summary.issuers
    ends = [(issuer.ends_at(), localized_name(issuer.names)) for issuer in issuers]
    if summary.date_key is not None and summary.date_key.until < now + DATE_WARNING:
        ends.append((summary.date_key.until, _("date key")))
    ends.sort()
    ending = [(end, name) for end, name in ends if end < now + EXPIRY_WARNING]
    if not ending:
        return Check(_("issuers"), "ok", str(len(issuers)))
    found = ", ".join(f"{name} {end:%Y-%m-%d}" for end, name in ending)
    level: Level = "error" if ending[0][0] <= now else "warning"
    return Check(_("issuers"), level, _("keys end: {issuers}").format(issuers=found), "clerk trust rotate|add-date-key")


def _check_catalogue(office: Office) -> Check:
    catalogue = office.catalogue_frame()
    return Check(_("catalogue"), "ok", _("{id}, version {version}").format(id=catalogue.id, version=catalogue.version))


def _check_printers(office: Office) -> Check:
    from clerk_app.roles.printer_words import describe_state

    states = {name: office.printers.get(name).read_state() for name in office.printers.names}
    found = "; ".join(f"{name}: {describe_state(state)}" for name, state in states.items())
    if any(state.error is not None for state in states.values()):
        return Check(_("printer"), "error", found, "clerk printer list")
    low = any(state.paper == "low" for state in states.values())
    unknown = len(office.printers.list_jobs())
    if unknown:
        found += "; " + _("{count} papers whose outcome nobody recorded").format(count=unknown)
    return Check(_("printer"), "warning" if low or unknown else "ok", found)


def _check_cameras(office: Office) -> Check:
    from scanners import list_cameras, list_serial_ports

    devices = [device.name for device in (*list_cameras(), *list_serial_ports())]
    found = f"{office.camera_source}; " + (", ".join(devices) or _("no device"))
    return Check(_("camera"), "ok" if devices or not office.settings.camera.isdigit() else "warning", found)


def _check_voice(office: Office) -> Check:
    from clerk_app.ledger.access import MachineKind
    from clerk_app.roles.board.service import clips_folder
    from clerk_app.roles.board.voice_equipment import PLAYERS, SYNTHESISER, find_equipment

    with office.store.read() as tx:
        node = tx.query_one("ledger.own_node")
    if node is None or node["kind"] not in (MachineKind.BOARD, MachineKind.CENTER):
        return Check(_("voice"), "ok", _("only a board speaks"))
    found = find_equipment(clips_folder(office))
    programs = ", ".join(filter(None, (found.player, found.synthesiser))) or _("no player and no espeak-ng")
    clips = _("{count} clips missing").format(count=found.missing_clips) if found.clips else _("no clips")
    kinds = {"clips": _("recorded clips"), "synthesiser": SYNTHESISER, "bell": _("bell of the terminal")}
    sentence = f"{kinds[found.kind]} ({programs}; {clips})"
    if found.kind == "bell" and node["kind"] == MachineKind.BOARD:
        return Check(
            _("voice"), "warning", sentence, f"apt-get install alsa-utils {SYNTHESISER} ({', '.join(PLAYERS)})"
        )
    return Check(_("voice"), "ok", sentence)


def _check_log(office: Office) -> Check:
    from clerk_app.log import LOG_FILE

    path = office.folder / LOG_FILE
    lines = path.read_text("utf-8", "replace").splitlines() if path.exists() else []
    errors = sum(line.split(" ", 2)[1:2] == ["error"] for line in lines)  # `time level place message`
    found = _("{count} errors in {path}").format(count=errors, path=path)
    return Check(_("log"), "warning" if errors else "ok", found)


_OFFICE_CHECKS: tuple[Callable[[Office], Check], ...] = (
    _check_store,
    _check_disk,
    _check_permissions,
    _check_center,
    _check_clock,
    _check_trust_lists,
    _check_issuers,
    _check_catalogue,
    _check_printers,
    _check_cameras,
    _check_voice,
    _check_log,
)
