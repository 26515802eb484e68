"""Rows of the list of drafts: masked applicant, one thing and age, each by the catalogue version of the draft."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from clerk_app.cases.intake.drafts import decode_draft
from clerk_app.catalogue import publication
from clerk_app.locales import translate
from clerk_app.roles.formatting import format_party_name, format_short_age, localize
from clerk_app.roles.unreadable import CANNOT_BE_DISPLAYED, build_rows
from clerk_app.views.counter import DraftRow
from db.engines import Row, Transaction


def build_draft_rows(tx: Transaction, rows: Iterable[Row], now: int) -> tuple[DraftRow, ...]:
    """Build the rows of drafts; one that cannot be read has a row too."""
    return build_rows(
        rows,
        partial(build_draft_row, tx, now=now),
        partial(build_unreadable_draft_row, now=now),
        lambda row: f"draft {row['id']}",
    )


def build_draft_row(tx: Transaction, row: Row, *, now: int) -> DraftRow:
    """Build the row of a draft. Raises an error of `UNREADABLE` if its version or content cannot be read."""
    one_thing = publication.load_part(tx, row["catalogue"], row["catalogue_version"], row["one_thing"]).one_thing(
        row["one_thing"]
    )
    content, role = decode_draft(row), one_thing.applicant_role().id
    known = content.parties.get(role)
    name = known.name if known is not None and known.name else content.values.get(f"{role}_name", "")
    return DraftRow(
        id=row["id"],
        one_thing=localize(one_thing.name),
        applicant=format_party_name(name, one_thing.applicant_role().kind),
        age=format_short_age(row["saved_at"], now),
        clerk=_clerk_name(tx, row),
    )


def _clerk_name(tx: Transaction, row: Row) -> str:
    clerk = tx.get("staff", id=row["staff"])
    return str(clerk["name"]) if clerk is not None else ""


def build_unreadable_draft_row(row: Row, *, now: int) -> DraftRow:
    """Build the row of a draft that cannot be displayed."""
    return DraftRow(
        id=row["id"],
        one_thing=translate(CANNOT_BE_DISPLAYED),
        applicant="",
        age=format_short_age(row["saved_at"], now),
        readable=False,
    )
