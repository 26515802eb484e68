"""Copies of licences and signed codes that a citizen prints at a kiosk.

The printer is checked before the center records anything. The content is in memory from the answer of the center to the
end of the print.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clerk_app.citizen.code_slips import IssueCodeSlip, ReadCodeSlipState, RequestCodeSlip
from clerk_app.citizen.licence_copies import (
    NOT_PRINTED,
    PRINTED,
    UNKNOWN,
    CopyOwnLicence,
    ListOwnLicences,
    RecordCopyPrint,
)
from clerk_app.composition.office import Office
from clerk_app.errors import ClerkError, OutOfReach, Refused
from clerk_app.licences.licence_verification import verify_licence_code
from clerk_app.licences.reasons import localized_name
from clerk_app.log import log_event
from clerk_app.people.masking import mask_number
from clerk_app.roles.formatting import format_holder_name, localize
from clerk_app.roles.kiosk.citizen_errors import raises_citizen_errors
from clerk_app.roles.kiosk.paper_print import PrintedPapers, check_printer, print_paper
from clerk_app.roles.kiosk.session import OfficeSessions
from clerk_app.roles.material_view import claim_labels
from clerk_app.views.kiosk_copies import CodeRequest, OwnLicenceRow, PrintedCode, PrintedCopy, RequestState
from clerk_app.views.shared import Option

if TYPE_CHECKING:
    from clerk_app.citizen.paper_answers import CopyContent, PaperAnswer
    from clerk_app.paper.documents.licence_copy import CopiedFact

_LONG_NUMBER = re.compile(r"\d{7,}[\dXx]")  # of a person, and other long numbers


@raises_citizen_errors
class OfficeCopies:
    """Implements views.CopiesService for a kiosk of an office."""

    def __init__(self, office: Office, actor: str, sessions: OfficeSessions) -> None:
        self._office = office
        self._actor = actor
        self._sessions = sessions

    def list_licences(self) -> tuple[OwnLicenceRow, ...]:
        listed = self._sessions.perform(lambda session: ListOwnLicences(session=session))
        return tuple(
            OwnLicenceRow(row.id, self._name_type(row.kind), row.number, row.issuer, row.valid_to)
            for row in self._read_answer(listed.key).licences
        )

    def list_purposes(self) -> tuple[Option, ...]:
        rules = self._office.catalogue_frame().city_policy.citizen_papers
        return tuple(Option(known.id, localize(known.name)) for known in rules.copy_purposes)

    @property
    def most_copies(self) -> int:
        return self._office.catalogue_frame().city_policy.citizen_papers.copies_at_once

    @property
    def confirms_codes(self) -> bool:
        return self._office.catalogue_frame().city_policy.citizen_papers.confirm_codes

    def print_copy(self, licence: OwnLicenceRow, purpose: str, count: int, repeats: str = "") -> PrintedCopy:
        from clerk_app.paper.documents.licence_copy import LicenceCopy  # papers: not before the first one

        check_printer(self._office, LicenceCopy.kind)
        copied = self._sessions.perform(
            lambda session: CopyOwnLicence(
                session=session, licence=licence.id, purpose=purpose, count=count, repeats=repeats
            )
        )
        names = {option.id: option.name for option in self.list_purposes()}
        printed = PrintedPapers(0)
        try:
            content = self._read_answer(copied.key).copy
            if content is None:
                raise Refused("no_content", "The city has no content of this licence. Please ask at a window.")
            facts = LicenceCopy(
                number=copied.number,
                licence=licence.name,
                identifier=content.licence.number,
                facts=self._list_facts(content),
                issuer=content.licence.issuer,
                valid_to=content.licence.valid_to,
                purpose=names.get(purpose, purpose),
                expires_on=self._office.local_time(copied.expires_at).date(),
                printed_at=self._office.local_time(),
                hall=self._office.settings.name.localized(),
                window=self._actor,
                clerk_number="",
                check_code=copied.code,
            )
            printed = print_paper(self._office, facts, copied.number, count)
        finally:
            self._record(copied.number, printed, count)
        return PrintedCopy(
            number=copied.number,
            licence=licence.name,
            purpose=facts.purpose,
            expires_on=facts.expires_on,
            count=count,
            printed=printed.printed,
            is_unknown=printed.is_unknown,
        )

    def _record(self, number: str, printed: PrintedPapers, count: int) -> None:
        """Record how a print ended. If the center is away now, the print stays open there: its outcome is unknown."""
        outcome = UNKNOWN if printed.is_unknown else PRINTED if printed.printed == count else NOT_PRINTED
        try:
            command = RecordCopyPrint(number=number, outcome=outcome, printed=printed.printed)
            self._office.door.perform(command, self._actor)
        except ClerkError as error:
            log_event("kiosk", "outcome of a copy not recorded", why=error.sentence)

    def _list_facts(self, content: CopyContent) -> tuple[CopiedFact, ...]:
        from clerk_app.paper.documents.licence_copy import CopiedFact

        labels = claim_labels(self._office.catalogue_frame(), content.licence.kind)
        return tuple(
            CopiedFact(labels.get(claim, claim), mask_number(value) if _LONG_NUMBER.fullmatch(value) else value)
            for claim, value in content.claims.items()
            if value
        )

    def request_code(self, licence: OwnLicenceRow) -> CodeRequest:
        from clerk_app.paper.documents.code_slip import CodeSlip

        check_printer(self._office, CodeSlip.kind)
        hall = self._office.settings.hall
        asked = self._sessions.perform(lambda session: RequestCodeSlip(hall=hall, session=session, licence=licence.id))
        return CodeRequest(asked.request, asked.number, self._office.local_time(asked.ends_at))

    def read_request(self, request: CodeRequest) -> RequestState:
        found = self._sessions.perform(lambda session: ReadCodeSlipState(session=session, request=request.id))
        return found.state

    def print_code(self, licence: OwnLicenceRow, request: CodeRequest | None = None) -> PrintedCode:
        from clerk_app.paper.documents.code_slip import CodeSlip

        check_printer(self._office, CodeSlip.kind)
        confirmed = request.id if request is not None else ""
        issued = self._sessions.perform(
            lambda session: IssueCodeSlip(session=session, licence=licence.id, request=confirmed)
        )
        text = self._read_answer(issued.key).code
        claims = verify_licence_code(text, *self._office.read_trust_lists(), self._office.utc).claims
        if claims is None:
            raise Refused("no_key", "The city cannot sign a code of this licence now. Please ask at a window.")
        expires_at = self._office.local_time(issued.expires_at)
        slip = CodeSlip(
            code=text,
            holder_masked=format_holder_name(claims.holder_name, claims.holder_id_number),
            issuer=localized_name(claims.issuer_names),
            expires_at=expires_at,
            hall=self._office.settings.name.localized(),
            licence=licence.name,
        )
        printed = print_paper(self._office, slip, issued.code_id[:16])
        return PrintedCode(licence.name, expires_at, printed.is_unknown)

    def _name_type(self, kind: str) -> str:
        try:
            return localize(self._office.catalogue_frame().licence_type(kind).name)
        except KeyError:
            return kind

    def _read_answer(self, key: str) -> PaperAnswer:
        """Return what the center answers to an act; it is not stored here. Raises Refused, OutOfReach."""
        from clerk_app.composition.code_slips import answer_paper

        if self._office.door.authority is None:
            with self._office.store.read() as tx:
                own = tx.query_one("ledger.own_node")
                node = str(own["id"]) if own is not None else ""
                return answer_paper(self._office.folder, tx, key, node, self._office.now)
        if self._office.connection is None:
            raise OutOfReach("The center is out of reach. Please try again later, or ask at a window.")
        return self._office.connection.read_citizen_paper(key)
