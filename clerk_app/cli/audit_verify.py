"""`clerk audit verify` and `clerk audit checkpoint`: verify the log against its links and its checkpoints."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from clerk_app.cli.console import print_json, print_line
from clerk_app.errors import BadData
from clerk_app.locales import _, mark
from db.files import replace_file

if TYPE_CHECKING:
    from clerk_app.ledger.audit import ChainBreak
    from clerk_app.ledger.checkpoint_audit import CheckpointReport
    from clerk_app.ledger.signed_note import SignedNote

_BREAKS = {
    "altered": mark("the entry was altered"),
    "altered before": mark("the entry before it was altered or replaced"),
    "missing": mark("entries before it are missing"),
    "reordered": mark("the entry is out of order or there twice"),
    "retyped": mark("a value of the entry has another type than its column"),
    "personal part altered": mark("its personal part was altered"),
    "stream broken": mark("an entry of the same matter is missing or was added"),
    "erased without a record": mark("its personal part was erased, and no entry records the erasure"),
    "rewritten": mark("from here on the log was rewritten: the entry is not the one that was recorded"),
    "differs from checkpoint": mark("the log up to here differs from its checkpoint: an entry before was rewritten"),
    "cut off after": mark("entries after it were cut off"),
    "not signed": mark("the entry is not signed by its machine"),
    "signature wrong": mark("the signature of the entry is wrong"),
    "checkpoint damaged": mark("a checkpoint of the store is damaged"),
    "checkpoint not signed": mark("a checkpoint is not signed by this center"),
}


def print_verification(args: Namespace) -> int:
    """Print the number of entries and everything that is wrong; return 1 if something is, else 0."""
    from clerk_app.cli.office_access import opened_office
    from clerk_app.composition.document_check import find_unreadable_documents
    from clerk_app.composition.signature_audit import find_signature_breaks
    from clerk_app.ledger.audit import verify_log
    from clerk_app.ledger.center_key_file import read_center_keys
    from clerk_app.ledger.checkpoint_audit import verify_checkpoints
    from clerk_app.ledger.checkpoints import read_newest_checkpoint
    from clerk_app.ledger.last_checkpoint import read_last_checkpoint

    notes = [note for path in args.checkpoint or () for note in read_notes(path)]
    with opened_office(args.office, read_only=True) as office:
        count, breaks = verify_log(office.store)
        center_keys = read_center_keys(office.folder)
        last = read_last_checkpoint(office.folder)
        with office.store.read() as tx:
            stored = read_newest_checkpoint(tx, last.checkpoint.origin) if last is not None else None
        if last is not None and (stored is None or stored.checkpoint != last.checkpoint):
            notes.append(last)
        breaks += find_signature_breaks(office.store, center_keys)
        unreadable = find_unreadable_documents(office.store)
        report = verify_checkpoints(office.store, notes, center_keys)
    breaks += [found for found in report.breaks if not _is_named(found, breaks)]
    if args.json:
        print_json({**_to_json(count, breaks, report), "unreadable": unreadable})
        return 1 if breaks or unreadable else 0
    for chain_break in breaks:
        print_line(_describe(chain_break))
    for name in unreadable:
        words = _("{document} cannot be read; a case is removed by clerk center declare-not-valid")
        print_line(words.format(document=name))
    if breaks:
        print_line(_("{count} entries were read; {breaks} errors were found.").format(count=count, breaks=len(breaks)))
        return 1
    print_line(_("{count} entries were read; nothing was altered.").format(count=count))
    print_line(_describe_proof(count, report))
    return 1 if unreadable else 0


def print_checkpoint(args: Namespace) -> int:
    """Print the newest checkpoint of this log, which is made now; at a window, the last one that it has cosigned."""
    from clerk_app.cli.office_access import opened_office
    from clerk_app.ledger.checkpoints import log_origin, make_checkpoint, read_newest_checkpoint

    with opened_office(args.office) as office:
        with office.store.read() as tx:
            line = tx.query_one("ledger.center_connection")
            note = read_newest_checkpoint(tx, log_origin(line["center"], line["epoch"])) if line else None
        if line is None:
            note = make_checkpoint(office.store, office.folder, office.now)
    if note is None:
        raise BadData("This machine has no checkpoint yet.")
    if args.to is not None:
        replace_file(args.to, note.text.encode())
        print_line(
            _("The checkpoint over {count} entries is in {path}.").format(count=note.checkpoint.size, path=args.to)
        )
        return 0
    for text in note.text.splitlines():
        print_line(text)
    return 0


def read_notes(path: Path) -> list[SignedNote]:
    """Return the checkpoints in a file (one after the other, each beginning a new paragraph) or in an export's folder.

    Raises BadData.
    """
    from clerk_app.ledger.signed_note import parse_note

    file = path / "checkpoints.txt" if path.is_dir() else path
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadData("{path} cannot be read: {text}", path=file, text=error) from error
    parts = text.strip("\n").split("\n\n")
    return [parse_note(f"{body}\n\n{signed}\n") for body, signed in zip(parts[::2], parts[1::2], strict=False)]


def _is_named(found: ChainBreak, breaks: Sequence[ChainBreak]) -> bool:
    """Return whether the links name the same place already, so that the kept hashes add nothing."""
    return found.problem == "rewritten" and any(other.position == found.position for other in breaks)


def _describe(chain_break: ChainBreak) -> str:
    what = _(_BREAKS[chain_break.problem])
    if not chain_break.number:
        return _("Checkpoint over {count} entries: {what}").format(count=chain_break.position, what=what)
    return _("Entry {number} of {node}: {what}").format(number=chain_break.number, node=chain_break.node, what=what)


def _describe_proof(count: int, report: CheckpointReport) -> str:
    if not report.checkpoints:
        return _("There is no checkpoint yet: a log that was cut off or rewritten as a whole is not recognised.")
    sentence = _(
        "{count} checkpoints prove entries 1 to {proved}; other machines have cosigned entries 1 to {cosigned}."
    )
    if not report.cosigned:
        sentence = _("{count} checkpoints prove entries 1 to {proved}; no other machine has cosigned one yet.")
    words = sentence.format(count=report.checkpoints, proved=report.proved, cosigned=report.cosigned)
    if report.proved < count:
        words += " " + _("{count} newer entries have no checkpoint yet.").format(count=count - report.proved)
    if report.lost:
        words += " " + _("{count} entries were lost at the last restore.").format(count=report.lost)
    return words


def _to_json(count: int, breaks: Sequence[ChainBreak], report: CheckpointReport) -> dict[str, object]:
    return {
        "entries": count,
        "breaks": [
            {"node": found.node, "number": found.number, "position": found.position, "what": found.problem}
            for found in breaks
        ],
        "checkpoints": {
            "count": report.checkpoints,
            "proved": report.proved,
            "cosigned": report.cosigned,
            "lost": report.lost,
        },
    }
