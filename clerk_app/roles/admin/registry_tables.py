"""Tables of the registry for the administrator: what a search found, feeds, corrections."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from clerk_app.composition.office import Office
from clerk_app.errors import format_sentence
from clerk_app.locales import _, translate
from clerk_app.registry.answers import CorrectionFacts, FoundRecord
from clerk_app.registry.corrections import APPROVED, CORRECTION_STATES, OVERTAKEN, REQUESTED
from clerk_app.registry.feed_conflicts import NEWER, OLDER, REPEATED
from clerk_app.registry.feed_states import OVERDUE, FeedState, RefusedRow
from clerk_app.registry.refusals import REASONS
from clerk_app.registry.rows import ROW_KINDS
from clerk_app.roles.formatting import format_short_age
from clerk_app.roles.registry_words import name_record_kind, name_registry_field, name_value
from clerk_app.views.registry import RegistryRow, RegistryTable
from clerk_app.views.shared import LabelledValue, Level


def tabulate_found(found: Iterable[FoundRecord] | None) -> RegistryTable:
    """Return the table of a search; None before the first one."""
    columns = (_("Name"), _("Number"), _("Kind"), _("Born"), _("Licences"))
    return RegistryTable(
        "found",
        _("Found"),
        columns,
        tuple(_found_row(columns, each) for each in found or ()),
        _("Nobody was searched for yet: F5 finds a person, an organisation or the holder of a licence.")
        if found is None
        else _("The registry has nobody with this number or name."),
    )


def _found_row(columns: tuple[str, ...], found: FoundRecord) -> RegistryRow:
    cells = (found.name, found.number, name_record_kind(found.kind), found.born, str(found.licences))
    facts = [LabelledValue(label, value) for label, value in zip(columns, cells, strict=True) if value]
    facts.append(LabelledValue(_("Opens"), _("with Enter; this is recorded, and the person can read it")))
    order = (*cells[:-1], float(found.licences))
    return RegistryRow(found.subject, cells, facts=tuple(facts), subject=found.subject, order=order)


def tabulate_feeds(office: Office, feeds: Iterable[FeedState]) -> RegistryTable:
    """Return the table of the feeds, with the level of the worst one."""
    listed = list(feeds)
    levels: list[Level] = [feed_level(feed) for feed in listed]
    return RegistryTable(
        "feeds",
        _("Feeds"),
        (_("Source"), _("Rows"), _("Last batch"), _("New"), _("Changed"), _("Refused"), _("State")),
        tuple(_feed_row(office, feed) for feed in listed),
        _("No source has sent anything: `clerk registry import` imports a file of it."),
        "bad" if "bad" in levels else "warn" if "warn" in levels else "plain",
    )


def feed_level(feed: FeedState) -> Level:
    """Return how urgent the state of a feed is."""
    if feed.due == OVERDUE:
        return "bad"
    return "warn" if feed.due or feed.refused else "good"


def describe_feed_state(feed: FeedState) -> str:
    """Return in words whether the next batch is due, or rows were refused."""
    if feed.due:
        return _("long overdue") if feed.due == OVERDUE else _("late")
    return _("rows refused") if feed.refused else _("in order")


def _feed_row(office: Office, feed: FeedState) -> RegistryRow:
    age = _("{time} ago").format(time=format_short_age(feed.at, office.now))
    kind = translate(ROW_KINDS.get(feed.kind, feed.kind))
    state = describe_feed_state(feed)
    return RegistryRow(
        f"{feed.source} {feed.kind}",
        (feed.source, kind, age, str(feed.new), str(feed.changed), str(feed.refused), state),
        feed_level(feed),
        tuple(LabelledValue(label, value) for label, value in describe_feed(office, feed)),
        order=(feed.source, kind, float(-feed.at), float(feed.new), float(feed.changed), float(feed.refused), state),
    )


def describe_feed(office: Office, feed: FeedState) -> Iterator[tuple[str, str]]:
    """Yield the facts of a feed with labels, its refused rows at the end."""
    yield _("State"), describe_feed_state(feed)
    yield _("Last batch"), office.local_time(feed.at).strftime("%Y-%m-%d %H:%M")
    yield (
        _("Sent as"),
        _("a file that was imported") if feed.way == "file" else _("a batch of {node}").format(node=feed.machine),
    )
    words = _("{new} new, {changed} changed, {unchanged} unchanged, {refused} refused")
    yield (
        _("Its rows"),
        words.format(new=feed.new, changed=feed.changed, unchanged=feed.unchanged, refused=feed.refused),
    )
    yield _("Newest change"), feed.changed_on or _("the source gives no dates")
    words = _("{count}, with {refused} refused rows")
    yield _("Batches"), words.format(count=feed.batches, refused=feed.refused_in_all)
    yield _("Expected"), _("a batch at least every {hours} hours").format(hours=feed.hours)
    for row in feed.refusals:
        yield _("Batch {serial}, row {row}").format(serial=row.serial, row=row.row), describe_refusal(office, row)


def describe_refusal(office: Office, row: RefusedRow) -> str:
    """Return when a row was refused, its field and the reason."""
    reason = format_sentence(REASONS.get(row.code, row.code), row.facts)
    field = name_registry_field(office.catalogue_frame(), row.field) if row.field else ""
    day = office.local_time(row.at).strftime("%m-%d %H:%M")
    return _("{time}  {field}: {reason}").format(time=day, field=field, reason=reason) if field else f"{day}  {reason}"


def tabulate_corrections(office: Office, corrections: Iterable[CorrectionFacts]) -> RegistryTable:
    """Return the table of the corrections that wait for somebody."""
    rows = tuple(_correction_row(office, each) for each in corrections)
    return RegistryTable(
        "corrections",
        _("Corrections"),
        (_("Asked"), _("Record"), _("Value"), _("Asked by"), _("State")),
        rows,
        _("No correction waits for a decision, and no source contradicts one."),
        "warn" if rows else "plain",
    )


def _correction_row(office: Office, each: CorrectionFacts) -> RegistryRow:
    asked = office.local_time(each.asked_at).strftime("%Y-%m-%d %H:%M")
    state = describe_correction_state(each)
    cells = (asked, name_record_kind(each.kind), name_corrected_field(office, each), each.asked_by, state)
    facts = tuple(LabelledValue(label, value) for label, value in describe_correction(office, each))
    return RegistryRow(
        each.id, cells, "warn" if each.conflict else "plain", facts, subject=each.owner, correction=each.id
    )


def name_corrected_field(office: Office, each: CorrectionFacts) -> str:
    """Return the name of the corrected value."""
    return name_registry_field(office.catalogue_frame(), each.field, each.licence_type)


def describe_correction_state(each: CorrectionFacts) -> str:
    """Return the state of a correction in words for its reader; that of a contradiction first."""
    if each.waits_for_reader:
        return _("yours to decide")
    if each.state not in (APPROVED, OVERTAKEN):  # one that a later correction replaced has no contradiction any more
        return translate(CORRECTION_STATES[each.state])
    if each.conflict == REPEATED:
        return _("in force; the source repeats the old value")
    if each.conflict == OLDER:
        return _("in force; the source has another value of an older date")
    if each.conflict == NEWER or each.state == OVERTAKEN:
        return _("replaced by a newer row: check it")
    return translate(CORRECTION_STATES[each.state])


def describe_correction(office: Office, each: CorrectionFacts) -> Iterator[tuple[str, str]]:
    """Yield the facts of a correction with labels; values only where the answer has them."""
    yield _("Value"), name_corrected_field(office, each)
    yield _("State"), describe_correction_state(each)
    values = ((_("Corrected value"), each.value), (_("Before"), each.base), (_("The source has"), each.source_value))
    yield from ((label, name_value(each.field, value)) for label, value in values if value)
    if each.source_at:
        when = office.local_time(each.source_at).strftime("%Y-%m-%d %H:%M")
        yield _("Row of the source"), f"{each.source}  {when}  {each.source_changed_on}".rstrip()
    yield _("Reason"), each.reason
    yield _("Asked by"), f"{each.asked_by}  {office.local_time(each.asked_at):%Y-%m-%d %H:%M}"
    if each.decided_at:
        alone = _("alone, without a second administrator") if each.alone else ""
        decided = f"{each.decided_by}  {office.local_time(each.decided_at):%Y-%m-%d %H:%M}  {alone}"
        yield _("Decided by"), decided.rstrip()
    if each.note:
        yield _("Note"), each.note
    if each.state != REQUESTED and each.reported_cases:
        yield _("Open cases"), _("{count} got an objection").format(count=each.reported_cases)
