"""Actions of a window on drafts: list, reopen, discard, and the identification of their parties."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial

import msgspec

from clerk_app.cases.intake.drafts import DiscardDraft, DraftContent, DraftParty, SaveDraft
from clerk_app.cases.known_by import KNOWN_BY_DOCUMENT, KNOWN_BY_PARTY_CODE
from clerk_app.catalogue.acting import CODES
from clerk_app.errors import OutOfReach, Refused
from clerk_app.hall.calls import ServeWalkIn
from clerk_app.hall.visits import IdentifyParty, RefuseCode, ShownPerson
from clerk_app.licences.identifiers import is_credit_code
from clerk_app.licences.licence_verification import LicenceVerdict
from clerk_app.licences.reasons import Reason
from clerk_app.licences.recognised_code import RecognisedDynamicCode, SignedLicence
from clerk_app.licences.representations import EndRepresentation, ShowDelegation
from clerk_app.locales import _, mark
from clerk_app.roles.counter.case_actions import CaseActions
from clerk_app.roles.counter.draft_list import build_draft_rows
from clerk_app.roles.counter.draft_state import DraftState, normalize_party_number, read_draft_state
from clerk_app.roles.counter.draft_values import prefill_content, remove_values_of_party
from clerk_app.roles.counter.identification import VerifiedCode, record_party, record_visitor, verify_citizen_code
from clerk_app.roles.counter.parties import (
    belongs_to_other_party,
    describe_identity_gap,
    describe_masked_draft,
    find_unassigned_person,
    possible_roles,
)
from clerk_app.roles.counter.release import list_licences, prove_identity
from clerk_app.roles.counter.view import find_current_draft, find_fetchable_roles, find_visit_at_window
from clerk_app.roles.formatting import ORGANISATION, format_holder_name
from clerk_app.roles.unreadable import UNREADABLE, report_unreadable
from clerk_app.text.cleaning import clean_text
from clerk_app.views.counter import CounterView, DraftRow
from db.engines import Row

MATERIALS_UNAVAILABLE = mark(
    "The center is out of reach: there is only what the signed code carries and what this case holds. "
    "Take the other papers in; the case can be accepted."
)


class DraftActions(CaseActions):
    """Actions on the drafts of the clerk and the window, and on the parties of the draft on the screen."""

    def list_drafts(self) -> tuple[DraftRow, ...]:
        now = self._office.corrected_now
        with self._office.store.read() as tx:
            rows = tx.query_all("cases.drafts_of_staff_or_window", staff=self._staff_id, window=self._window)
            return build_draft_rows(tx, rows, now)

    def reopen_draft(self, draft: str) -> CounterView:
        self._require_readable_draft(draft)
        if self._find_visit() is None:
            self._door.perform(ServeWalkIn(window=self._window), self._staff_id)
        self._state.draft = draft
        self._save(prefill_content(self._read_draft()))
        view = self._reset(keep_draft=True)
        state = self._read_draft()
        if not state.identity_gap:
            return view
        sentence = _("The draft is open. Identity is proved for each visit: {what}")
        return replace(view, message=sentence.format(what=describe_identity_gap(state)))

    def discard_draft(self, reason: str, draft: str = "") -> CounterView:
        self._door.perform(DiscardDraft(draft=draft or self._find_draft()["id"], reason=reason), self._staff_id)
        if draft in ("", self._state.draft):
            self._state.draft = ""
        return self.read_view()

    def assign_party(self, role: str) -> CounterView:
        found, self._state.found_party = self._state.found_party, None
        if found is None or not role:
            return self.read_view()
        self._state.rejection = None
        visit = self._current_visit()
        unlisted = self._take_party(role, found, visit)
        served = find_unassigned_person(visit, self._read_draft())
        known = self._find_role(served) if served is not None else ""
        if served is not None and known:
            unlisted = self._take_party(known, served, visit) or unlisted
        else:
            self._state.found_party = served
        return self._view_with_message(unlisted) if unlisted else self.read_view()

    def _take_party(self, role: str, found: VerifiedCode, visit: Row) -> str:
        """Save the holder of a code as a party and list their licences; return why these were not listed."""
        shown = found.shown or ShownPerson(name="", number="")
        try:
            self._prove_code(visit["id"], found.text)
        except Refused as refused:
            return str(refused)
        record_party(self._office, visit["id"], role, found, self._staff_id)
        self._record_representation(role, found, visit)
        if found.text:
            self._state.codes[visit["id"], found.number] = found.text
        self._save_party(
            role,
            DraftParty(
                name=shown.name,
                number=shown.number,
                subject=found.person,
                known_by=KNOWN_BY_PARTY_CODE,
                visit=visit["id"],
            ),
        )
        return self._list_licences_if_possible(visit)

    def _record_representation(self, role: str, found: VerifiedCode, visit: Row) -> None:
        """Record that the person served acts for an organisation that applies; that nobody acts for a person who came.

        The center decides the first; without it, the acceptance has the codes of both.
        """
        draft = self._read_draft()
        own, served = draft.plan.one_thing.applicant_role(), draft.served_person
        if found.person in draft.absent:
            self._door.perform(EndRepresentation(visit=visit["id"], principal=found.person), self._staff_id)
        is_agent = served is not None and served.number != found.number and not is_credit_code(served.number)
        if role == own.id and own.kind == ORGANISATION and found.person and is_agent:
            with suppress(OutOfReach, Refused):
                delegation = ShowDelegation(visit=visit["id"], principal=found.person, basis=CODES)
                self._door.perform(delegation, self._staff_id)

    def _list_licences_if_possible(self, visit: Row) -> str:
        """List the licences of the parties; return why some were not listed, in the current language."""
        try:
            self._list_licences(visit)
        except OutOfReach:
            return _(MATERIALS_UNAVAILABLE)
        except Refused as refused:
            if refused.reason not in ("unproved", "code"):
                raise
            return str(refused)
        return ""

    def _list_licences(self, visit: Row) -> None:
        """List the licences of each party who showed a code. Raises the first refusal after all were tried."""
        draft = self._read_draft()
        refusals: list[Refused] = []
        for role in find_fetchable_roles(draft, visit, self._state.codes):
            try:
                subject = list_licences(self._office, draft, visit, role, self._state.codes, self._staff_id)
            except Refused as refused:
                refusals.append(refused)
                continue
            party = draft.parties[role]
            if party.known_by == KNOWN_BY_PARTY_CODE and subject != party.subject:
                self._save_party(role, msgspec.structs.replace(party, subject=subject))
        self._save(prefill_content(self._read_draft()))
        if refusals:
            raise refusals[0]

    def _find_role(self, code: VerifiedCode) -> str:
        """Return the role of the party who has the number of a code's holder; empty without one."""
        parties = self._read_draft().parties
        return next((role for role, party in parties.items() if party.number == code.number), "")

    def identify_by_document(self, role: str, name: str, number: str) -> CounterView:
        draft, visit = self._read_draft(), self._current_visit()
        stated = draft.parties[role]
        shown = ShownPerson(
            name=clean_text(name) or stated.name,
            number=normalize_party_number(draft, role, number.strip() or stated.number),
        )
        command = IdentifyParty(visit=visit["id"], role=role, how=KNOWN_BY_DOCUMENT, personal=shown)
        self._door.perform(command, self._staff_id)
        subject = stated.subject if stated.number == shown.number else ""
        self._save_party(
            role,
            DraftParty(
                name=shown.name,
                number=shown.number,
                subject=subject,
                known_by=KNOWN_BY_DOCUMENT,
                visit=visit["id"],
            ),
        )
        self._state.found_party = find_unassigned_person(visit, self._read_draft())
        return self.read_view()

    def _save_party(self, role: str, party: DraftParty) -> None:
        """Save a party of the draft. What a former party of this role filled in goes with it.

        A party who had another role leaves it, with what it filled in there.
        """
        draft = self._read_draft()
        former = draft.parties[role]
        corrected = [other for other, found in draft.parties.items() if _is_corrected(other, found, role, party)]
        for left in (*corrected, *([role] if former.number and former.number != party.number else [])):
            draft = replace(draft, content=remove_values_of_party(draft, left))
        parties = {other: found for other, found in draft.content.parties.items() if other not in corrected}
        self._save(msgspec.structs.replace(draft.content, parties={**parties, role: party}))
        self._save(prefill_content(self._read_draft()))

    def _identify(self, code: SignedLicence | RecognisedDynamicCode) -> CounterView:
        if self._find_visit() is None:
            self._door.perform(ServeWalkIn(window=self._window), self._staff_id)
        visit = self._current_visit()
        try:
            verified = verify_citizen_code(self._office, code, visit["id"], self._window, self._staff_id)
        except Refused as refused:
            return self._reject_code(partial(str, refused))
        except OutOfReach as lost:
            raise OutOfReach(
                "A code that changes can be read by the center alone, and that is out of reach. Nothing was used up: "
                "ask for the signed code, on the phone or on paper, or take the papers in."
            ) from lost
        if isinstance(verified, LicenceVerdict):
            verdict = verified
            return self._reject_code(lambda: verdict.sentences()[0])
        draft = self._find_readable_draft()
        if belongs_to_other_party(verified, visit, draft):
            return self._find_party_role(verified, visit, draft)
        try:
            unproved = self._prove_code(visit["id"], verified.text)
        except Refused as refused:
            return self._reject_code(partial(str, refused))
        record_visitor(self._office, visit["id"], verified, self._staff_id)
        self._state.rejection = None
        self._state.verdicts.pop(visit["id"], None)
        if verified.verdict is not None:
            self._state.verdicts[visit["id"]] = verified.verdict
        if verified.text:
            self._state.codes[visit["id"], verified.number] = verified.text
        if draft is not None:
            self._save(prefill_content(self._read_draft()))
        return self._view_with_message(unproved) if unproved else self.read_view()

    def _prove_code(self, visit: str, text: str) -> str:
        """Let the authority verify a signed code too; return why it did not, in the current language.

        `text` is empty for a dynamic code, which the authority has resolved.
        Raises Refused for a code that the authority rejects, whose lists may be newer; the refusal is recorded.
        """
        if not text:
            return ""
        try:
            prove_identity(self._office, visit, text, self._staff_id)
        except OutOfReach:
            return ""  # it is asked again when the materials are fetched
        except Refused as refused:
            reason = str(refused.facts.get("reason", ""))
            if refused.reason != "code" or reason == Reason.PRESENTATION_OLD.value:  # the window has its own limit
                return str(refused)
            self._door.perform(RefuseCode(visit=visit, format="center", reason=reason), self._staff_id)
            raise
        return ""

    def _find_party_role(self, code: VerifiedCode, visit: Row, draft: DraftState | None) -> CounterView:
        """Take the holder of a code as a party: the one with this number, or the one that the clerk chooses."""
        roles = possible_roles(code, draft) if draft is not None else ()
        if roles:
            self._state.found_party = code
            known = self._find_role(code) if len(roles) == 1 else ""
            return self.assign_party(known) if known else self.read_view()
        refusal = RefuseCode(visit=visit["id"], format="party", reason="another_person")
        self._door.perform(refusal, self._staff_id)
        return self._reject_code(partial(_describe_other_person, code, visit, has_draft=draft is not None))

    def _reject_code(self, reason: Callable[[], str]) -> CounterView:
        self._state.rejection = reason
        return replace(self._view_with_message(reason()), is_refusal=True)

    def _require_readable_draft(self, draft: str) -> None:
        """Raise Refused if a draft cannot be displayed."""
        try:
            with self._office.store.read() as tx:
                row = tx.get("drafts", id=draft)
                if row is not None:
                    read_draft_state(self._office, tx, row, None)
        except UNREADABLE as error:
            report_unreadable(f"draft {draft}", error)
            raise Refused(
                "unreadable", "This draft cannot be displayed: what it needs is not in this store. It can be discarded."
            ) from error

    def _find_draft(self) -> Row:
        with self._office.store.read() as tx:
            draft = find_current_draft(tx, self._state, find_visit_at_window(tx, self._window))
        if draft is None:
            raise Refused("no_draft", "No one thing is chosen yet.")
        return draft

    def _find_readable_draft(self) -> DraftState | None:
        """Return the state of the draft on the screen; None without a draft, or if it cannot be displayed."""
        try:
            return self._read_draft()
        except UNREADABLE:
            return None

    def _read_draft(self) -> DraftState:
        with self._office.store.read() as tx:
            visit = find_visit_at_window(tx, self._window)
            draft = find_current_draft(tx, self._state, visit)
            if draft is None:
                raise Refused("no_draft", "No one thing is chosen yet.")
            return read_draft_state(self._office, tx, draft, visit)

    def _read_unmasked_draft(self) -> DraftState:
        """Return the draft. Raise Refused if it is masked: nobody changes what they cannot read."""
        draft = self._read_draft()
        if draft.is_masked:
            raise Refused("masked", "Nothing was changed. {first}", first=describe_masked_draft(draft))
        return draft

    def _save(self, content: DraftContent) -> None:
        """Save the draft on the screen; it stays in its visit if that ended, as when the hall's day closes."""
        draft, visit = self._read_draft(), self._find_visit()
        visit_id = visit["id"] if visit is not None else draft.row["visit"]
        if content == draft.content and draft.row["visit"] == visit_id:
            return
        self._door.perform(
            SaveDraft(
                draft=draft.row["id"],
                visit=visit_id,
                window=self._window,
                one_thing=draft.row["one_thing"],
                catalogue=draft.row["catalogue"],
                catalogue_version=draft.row["catalogue_version"],
                personal=content,
            ),
            self._staff_id,
        )


def _describe_other_person(code: VerifiedCode, visit: Row, *, has_draft: bool) -> str:
    """Return why a code of another person than the one served was refused, in the current language."""
    hint = (
        _("No party of this one thing can be identified by it.")
        if has_draft
        else _("To add another party, or to act for one who is absent, choose the one thing first (F5).")
    )
    sentence = _("This code belongs to {name}, and {served} is being served. Nothing was changed. {hint}")
    served = format_holder_name(visit["shown_name"], visit["shown_number"]) or _("somebody else")
    return sentence.format(
        name=format_holder_name(code.shown.name if code.shown else "", code.number), served=served, hint=hint
    )


def _is_corrected(other: str, found: DraftParty, role: str, party: DraftParty) -> bool:
    """Return whether the clerk gave `role` to a party who had the role `other` by the same code."""
    return other != role and found.number == party.number != "" and found.known_by == KNOWN_BY_PARTY_CODE
