"""Clerks of a simulated city print papers: some prints have no outcome, as after a crash, and are answered later."""

from __future__ import annotations

import random

from clerk_app.cases.prints import BeginPrint, PrintContent, RecordPrint, find_content, latest_version, next_number
from tests.simulation.programs import SimulatedNode

_OUTCOMES = ("printed", "printed", "written", "unknown", "not_printed", "")


def print_pending(node: SimulatedNode, clerk: str, window: str, rng: random.Random) -> str:
    """Answer for the prints of a window without an outcome, then print up to two notices; return what was done."""
    with node.store.read() as tx:
        unanswered = tx.query_all("cases.open_prints", window=window)
    for row in unanswered:
        node.perform(RecordPrint(print=row["id"], outcome=rng.choice(("confirmed", "missing", "damaged"))), clerk)
    with node.store.read() as tx:
        pending = tx.query_all("cases.unprinted_notices", window=window)
    for row in pending[:2]:
        print_paper(node, clerk, window, rng, row["id"], row["kind"])
    return f"{len(unanswered)} answers, {len(pending[:2])} papers"


def print_paper(node: SimulatedNode, clerk: str, window: str, rng: random.Random, paper: str, kind: str) -> None:
    """Print a notice at a window, with any outcome."""
    with node.store.read() as tx:
        notice, prints = tx.get("notices", id=paper), tx.select("prints", paper=paper)
    version = latest_version(prints)
    content = find_content(prints, version)
    begin = BeginPrint(
        paper=paper,
        kind=kind,
        window=window,
        printer="receipts",
        device="tcp",
        language="zh_CN",
        version=version,
        number=next_number(notice, prints, version),
        source=content["id"] if content is not None else "",
        personal=PrintContent(page="[]") if content is None else None,
    )
    print_id = node.perform(begin, clerk).print
    outcome = rng.choice(_OUTCOMES)
    if outcome:
        node.perform(RecordPrint(print=print_id, outcome=outcome), clerk)
