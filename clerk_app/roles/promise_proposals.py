"""Promised days of each published version, and better promises proposed, in words and as tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from clerk_app.cases.measured.promises import PromiseKey, PromiseProposal
from clerk_app.locales import _
from clerk_app.roles.formatting import localize

if TYPE_CHECKING:
    from clerk_app.catalogue.model import Catalogue


def list_promises(catalogue: Catalogue) -> dict[PromiseKey, int]:
    """Return the promised days of a version: of one things, matters, and variants with days of their own."""
    found = {PromiseKey("one_things", one_thing.id): one_thing.promised_days for one_thing in catalogue.one_things}
    for matter in catalogue.matters:
        found[PromiseKey("matters", matter.id)] = matter.promised_days
        for variant in matter.variants:
            if variant.promised_days is not None:
                found[PromiseKey("matters", matter.id, variant.id)] = variant.promised_days
    return found


def build_promise_table(
    versions: Sequence[Catalogue], proposals: Iterable[PromiseProposal], *, changed_only: bool
) -> list[list[str]]:
    """Return a row for each one thing and matter: its promise in each version, and the proposal.

    `changed_only` leaves out what has had one promise in all versions, and has no proposal.
    """
    promises = [list_promises(version) for version in versions]
    proposed = {proposal.key: proposal for proposal in proposals}
    heading = [_("id"), *(_("version {number}").format(number=version.version) for version in versions)]
    rows = [[*heading, _("proposed"), _("name")]]
    for key in promises[-1] if promises else ():
        history = [known.get(key) for known in promises]
        if changed_only and len(set(history)) == 1 and key not in proposed:
            continue
        cells = ["" if known is None else str(known) for known in history]
        better = str(proposed[key].proposed) if key in proposed else ""
        rows.append([name_key(key), *cells, better, find_name(versions[-1], key)])
    return rows


def name_key(key: PromiseKey) -> str:
    """Return the id of a matter or one thing, with that of its variant."""
    return f"{key.id}/{key.variant}" if key.variant else key.id


def find_name(catalogue: Catalogue, key: PromiseKey) -> str:
    """Return the name of a matter or one thing, with that of its variant."""
    if key.section == "one_things":
        return localize(catalogue.one_thing(key.id).name)
    matter = catalogue.matter(key.id)
    name = localize(matter.name)
    variant = next((each for each in matter.variants if each.id == key.variant), None)
    return f"{name} ({localize(variant.name)})" if variant is not None else name


def describe_proposal(name: str, proposal: PromiseProposal) -> str:
    """Return a proposal and the figures that it follows from."""
    if proposal.section == "one_things":
        words = _("{name}: {proposed} instead of {promised} working days; 9 of 10 of {count} cases took at most {p90}.")
    else:
        words = _("{name}: {proposed} instead of {promised} working days; 9 of 10 of {count} tasks took at most {p90}.")
    return words.format(
        name=name,
        proposed=proposal.proposed,
        promised=proposal.promised,
        count=proposal.count,
        p90=proposal.p90,
    )
