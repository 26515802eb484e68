"""What an applicant is also eligible for, judged from the facts that are known (政策找人).

The rules are evaluated as in the set-up navigator: a fact that is not known never makes a yes. What may apply is named
with the facts that are missing, but only if a known fact supports it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from clerk_app.catalogue import publication
from clerk_app.catalogue.comparisons import TODAY
from clerk_app.catalogue.conditions import TruthValue, evaluate_condition
from clerk_app.catalogue.navigation import MatterJudgement, judge_matters
from clerk_app.catalogue.offer_index import StoredOffer, read_offers

if TYPE_CHECKING:
    from clerk_app.catalogue.base_model import Condition
    from clerk_app.catalogue.model import Catalogue
    from clerk_app.catalogue.offer_conditions import OfferCondition
    from db.engines import Transaction


@dataclass(frozen=True)
class KnownFacts:
    """What is known of an applicant: normalised values by field, `claims` by source as in `Field.prefill`.

    `materials` are those that were given, or that the city holds and that were used with consent.
    """

    today: date
    values: Mapping[str, str] = field(default_factory=dict)
    claims: Mapping[str, str] = field(default_factory=dict)
    materials: frozenset[str] = frozenset()


@dataclass(frozen=True)
class OfferVerdict:
    """Whether an offer applies, which facts are missing, by id, and whether a known fact supports it."""

    verdict: TruthValue
    missing_fields: tuple[str, ...] = ()
    missing_materials: tuple[str, ...] = ()
    is_supported: bool = False


@dataclass(frozen=True)
class EligibleOffer:
    """Something that applies (`yes`) or may apply (`unknown`), with the part of the catalogue that has it."""

    id: str
    condition: OfferCondition
    catalogue: Catalogue
    verdict: TruthValue
    missing_fields: tuple[str, ...]
    missing_materials: tuple[str, ...]


def find_also_eligible(tx: Transaction, facts: KnownFacts, left_out: Collection[str] = ()) -> list[EligibleOffer]:
    """Return what applies or may apply, in the catalogue in force; ids in `left_out` are not judged.

    What applies comes first. Raises BadData if no catalogue was published.
    """
    catalogue, version = publication.find_newest(tx)
    materials = facts.materials | {source.partition(":")[2].partition(".")[0] for source in facts.claims}
    known = [name for name, value in facts.values.items() if value]
    found = []
    for offer in read_offers(tx, catalogue, version, known, materials):
        if offer.id in left_out:
            continue
        judged = judge_offer(offer, facts)
        if judged.verdict == "no" or not judged.is_supported:
            continue
        part = publication.load_part(tx, catalogue, version, offer.id)
        judged = _with_matters(part, offer, facts, judged)
        if judged.verdict != "no":
            found.append(
                EligibleOffer(
                    offer.id, offer.condition, part, judged.verdict, judged.missing_fields, judged.missing_materials
                )
            )
    return sorted(found, key=lambda offer: offer.verdict != "yes")


def judge_offer(offer: StoredOffer, facts: KnownFacts) -> OfferVerdict:
    """Judge the condition of an offer. A material that is not known to be there is unknown, and never a no."""
    known, condition = _collect_facts(offer, facts), offer.condition
    parts = list(_list_conjuncts(condition.when))
    values = [evaluate_condition(part, known) for part in parts]
    absent = tuple(name for name in condition.holds if name not in facts.materials)
    if "no" in values:
        return OfferVerdict("no")
    if "unknown" not in values and not absent:
        return OfferVerdict("yes", is_supported=True)
    open_parts = [part for part, value in zip(parts, values, strict=True) if value == "unknown"]
    missing = dict.fromkeys(name for part in open_parts for name in part.field_ids() if not known.get(name))
    is_supported = "yes" in values or len(absent) < len(condition.holds)
    return OfferVerdict("unknown", tuple(missing), absent, is_supported)


def _with_matters(part: Catalogue, offer: StoredOffer, facts: KnownFacts, judged: OfferVerdict) -> OfferVerdict:
    """Return the verdict with that on the matters: one of them has to apply, and one that may apply is not a yes."""
    known = _collect_facts(offer, facts)
    matters = judge_matters(part, offer.id, known)
    verdicts = {found.verdict for found in matters}
    if verdicts == {"no"}:
        return OfferVerdict("no")
    if "yes" in verdicts:
        return judged
    missing = dict.fromkeys((*judged.missing_fields, *_list_missing(matters, known)))
    return OfferVerdict("unknown", tuple(missing), judged.missing_materials, judged.is_supported)


def _list_missing(matters: Collection[MatterJudgement], known: Mapping[str, str]) -> Iterator[str]:
    for found in matters:
        for condition in found.open_conditions:
            yield from (name for name in condition.field_ids() if not known.get(name))


def _collect_facts(offer: StoredOffer, facts: KnownFacts) -> dict[str, str]:
    """Return the values on which an offer depends: those of the form, else those that a used licence states."""
    stated = {
        name: next((facts.claims[source] for source in sources if facts.claims.get(source)), "")
        for name, sources in offer.prefill.items()
    }
    values = {name: value for name, value in facts.values.items() if value}
    return {**stated, **values, TODAY: facts.today.isoformat()}


def _list_conjuncts(condition: Condition | None) -> Iterator[Condition]:
    """Yield the parts that all have to hold."""
    if condition is None:
        return
    if condition.all_ is None:
        yield condition
        return
    for part in condition.all_:
        yield from _list_conjuncts(part)
