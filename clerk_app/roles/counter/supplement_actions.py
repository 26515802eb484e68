"""Requested materials of the open case, met from what the city holds of the person served, after consent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import msgspec

from clerk_app.cases.case_record import CaseRecord, read_case
from clerk_app.cases.completeness import GivenMaterial
from clerk_app.cases.licence_holders import find_stated_identity, read_holders
from clerk_app.cases.status_query import list_omitted_materials, list_requested_materials
from clerk_app.cases.tasks.supplement_materials import SupplementClaims, read_case_parties
from clerk_app.cases.tasks.supplements import TakeInMaterials
from clerk_app.catalogue.data_sharing import find_exclusion, find_release_scope
from clerk_app.citizen.offered_rows import build_shared_material, list_offered_rows
from clerk_app.errors import OutOfReach, Refused
from clerk_app.licences.licence_release import ReleaseLicences
from clerk_app.licences.material_match import MaterialMatch, match_materials
from clerk_app.licences.shared_materials import FetchMaterials, GiveConsent, RecordAccess
from clerk_app.locales import _, format_list
from clerk_app.people.earlier_materials import needs_confirmation
from clerk_app.roles.clock import require_plausible_clock
from clerk_app.roles.counter.paper_fields import require_facts
from clerk_app.roles.counter.release import prove_identity
from clerk_app.roles.counter.review_actions import ReviewActions
from clerk_app.roles.formatting import localize
from clerk_app.roles.papers.given_files import giving_files
from clerk_app.views.counter import CounterView
from clerk_app.views.shared import Option
from db.engines import Row, Transaction


class SupplementActions(ReviewActions):
    """Papers that are brought for the open case, and what the city holds in their place."""

    def list_held_supplements(self) -> tuple[Option, ...]:
        visit, number = self._find_visit(), self._open_case_number
        if visit is None or not visit["person"] or not visit["confirmed"]:
            return ()
        with self._office.store.read() as tx:
            case = read_case(tx, number)
            is_party = any(party.known_by for party in read_case_parties(tx, case, visit["id"]))
            if not is_party or not _list_needed(case):
                return ()
        command = FetchMaterials(
            visit=visit["id"],
            one_thing=case.row["one_thing"],
            catalogue=case.catalogue.id,
            catalogue_version=case.catalogue.version,
        )
        try:
            self._door.perform(command, self._staff_id)
        except OutOfReach:
            return ()
        except Refused as refused:
            if refused.reason not in ("unproved", "delegation"):
                raise
            return ()
        return tuple(
            Option(name, localize(case.catalogue.material(name).name), hint=_describe(row))
            for name, row in self._find_held(visit).items()
        )

    def use_held_supplements(self, materials: Sequence[str], phone: str = "") -> CounterView:
        require_plausible_clock(self._office)
        visit = self._current_visit()
        with self._office.store.read() as tx:
            case = read_case(tx, self._open_case_number)
        rows = {name: row for name, row in self._find_held(visit).items() if name in materials}
        if not rows:
            raise Refused("nothing", "There is nothing to agree to: the city holds none of these.")
        licences, purpose = tuple(dict.fromkeys(row["id"] for row in rows.values())), case.row["one_thing"]
        if phone:
            text = self._state.codes.get((visit["id"], visit["shown_number"] or ""))
            if text is None:
                raise Refused("unproved", "Scan the code again first.")
            prove_identity(self._office, visit["id"], text, self._staff_id, phone=phone)
        self._door.perform(GiveConsent(visit=visit["id"], licences=licences, purpose=purpose), self._staff_id)
        release = ReleaseLicences(
            visit=visit["id"],
            licences=licences,
            purpose=purpose,
            matters=tuple(planned.id for planned in case.plan.active_matters),
            catalogue=case.catalogue.id,
            catalogue_version=case.catalogue.version,
        )
        try:
            self._door.perform(release, self._staff_id)
        except Refused as refused:
            if refused.reason != "unproved":
                raise
            return replace(self._view_with_message(str(refused)), is_refusal=True)
        for licence in licences:
            self._door.perform(RecordAccess(licence=licence, purpose=purpose, visit=visit["id"]), self._staff_id)
        released = self._find_held(visit)
        used = {name: released[name] for name in rows if name in released}
        claims = {name: bytes(row["claims"]).decode() for name, row in used.items() if row["claims"]}
        given = tuple(build_shared_material(name, row) for name, row in used.items())
        return self._take_in(given, SupplementClaims(claims=claims))

    def receive_supplements(
        self,
        materials: Sequence[str],
        typed: Mapping[str, str] | None = None,
        reasons: Mapping[str, tuple[str, str]] | None = None,
    ) -> CounterView:
        require_plausible_clock(self._office)
        with self._office.store.read() as tx:
            catalogue = read_case(tx, self._open_case_number).catalogue
        definitions = [catalogue.material(name) for name in materials]
        facts = require_facts(definitions, typed or {}, self._office.local_time().date())
        given: list[GivenMaterial] = []
        for name, found in facts:
            code, reason = (reasons or {}).get(name, ("", ""))
            paper = GivenMaterial(material=name, how="paper", paper_code=code, paper_reason=reason.strip())
            given.append(self._attach_file(msgspec.structs.replace(paper, **msgspec.structs.asdict(found))))
        return self._take_in(tuple(given), None)

    def _attach_file(self, paper: GivenMaterial) -> GivenMaterial:
        """Return a paper with the file of its pages, if they were taken in."""
        return paper

    def _take_in(self, given: tuple[GivenMaterial, ...], personal: SupplementClaims | None) -> CounterView:
        command = TakeInMaterials(
            case=self._open_case_number,
            materials=given,
            window=self._window,
            visit=self._visit_id(),
            personal=personal,
        )
        with giving_files(self._office, given):
            decision = self._door.perform(command, self._staff_id)
        self._state.receipt = self._printer.print_notice(decision.notice)
        return self._view_with_message(" ".join(self._describe_taking_in(decision)))

    def _find_held(self, visit: Row) -> dict[str, Row]:
        """Return what the city holds of the person served for requested materials, by material.

        What needs a look at its original, or a promise made again, is not among them: it is taken in as paper.
        """
        with self._office.store.read() as tx:
            case = read_case(tx, self._open_case_number)
            matches = _match(tx, case, visit, self._office.local_time().date())
        needed, matters = _list_needed(case), tuple(planned.id for planned in case.plan.active_matters)
        found: dict[str, Row] = {}
        newest = {row["material"]: row["licence"] or row["origin"] for row in case.materials}
        for name, match in matches.items():
            row = match.licence
            if name not in needed or row is None or match.state != "held" or needs_confirmation(row["grade"]):
                continue
            if find_exclusion(case.catalogue, match.material) is not None or newest.get(name) == row["id"]:
                continue  # to be brought in any case, or the department has it and asks for another
            if row["material"] or not find_release_scope(case.catalogue, matters, row["kind"]).is_empty:
                found[name] = row
        return found


def _match(tx: Transaction, case: CaseRecord, visit: Row, today: date) -> dict[str, MaterialMatch]:
    """Return what was listed in a visit for the materials of a case, by the parties who are identified in it."""
    offered = list_offered_rows(tx, visit["id"], case.row["one_thing"])
    parties = {party.role: party for party in read_case_parties(tx, case, visit["id"])}
    shown = {role: party.subject for role, party in parties.items() if party.known_by}
    values = {row["field"]: row["value"] for row in tx.select("field_values", case_number=case.number)}
    stated = {role: find_stated_identity(case.catalogue.fields, role, party, values) for role, party in parties.items()}
    holders = read_holders(tx, case.catalogue, offered)

    def is_stated(role: str, row: Row) -> bool:
        return (
            role in stated and bool(stated[role].names) and stated[role].may_be(row["holder"], holders[row["holder"]])
        )

    return match_materials(case.plan, offered, shown, today, is_stated)


def _list_needed(case: CaseRecord) -> tuple[str, ...]:
    """Return the materials that departments asked for, and those without which the case was accepted (容缺)."""
    requested = [request.material for request in list_requested_materials(case)]
    return tuple(dict.fromkeys((*requested, *(need.material.id for need in list_omitted_materials(case)))))


def _describe(row: Row) -> str:
    """Return the issuer and the last valid day of what the city holds, or the case with which it was given."""
    until = _("valid to {date}").format(date=row["valid_to"]) if row["valid_to"] else ""
    given = _("given with case {number}").format(number=row["case_number"]) if row["material"] else ""
    return format_list(filter(None, (row["issuer"], until, given)))
