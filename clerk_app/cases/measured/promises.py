"""Better promises (承诺时限) from measured performance: which promised days can be lowered, and to what.

Our rule; no source gives one. A new promise is proposed if in the last full quarter at least FEW_CASES tasks or cases
ended under the promise in force, and nine of ten took at least one working day less. The proposal is that 90 %
quantile, but at least one day, never less than the counted special steps of the matter, and for a one thing never less
than the longest chain of its matters as they would be promised then.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from clerk_app.cases.measured.cases import MOST_CASES, CaseCatalogues, measure_rows, read_period
from clerk_app.cases.measured.days import build_span, measure_task
from clerk_app.cases.measured.figures import FEW_CASES, describe_spread
from clerk_app.catalogue.legal_calendar import build_calendar
from clerk_app.catalogue.plan import make_plan
from clerk_app.catalogue.publication import find_newest, load_frame, load_newest_part
from clerk_app.catalogue.terms import SINGLE_PREFIX
from clerk_app.errors import BadData
from clerk_app.ledger.commands import MessagePart
from db.engines import Transaction

if TYPE_CHECKING:
    from clerk_app.catalogue.model import Catalogue, MatterDefinition, OneThing
    from db.case_reports import EndedTask

MOST_TASKS = 100_000  # newest ended tasks that a proposal reads


class PromiseKey(NamedTuple):
    """Whose promise it is: a matter, one of its variants with days of its own, or a one thing."""

    section: str  # matters | one_things
    id: str
    variant: str = ""


class PromiseProposal(MessagePart, frozen=True, kw_only=True):
    """A better promise in working days: `count` tasks or cases ended under the promise, nine of ten within `p90`."""

    section: str
    id: str
    variant: str = ""
    promised: int
    proposed: int
    count: int
    p90: int

    @property
    def key(self) -> PromiseKey:
        """Whose promise it is."""
        return PromiseKey(self.section, self.id, self.variant)


class MeasuredMatter(NamedTuple):
    """A matter as the version in force defines it, and the days of its tasks by variant; "" is without one."""

    matter: MatterDefinition
    days: dict[str, list[int]]


def propose_days(promised: int, floor: int, days: Sequence[int]) -> int | None:
    """Return the better promise for what took `days`, never less than `floor`; None if there is none."""
    if len(days) < FEW_CASES:
        return None
    proposed = max(describe_spread(days).p90, floor, 1)
    return proposed if proposed < promised else None


def propose_promises(
    tx: Transaction, first_day: str, last_day: str, *, most_cases: int = MOST_CASES, most_tasks: int = MOST_TASKS
) -> tuple[PromiseProposal, ...]:
    """Return the better promises that a period has shown, those of matters first.

    The newest tasks and cases are read, at most so many. Raises BadData for a wrong period.
    """
    begin, end = read_period(tx, first_day, last_day)
    matters = _propose_matters(_measure_tasks(tx, begin, end, most_tasks))
    return (*matters, *_propose_one_things(tx, matters, _measure_cases(tx, begin, end, most_cases)))


def apply_proposals(catalogue: Catalogue, proposals: Iterable[PromiseProposal], source: str = "") -> Catalogue:
    """Return a catalogue with proposed promises; `source` is recorded as the source of the changed days of a matter."""
    days = {proposal.key: proposal.proposed for proposal in proposals}
    return catalogue.model_copy(
        update={
            "matters": tuple(_change_matter(matter, days, source) for matter in catalogue.matters),
            "one_things": tuple(_change_one_thing(one_thing, days) for one_thing in catalogue.one_things),
        }
    )


def _change_matter(matter: MatterDefinition, days: Mapping[PromiseKey, int], source: str) -> MatterDefinition:
    changed: dict[str, Any] = {}
    if (own := days.get(PromiseKey("matters", matter.id))) is not None:
        changed["promised_days"] = own
        if source:
            changed["value_sources"] = {**matter.value_sources, "promised_days": source}
    variants = tuple(
        variant.model_copy(update={"promised_days": found})
        if (found := days.get(PromiseKey("matters", matter.id, variant.id))) is not None
        else variant
        for variant in matter.variants
    )
    if variants != matter.variants:
        changed["variants"] = variants
    return matter.model_copy(update=changed) if changed else matter


def _change_one_thing(one_thing: OneThing, days: Mapping[PromiseKey, int]) -> OneThing:
    own = days.get(PromiseKey("one_things", one_thing.id))
    return one_thing if own is None else one_thing.model_copy(update={"promised_days": own})


def _propose_matters(measured: Mapping[str, MeasuredMatter]) -> tuple[PromiseProposal, ...]:
    found = []
    for name in sorted(measured):
        matter, days = measured[name]
        floor = sum(step.days for step in matter.special_steps if step.counted)
        for variant, taken in sorted(days.items()):
            key = PromiseKey("matters", name, variant)
            found.append(_build(key, _promised_days(matter, variant), floor, taken))
    return tuple(proposal for proposal in found if proposal is not None)


def _propose_one_things(
    tx: Transaction, matters: Sequence[PromiseProposal], measured: Mapping[str, Sequence[int]]
) -> Iterator[PromiseProposal]:
    for name in sorted(measured):
        better = apply_proposals(load_newest_part(tx, name), matters)
        one_thing = better.one_thing(name)
        # `clerk catalogue check` compares the promise with the chain of all matters
        floor = make_plan(better, name, frozenset(one_thing.matters), {}).promised_days
        proposal = _build(PromiseKey("one_things", name), one_thing.promised_days, floor, measured[name])
        if proposal is not None:
            yield proposal


def _build(key: PromiseKey, promised: int, floor: int, days: Sequence[int]) -> PromiseProposal | None:
    proposed = propose_days(promised, floor, days)
    if proposed is None:
        return None
    p90 = describe_spread(days).p90
    return PromiseProposal(**key._asdict(), promised=promised, proposed=proposed, count=len(days), p90=p90)


def _measure_tasks(tx: Transaction, begin: int, end: int, many: int) -> dict[str, MeasuredMatter]:
    """Return the counted days of the tasks decided in a period under the promise in force, by matter."""
    from db.case_reports import read_ended_tasks  # imported here, because SQLModel slows the start of a window

    organs = [organ["id"] for organ in tx.select("organs")]
    calendar = build_calendar(load_frame(tx), load_frame(tx))
    found: dict[str, MeasuredMatter] = {}
    catalogues, newest = CaseCatalogues(tx), find_newest(tx)
    for ended in read_ended_tasks(tx, organs, begin, end, many):
        matter = _find_matter(catalogues, newest, ended.one_thing, ended.task["matter"])
        variant = _find_variant(catalogues, ended)
        span = build_span(ended.task, ended.supplements, calendar.zone)
        if matter is None or variant is None or span is None:
            continue
        own = next((each.id for each in matter.variants if each.id == variant and each.promised_days is not None), "")
        if ended.task["promised_days"] == _promised_days(matter, own):
            measured = found.setdefault(matter.id, MeasuredMatter(matter, defaultdict(list)))
            measured.days[own].append(measure_task(calendar, span))
    return found


def _promised_days(matter: MatterDefinition, variant: str) -> int:
    """Return the promised days of a matter, or of its variant with days of its own."""
    days = next((each.promised_days for each in matter.variants if variant and each.id == variant), None)
    return matter.promised_days if days is None else days


def _find_matter(
    catalogues: CaseCatalogues, newest: tuple[str, int], one_thing: str, matter: str
) -> MatterDefinition | None:
    """Return a matter as the version in force defines it; None if its one thing is no longer offered with it."""
    found = catalogues.find(*newest, one_thing)
    return next((each for each in found[0].matters if each.id == matter), None) if found is not None else None


def _find_variant(catalogues: CaseCatalogues, ended: EndedTask) -> str | None:
    """Return the id of the variant of a task, "" without one; None if its catalogue cannot be read."""
    if ended.variant < 0:
        return ""
    found = catalogues.find(ended.catalogue, ended.catalogue_version, ended.one_thing)
    try:
        return found[0].matter(ended.task["matter"]).variants[ended.variant].id if found is not None else None
    except (KeyError, IndexError):
        return None


def _measure_cases(tx: Transaction, begin: int, end: int, many: int) -> dict[str, list[int]]:
    """Return the counted days of the cases finished in a period to which the whole promise of the one thing applied."""
    from db.case_reports import read_finished_cases  # imported here, because SQLModel slows the start of a window

    catalogues, promises = CaseCatalogues(tx), dict[str, int]()
    found: dict[str, list[int]] = defaultdict(list)
    for rows in read_finished_cases(tx, begin, end, "", many):
        name = rows.case["one_thing"]
        if name not in promises:
            promises[name] = _whole_promise(tx, name)
        figures = measure_rows(catalogues, rows)
        if figures is not None and figures.promised_days == promises[name]:
            found[name].append(figures.days)
    return found


def _whole_promise(tx: Transaction, name: str) -> int:
    """Return the days promised to a case with the matters that nobody has to ask for; -1 without such a one thing.

    A matter chosen alone has the promise of the matter.
    """
    if name.startswith(SINGLE_PREFIX):
        return -1
    try:
        return make_plan(load_newest_part(tx, name), name, None, {}).promised_days
    except BadData:
        return -1
