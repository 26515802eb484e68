"""What belongs to the open session, read from the center and put into words for its citizen; nothing is stored here."""

from __future__ import annotations

from clerk_app.catalogue import publication
from clerk_app.catalogue.model import Catalogue
from clerk_app.catalogue.plan import make_plan
from clerk_app.catalogue.single_matters import split_single_id
from clerk_app.citizen.held_materials import (
    HELD,
    MISSING,
    NOT_SHARED,
    OTHER_PARTY,
    TOO_OLD,
    HeldFact,
    QueryHeldMaterials,
)
from clerk_app.citizen.own_matters import OwnCase, QueryOwnAccesses, QueryOwnCase, QueryOwnCases
from clerk_app.composition.office import Office
from clerk_app.locales import _, mark, translate
from clerk_app.people.earlier_materials import EARLIER, PRODUCED
from clerk_app.people.replaced_results import REPLACED
from clerk_app.roles.access_lines import describe_own_access
from clerk_app.roles.counter.offers import find_offers, list_facet_values
from clerk_app.roles.counter.one_things import read_choice
from clerk_app.roles.formatting import localize
from clerk_app.roles.kiosk.case_states import build_citizen_view
from clerk_app.roles.kiosk.citizen_errors import raises_citizen_errors
from clerk_app.roles.kiosk.citizen_words import describe_state
from clerk_app.roles.kiosk.session import OfficeSessions
from clerk_app.views.citizen_case import CaseStatusView
from clerk_app.views.kiosk_own import AccessList, AccessRow, HeldRow, HeldView, OfferedThing, OwnCaseRow, OwnCases
from clerk_app.views.shared import Level

_STATES: dict[str, tuple[str, Level]] = {
    HELD: (mark("The city has it: you need not bring it. Its use needs your consent."), "good"),
    MISSING: (mark("Bring it: the city does not have it."), "warn"),
    NOT_SHARED: (mark("Bring it: it is not shared between offices."), "warn"),
    OTHER_PARTY: (mark("Of another person: that person shows it with an own code, or you bring it."), "plain"),
    TOO_OLD: (mark("Bring it: what the city has is too old."), "warn"),
    REPLACED: (mark("Bring the new one: what the city has was replaced."), "warn"),
    "expired": (mark("Bring a valid one: what the city has has expired."), "bad"),
    "revoked": (mark("Ask at a window: what the city has was revoked or suspended."), "bad"),
    "issuer_removed": (mark("Bring it: its issuer is not recognised any more."), "bad"),
}


@raises_citizen_errors
class OfficeOwn:
    """Implements views.OwnService in the session of a kiosk."""

    def __init__(self, office: Office, sessions: OfficeSessions) -> None:
        self._office = office
        self._sessions = sessions

    def list_cases(self) -> OwnCases:
        listed = self._sessions.perform(lambda session: QueryOwnCases(session=session))
        rows = tuple(self._describe_case(case) for case in listed.cases)
        return OwnCases(rows, more=listed.total - len(rows))

    def read_case(self, number: str) -> CaseStatusView:
        shown = self._sessions.perform(lambda session: QueryOwnCase(session=session, case=number))
        return build_citizen_view(self._office, number, shown.status, self._office.corrected_now)

    def list_themes(self) -> tuple[OfferedThing, ...]:
        found = list_facet_values(self._office, "", {}, "theme")
        return tuple(OfferedThing(value.id, value.name) for value in found)

    def list_things(self, theme: str) -> tuple[OfferedThing, ...]:
        rows = find_offers(self._office, "", {"theme": theme}).rows
        return tuple(OfferedThing(row.id, row.name, row.organ) for row in rows)

    def list_held(self, thing: str) -> HeldView:
        catalogue = self._office.catalogue_part(split_single_id(thing)[0])
        one_thing, answers = read_choice(catalogue, thing)
        plan = make_plan(catalogue, one_thing, frozenset(catalogue.one_thing(one_thing).matters), answers)
        listed = self._sessions.perform(
            lambda session: QueryHeldMaterials(
                session=session, one_thing=one_thing, catalogue=catalogue.id, catalogue_version=catalogue.version
            )
        )
        facts = {fact.material: fact for fact in listed.facts}
        needed = [need.material for need in plan.materials if need.material.origin != "produced"]
        rows = [
            _describe_fact(catalogue, localize(material.name), facts[material.id])
            for material in needed
            if material.id in facts
        ]
        return HeldView(localize(plan.one_thing.name), tuple(sorted(rows, key=lambda row: not row.is_held)))

    def list_accesses(self) -> AccessList:
        listed = self._sessions.perform(lambda session: QueryOwnAccesses(session=session))
        with self._office.store.read() as tx:
            rows = tuple(
                AccessRow(
                    f"{self._office.local_time(access.at):%Y-%m-%d %H:%M}",
                    *describe_own_access(tx, access),
                    is_refused=bool(access.refused),
                )
                for access in listed.accesses
            )
        return AccessList(rows, more=listed.total - len(rows))

    def _describe_case(self, case: OwnCase) -> OwnCaseRow:
        with self._office.store.read() as tx:
            catalogue = publication.load_part(tx, case.catalogue, case.version, case.one_thing)
        waits = _("Papers to bring: {count}").format(count=case.papers) if case.papers else ""
        if not waits and case.messages:
            waits = _("A message waits")
        level: Level = "warn" if waits else "good" if case.state == "issued" else "plain"
        name = localize(catalogue.one_thing(case.one_thing).name)
        return OwnCaseRow(case.number, name, describe_state(case.state), waits, level)


def _describe_fact(catalogue: Catalogue, name: str, fact: HeldFact) -> HeldRow:
    sentence, level = _STATES.get(fact.state, _STATES[MISSING])
    if fact.state in (MISSING, NOT_SHARED, OTHER_PARTY):
        return HeldRow(name, translate(sentence), level, is_held=False)
    issuer = fact.issuer
    if fact.how in (PRODUCED, EARLIER):  # of a result, the organ that decided
        issuer = next((localize(organ.name) for organ in catalogue.organs if organ.id == issuer), issuer)
    facts = [_("Issued by: {issuer}").format(issuer=issuer)] if issuer else []
    if fact.issued_on:
        facts.append(_("Issued on: {date}").format(date=fact.issued_on))
    facts.append(_("Valid to: {date}").format(date=fact.valid_to) if fact.valid_to else _("Without an end of validity"))
    if fact.how and fact.how != PRODUCED:
        facts.append(_("given with an earlier case"))
    if fact.grade:
        facts.append(_("grade {grade}").format(grade=fact.grade))
    return HeldRow(name, translate(sentence), level, is_held=fact.state == HELD, facts=tuple(facts))
