"""What a citizen does at a kiosk to apply for a single matter, as commands through the door of the sample office."""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec

from clerk_app.catalogue.publication import load_part
from clerk_app.catalogue.single_matters import format_single_id
from clerk_app.citizen.application_form import ApplicationForm, HeldData, fill_form
from clerk_app.citizen.matters import (
    AcceptAtKiosk,
    AnswerKioskConsent,
    KioskCaseAccepted,
    KioskMatterOpened,
    OpenKioskMatter,
)
from clerk_app.citizen.sealed_answers import AnswerKey
from tests.office import SampleOffice

KIOSK = "kiosk"
MATTER = "medical-payment"
ANSWERS = {"applicant_account": "6222020200112233445", "contact_phone": "13800138000"}


@dataclass
class MatterActs:
    """One application of a citizen in an open session."""

    office: SampleOffice
    session: str
    matter: str = MATTER
    key: AnswerKey = field(default_factory=AnswerKey)
    opened: KioskMatterOpened | None = None
    held: HeldData | None = None

    def open(self) -> KioskMatterOpened:
        """List what the city holds."""
        self.opened = self.office.door.perform(OpenKioskMatter(session=self.session, matter=self.matter), KIOSK)
        return self.opened

    def consent(self, *, agreed: bool = True) -> HeldData | None:
        """Answer whether everything that is held may be used; return it as far as it is released."""
        opened = self.opened or self.open()
        held = tuple(sorted({found.licence for found in opened.materials if found.state == "held"}))
        command = AnswerKioskConsent(
            session=self.session, matter=self.matter, licences=held, agreed=agreed, key=self.key.public
        )
        sealed = self.office.door.perform(command, KIOSK).held
        self.held = msgspec.json.decode(self.key.open(sealed), type=HeldData) if sealed else None
        return self.held

    def form(self, answers: dict[str, str] | None = None) -> ApplicationForm:
        """Fill in the form with what is held and with answers."""
        assert self.opened is not None
        assert self.held is not None
        one_thing = format_single_id(self.matter)
        with self.office.store.read() as tx:
            catalogue = load_part(tx, self.opened.catalogue, self.opened.catalogue_version, one_thing)
        today = self.office.office.local_time().date()
        return fill_form(catalogue, one_thing, self.held, ANSWERS if answers is None else answers, today)

    def application(self, answers: dict[str, str] | None = None) -> AcceptAtKiosk:
        """Return the command that applies with answers."""
        if self.held is None:
            self.consent()
        assert self.opened is not None
        form = self.form(answers)
        return AcceptAtKiosk(
            session=self.session,
            matter=self.matter,
            catalogue=self.opened.catalogue,
            catalogue_version=self.opened.catalogue_version,
            materials=form.materials,
            sources=dict(form.sources),
            personal=form.details,
        )

    def accept(self, answers: dict[str, str] | None = None) -> KioskCaseAccepted:
        """Apply; return the accepted case."""
        return self.office.door.perform(self.application(answers), KIOSK)
