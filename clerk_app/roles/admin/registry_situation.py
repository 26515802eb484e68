"""What an administrator sees of the registry before a search: what needs attention, and what the feeds have sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from clerk_app.composition.office import Office
from clerk_app.locales import _, translate
from clerk_app.registry.answers import CorrectionFacts, RegistryAnswer
from clerk_app.registry.feed_arrivals import ARRIVAL_DAYS
from clerk_app.registry.feed_states import FeedState
from clerk_app.registry.rows import ROW_KINDS
from clerk_app.roles.admin.registry_tables import (
    describe_correction,
    describe_correction_state,
    describe_feed,
    describe_feed_state,
    feed_level,
    name_corrected_field,
)
from clerk_app.roles.formatting import format_short_age
from clerk_app.roles.registry_words import name_record_kind
from clerk_app.views.registry import Arrivals, FeedArrivals, RegistryRow, RegistryTable
from clerk_app.views.shared import LabelledValue, Level

_DAY = 86_400_000_000  # microseconds


def tabulate_attention(
    office: Office, feeds: Iterable[FeedState], corrections: Iterable[CorrectionFacts]
) -> RegistryTable:
    """Return what an administrator has to do: overdue feeds first, decisions, contradictions, refused rows."""
    rows = [*_correction_rows(office, corrections), *_feed_rows(office, feeds)]
    rows.sort(key=lambda row: ("bad", "warn").index(row.level))
    return RegistryTable(
        "attention",
        _("To do"),
        (_("What"), _("Which"), _("Since"), _("State")),
        tuple(rows),
        _("Nothing needs attention: no feed is late, and no correction waits for you. F5 finds a record."),
        rows[0].level if rows else "good",
    )


def _correction_rows(office: Office, corrections: Iterable[CorrectionFacts]) -> Iterator[RegistryRow]:
    for correction in corrections:
        is_contradicted = bool(correction.conflict)
        if not (correction.waits_for_reader or is_contradicted):
            continue
        at = correction.source_at if is_contradicted else correction.asked_at
        cells = (
            _("Contradiction") if is_contradicted else _("To decide"),
            f"{name_record_kind(correction.kind)}: {name_corrected_field(office, correction)}",
            format_short_age(at, office.now),
            describe_correction_state(correction),
        )
        facts = tuple(LabelledValue(label, value) for label, value in describe_correction(office, correction))
        order = (*cells[:2], float(-at), cells[3])
        yield RegistryRow(
            correction.id, cells, "warn", facts, subject=correction.owner, correction=correction.id, order=order
        )


def _feed_rows(office: Office, feeds: Iterable[FeedState]) -> Iterator[RegistryRow]:
    for feed in feeds:
        level = feed_level(feed)
        if level not in ("warn", "bad"):
            continue
        state = describe_feed_state(feed)
        if feed.refused:
            refused = _("refused rows: {refused}").format(refused=feed.refused)
            state = f"{state}; {refused}" if feed.due else refused
        kind = translate(ROW_KINDS.get(feed.kind, feed.kind))
        cells = (_("Feed"), f"{feed.source}: {kind}", format_short_age(feed.at, office.now), state)
        facts = tuple(LabelledValue(label, value) for label, value in describe_feed(office, feed))
        order = (*cells[:2], float(-feed.at), state)
        yield RegistryRow(f"{feed.source} {feed.kind}", cells, level, facts, order=order)


def describe_arrivals(office: Office, answer: RegistryAnswer) -> Arrivals:
    """Return what each feed has sent on the last days, and the newest batches."""
    sent = {(day.source, day.kind, day.day): (day.rows, day.refused) for day in answer.days}
    days = (office.local_time(answer.days_from + number * _DAY) for number in range(ARRIVAL_DAYS))
    return Arrivals(
        tuple(day.strftime("%m-%d") for day in days),
        tuple(
            FeedArrivals(
                feed.source,
                translate(ROW_KINDS.get(feed.kind, feed.kind)),
                tuple(sent.get((feed.source, feed.kind, number), (0, 0)) for number in range(ARRIVAL_DAYS)),
                _due_level(feed),
            )
            for feed in answer.feeds
        ),
        (_("Time"), _("Source"), _("Rows"), _("New"), _("Changed"), _("Refused"), _("Unchanged"), _("Sent by")),
        tuple(_batch_rows(office, answer)),
    )


def _due_level(feed: FeedState) -> Level:
    level = feed_level(feed)
    return level if feed.due else "plain"


def _batch_rows(office: Office, answer: RegistryAnswer) -> Iterator[RegistryRow]:
    for batch in answer.batches:
        counts = (batch.new, batch.changed, batch.refused, batch.unchanged)
        cells = (
            office.local_time(batch.at).strftime("%m-%d %H:%M"),
            batch.source,
            translate(ROW_KINDS.get(batch.kind, batch.kind)),
            *(str(count) if count else "-" for count in counts),
            batch.machine or _("file"),
        )
        yield RegistryRow(f"{batch.source} {batch.serial}", cells, "warn" if batch.refused else "plain")
