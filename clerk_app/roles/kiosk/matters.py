"""A citizen applies for a single matter at a kiosk: the steps, and the application, which only memory holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from clerk_app.catalogue import publication
from clerk_app.catalogue.entries import list_kiosk_matters
from clerk_app.catalogue.single_matters import format_single_id
from clerk_app.citizen.application_form import ApplicationForm, HeldData, fill_form
from clerk_app.citizen.held_data import HELD, KioskMaterial
from clerk_app.citizen.matters import (
    AcceptAtKiosk,
    AnswerKioskConsent,
    KioskCaseAccepted,
    KioskMatterOpened,
    OpenKioskMatter,
)
from clerk_app.citizen.sealed_answers import AnswerKey
from clerk_app.composition.office import Office
from clerk_app.errors import BadData, Refused
from clerk_app.locales import _
from clerk_app.roles.case_answers import format_answer
from clerk_app.roles.field_differences import name_source
from clerk_app.roles.formatting import format_due_day, format_working_days, localize
from clerk_app.roles.kiosk.citizen_errors import raises_citizen_errors
from clerk_app.roles.kiosk.matter_questions import build_question, list_questions, read_typed
from clerk_app.roles.kiosk.matter_receipt import print_matter_receipt
from clerk_app.roles.kiosk.session import OfficeSessions
from clerk_app.views.kiosk_matters import (
    AcceptedMatter,
    MatterChoice,
    MatterOffer,
    MatterQuestion,
    MatterSummary,
    PrintedReceipt,
)
from clerk_app.views.shared import LabelledValue

if TYPE_CHECKING:
    from clerk_app.catalogue.model import Catalogue


@dataclass
class _Application:
    """An application that is being made. Nothing of it is stored."""

    matter: str
    opened: KioskMatterOpened
    catalogue: Catalogue
    held: HeldData | None = None
    answers: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)  # ids of the questions that were answered or left out, in order
    accepted: KioskCaseAccepted | None = None


@raises_citizen_errors
class KioskMatters:
    """Implements views.MattersService for the kiosk of an office."""

    def __init__(self, office: Office, sessions: OfficeSessions, actor: str) -> None:
        self._office = office
        self._sessions = sessions
        self._actor = actor
        self._application: _Application | None = None
        sessions.on_end.append(self.discard)

    def list_matters(self) -> tuple[MatterChoice, ...]:
        with self._office.store.read() as tx:
            catalogue, version = publication.find_newest(tx)
            return tuple(
                _describe_choice(publication.load_part(tx, catalogue, version, format_single_id(matter)), matter)
                for matter in list_kiosk_matters(tx, catalogue, version)
            )

    def open(self, matter: str) -> MatterOffer:
        self.discard()
        opened = self._sessions.perform(lambda session: OpenKioskMatter(session=session, matter=matter))
        with self._office.store.read() as tx:
            one_thing = format_single_id(matter)
            catalogue = publication.load_part(tx, opened.catalogue, opened.catalogue_version, one_thing)
        self._application = _Application(matter, opened, catalogue)
        return self._describe_offer(self._application)

    def agree(self) -> MatterQuestion | MatterSummary:
        application, key = self._current(), AnswerKey()
        sealed = self._answer_consent(application, key, agreed=True)
        application.held = msgspec.json.decode(key.open(sealed), type=HeldData)
        return self._next_step(application)

    def decline(self) -> tuple[str, ...]:
        application = self._current()
        self._answer_consent(application, None, agreed=False)
        needed, catalogue = application.opened.materials, application.catalogue
        names = [localize(catalogue.material(found.material).name) for found in needed]
        self.discard()
        return tuple(names)

    def _answer_consent(self, application: _Application, key: AnswerKey | None, *, agreed: bool) -> str:
        held = tuple(sorted({found.licence for found in application.opened.materials if found.state == HELD}))
        public = key.public if key is not None else ""
        return self._sessions.perform(
            lambda session: AnswerKioskConsent(
                session=session, matter=application.matter, licences=held, agreed=agreed, key=public
            )
        ).held

    def answer(self, field: str, value: str) -> MatterQuestion | MatterSummary:
        application = self._current()
        form = self._form(application)
        definition = next(planned.field for planned in form.plan.fields if planned.field.id == field)
        text = read_typed(definition, value)
        answers = {name: known for name, known in application.answers.items() if name != field}
        if text:
            answers[field] = text
        elif definition.required:
            raise BadData("An answer is needed here.")
        changed = self._form(application, answers)
        wrong = next((gap.error for gap in changed.gaps if gap.id == field and gap.error is not None), None)
        if wrong is not None:
            raise wrong
        application.answers = answers
        application.asked = [*(name for name in application.asked if name != field), field]
        return self._next_step(application)

    def go_back(self) -> MatterQuestion | None:
        application = self._current()
        if not application.asked:
            return None
        last = application.asked.pop()
        return self._ask(application, last)

    def read_step(self) -> MatterOffer | MatterQuestion | MatterSummary | AcceptedMatter | None:
        application = self._application
        if application is None:
            return None
        if application.accepted is not None:
            return self._describe_accepted(application, application.accepted)
        if application.held is None:
            return self._describe_offer(application)
        return self._next_step(application)

    def accept(self) -> AcceptedMatter:
        application = self._current()
        form = self._form(application)
        accepted = application.accepted = self._sessions.perform(
            lambda session: AcceptAtKiosk(
                session=session,
                matter=application.matter,
                catalogue=application.opened.catalogue,
                catalogue_version=application.opened.catalogue_version,
                materials=form.materials,
                sources=dict(form.sources),
                personal=form.details,
            )
        )
        return self._describe_accepted(application, accepted)

    def print_receipt(self) -> PrintedReceipt:
        application = self._current()
        if application.accepted is None:
            raise Refused("no_case", "No case is open.")
        form = self._form(application)
        return print_matter_receipt(
            self._office, self._sessions, self._actor, application.catalogue, application.accepted, form
        )

    def discard(self) -> None:
        self._application = None

    # the application

    def _current(self) -> _Application:
        if self._application is None:
            raise Refused("no_draft", "Nothing is being applied for. Please begin again.")
        return self._application

    def _form(self, application: _Application, answers: dict[str, str] | None = None) -> ApplicationForm:
        assert application.held is not None  # questions follow the consent
        one_thing, today = format_single_id(application.matter), self._office.local_time().date()
        given = application.answers if answers is None else answers
        return fill_form(application.catalogue, one_thing, application.held, given, today)

    def _next_step(self, application: _Application) -> MatterQuestion | MatterSummary:
        form = self._form(application)
        waiting = [name for name in list_questions(form) if name not in application.asked]
        if waiting:
            return self._ask(application, waiting[0])
        if form.gaps:
            reason = form.gaps[0].error or form.gaps[0].name
            raise Refused(
                "unfit", "This cannot be applied for here: {reason}. Please go to a window.", reason=str(reason)
            )
        return self._summarise(application, form)

    def _ask(self, application: _Application, name: str) -> MatterQuestion:
        form = self._form(application)
        return build_question(form, name, application.answers.get(name, ""), application.asked)

    def _summarise(self, application: _Application, form: ApplicationForm) -> MatterSummary:
        catalogue = application.catalogue
        matter = catalogue.matter(application.matter)
        answers = []
        for planned in form.plan.fields:
            value = form.details.values.get(planned.field.id, "")
            if value:
                source = form.sources[planned.field.id]
                origin = _("your answer") if source == "typed" else name_source(catalogue, source)
                words = _("{value} ({origin})").format(value=format_answer(planned.field, value), origin=origin)
                answers.append(LabelledValue(localize(planned.field.name), words))
        return MatterSummary(
            localize(matter.name),
            tuple(answers),
            tuple(localize(catalogue.material(given.material).name) for given in form.materials),
            _days(max(planned.promised_days for planned in form.plan.active_matters)),
        )

    def _describe_offer(self, application: _Application) -> MatterOffer:
        catalogue, opened = application.catalogue, application.opened
        return MatterOffer(
            localize(catalogue.matter(application.matter).name),
            tuple(self._describe_held(catalogue, found) for found in opened.materials if found.state == HELD),
            _list_missing(catalogue, opened),
        )

    def _describe_accepted(self, application: _Application, accepted: KioskCaseAccepted) -> AcceptedMatter:
        promised, zone = accepted.promised_at, application.catalogue.time_zone
        return AcceptedMatter(
            accepted.number,
            localize(application.catalogue.matter(application.matter).name),
            format_due_day(promised, zone, expected=accepted.expected) if promised else "",
            accepted.repeats,
        )

    def _describe_held(self, catalogue: Catalogue, found: KioskMaterial) -> LabelledValue:
        source = found.issuer
        if found.origin:
            source = _("from your case {number}").format(number=found.origin)
        if found.valid_to:
            source = _("{issuer}, valid until {day}").format(issuer=source, day=found.valid_to)
        return LabelledValue(localize(catalogue.material(found.material).name), source)


def _describe_choice(catalogue: Catalogue, name: str) -> MatterChoice:
    matter = catalogue.matter(name)
    organ, days = localize(catalogue.organ(matter.organ).name), _days(matter.promised_days)
    return MatterChoice(name, localize(matter.name), _("{organ}, {days}").format(organ=organ, days=days))


def _list_missing(catalogue: Catalogue, opened: KioskMatterOpened) -> tuple[str, ...]:
    """Return the materials that have to be brought: not held, and needed for the decision."""
    missing = []
    for found in opened.materials:
        material = catalogue.material(found.material)
        may_lack = not material.main and material.gap_allowed and material.decides_without
        if found.state != HELD and not may_lack:
            missing.append(_describe_missing(localize(material.name), found))
    return tuple(missing)


def _describe_missing(name: str, found: KioskMaterial) -> str:
    """Return the name of a material that has to be brought, and why what the city holds does not count."""
    if found.state == "expired":
        return _("{name} (what the city holds was valid until {day})").format(name=name, day=found.valid_to)
    if found.state == "revoked":
        return _("{name} (what the city holds was revoked or suspended)").format(name=name)
    return name


def _days(days: int) -> str:
    return format_working_days(days) if days else _("decided at once")
