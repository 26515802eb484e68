"""`clerk audit export` and `clerk audit compare`: the log as proof, and split views of it."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from clerk_app.cli.audit_verify import read_notes
from clerk_app.cli.console import print_line
from clerk_app.locales import _


def export_proof(args: Namespace) -> int:
    """Write the export; it contains no personal part of an entry."""
    from clerk_app.cli.office_access import opened_office
    from clerk_app.ledger import log_export
    from clerk_app.ledger.checkpoints import make_checkpoint
    from clerk_app.ledger.last_checkpoint import read_last_checkpoint
    from clerk_app.ledger.machine_keys import read_own_key

    with opened_office(args.office) as office:
        if office.door.authority is None:
            make_checkpoint(office.store, office.folder, office.now)
        key = read_own_key(office.folder)
        last = read_last_checkpoint(office.folder)
        count, notes = log_export.export_proof(office.store, key.public if key else None, args.folder, last)
    print_line(
        _("{path} holds {count} entries and {notes} checkpoints. To verify them: python3 {program}").format(
            path=args.folder, count=count, notes=notes, program=args.folder / log_export.VERIFIER_FILE
        )
    )
    return 0


def compare_checkpoints(args: Namespace) -> int:
    """Print where two machines have seen different logs of one center; return 1 if they have.

    Two different roots for one size prove it at once. An exported log also shows checkpoints of other sizes: the log
    has one root for each size.
    """
    seen: dict[tuple[str, int], dict[bytes, list[Path]]] = {}
    for path in args.paths:
        for note in read_notes(path):
            checkpoint = note.checkpoint
            seen.setdefault((checkpoint.origin, checkpoint.size), {}).setdefault(checkpoint.root, []).append(path)
    for path in args.paths:
        if path.is_dir():
            _add_roots_of_log(path, seen)
    split = {key: roots for key, roots in sorted(seen.items()) if len(roots) > 1}
    for (origin, size), roots in split.items():
        for root, paths in roots.items():
            places = ", ".join(sorted({str(path) for path in paths}))
            sentence = _("{origin}, {size} entries: {root} in {paths}")
            print_line(sentence.format(origin=origin, size=size, root=root.hex()[:16], paths=places))
    if split:
        sentence = _("{count} checkpoints contradict each other: the log was shown differently.")
        print_line(sentence.format(count=len(split)))
        return 1
    shared = sum(len({path for paths in roots.values() for path in paths}) > 1 for roots in seen.values())
    sentence = _("No contradiction: {count} checkpoints, {shared} of them seen by several.")
    print_line(sentence.format(count=len(seen), shared=shared))
    return 0


def _add_roots_of_log(folder: Path, seen: dict[tuple[str, int], dict[bytes, list[Path]]]) -> None:
    """Add the root of an exported log at each size that was seen, for the origins of its own checkpoints."""
    from clerk_app.ledger.export_verifier import verify_entries

    origins = {note.checkpoint.origin for note in read_notes(folder)}
    roots = verify_entries(folder, [])
    for (origin, size), by_root in seen.items():
        if origin in origins and size < len(roots):
            by_root.setdefault(roots[size], []).append(folder)
