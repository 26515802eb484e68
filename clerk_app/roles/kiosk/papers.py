"""A citizen brings papers that were asked for to a kiosk. Pages are in memory only, until the center has them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING

from clerk_app.cases.completeness import GivenMaterial
from clerk_app.cases.dates import to_local_time
from clerk_app.cases.media_types import JPEG, PDF
from clerk_app.cases.paper_facts import check_facts, list_required_facts
from clerk_app.catalogue import publication
from clerk_app.citizen.papers import (
    MAX_PAGES,
    AnnounceKioskPaper,
    KioskPapersTaken,
    ListKioskRequests,
    RequestsOfCase,
    TakeInAtKiosk,
)
from clerk_app.composition.office import Office
from clerk_app.errors import BadData, OutOfReach, Refused
from clerk_app.licences.repository import AddAttachment
from clerk_app.locales import _
from clerk_app.paper.documents.receipt import SupplementReceipt
from clerk_app.people.earlier_materials import GRADE_SENT_IN
from clerk_app.people.permissions import SYSTEM
from clerk_app.roles.formatting import format_due_day, format_reasons, localize
from clerk_app.roles.kiosk.citizen_errors import raises_citizen_errors
from clerk_app.roles.kiosk.matter_questions import read_day
from clerk_app.roles.kiosk.matter_receipt import print_at_kiosk
from clerk_app.roles.kiosk.session import OfficeSessions
from clerk_app.roles.paper_client import PAPER_CLIENT
from clerk_app.roles.papers.page_camera import PageCamera
from clerk_app.roles.papers.page_findings import describe_findings
from clerk_app.views.kiosk_matters import MatterQuestion, PrintedReceipt
from clerk_app.views.kiosk_papers import HandedInPaper, RequestedPaper, ShownPage
from clerk_app.views.papers import PageCameraView
from clerk_app.views.shared import Picture
from db.errors import StoreError
from scanners import Page, ScanError

if TYPE_CHECKING:
    from clerk_app.catalogue.model import Catalogue, MaterialDefinition

_SHOWN_SIDE = 1400  # pixels of the longer side of a page that is shown


@dataclass
class _Paper:
    """The paper that is taken in. Nothing of it is stored at this machine."""

    request: RequestsOfCase
    material: str
    catalogue: Catalogue
    pages: list[bytes] = field(default_factory=list)
    shown: bytes = b""
    facts: dict[str, str] = field(default_factory=dict)
    given: GivenMaterial | None = None
    taken: KioskPapersTaken | None = None

    @property
    def definition(self) -> MaterialDefinition:
        return self.catalogue.material(self.material)


@raises_citizen_errors
class KioskPapers:
    """Implements views.KioskPapersService for the kiosk of an office."""

    def __init__(self, office: Office, sessions: OfficeSessions, actor: str) -> None:
        self._office = office
        self._sessions = sessions
        self._actor = actor
        self._camera = PageCamera(office)
        self._requests: dict[str, tuple[RequestsOfCase, str]] = {}
        self._paper: _Paper | None = None
        sessions.on_end.append(self.discard)

    def list_requests(self) -> tuple[RequestedPaper, ...]:
        self.discard()
        listed = self._sessions.perform(lambda session: ListKioskRequests(session=session))
        self._requests = {
            f"{number}": (case, request.material)
            for number, (case, request) in enumerate(
                (case, request) for case in listed.cases for request in case.requested
            )
        }
        return tuple(self._describe(name) for name in self._requests)

    def choose(self, paper: str) -> RequestedPaper:
        if paper not in self._requests:
            raise Refused("not_asked", "Nobody has asked for this paper, or it was brought already.")
        request, material = self._requests[paper]
        self._paper = _Paper(request, material, self._load(request, material))
        return self._describe(paper)

    def start_camera(self, on_view: Callable[[PageCameraView], None]) -> None:
        self._camera.start(on_view, is_whole=False)

    def stop_camera(self) -> None:
        self._camera.stop()

    def take_page(self) -> ShownPage | None:
        pages = self._camera.pop_pages()
        return self._show(pages[0]) if pages else None

    def take_now(self) -> ShownPage:
        try:
            return self._show(PAPER_CLIENT.straighten(self._camera.copy_picture(), whole=False))
        except ScanError as error:
            raise BadData(error.sentence, **error.facts) from error

    def _show(self, page: Page) -> ShownPage:
        paper = self._current()
        if len(paper.pages) >= MAX_PAGES:
            raise Refused("too_many_papers", "No more papers can be taken in here. Please bring the rest to a window.")
        paper.shown = page.jpeg
        try:
            picture = Picture(*PAPER_CLIENT.draw_page(page.jpeg, 1, _SHOWN_SIDE))
        except ScanError as error:
            raise BadData(error.sentence, **error.facts) from error
        return ShownPage(len(paper.pages) + 1, picture, describe_findings(str(code) for code in page.findings))

    def keep_page(self) -> int:
        paper = self._current()
        if paper.shown:
            paper.pages.append(paper.shown)
            paper.shown = b""
        return len(paper.pages)

    def drop_page(self) -> None:
        self._current().shown = b""
        self._camera.pop_pages()  # what was taken meanwhile was the page in the hand

    def next_fact(self) -> MatterQuestion | None:
        paper = self._current()
        names = {
            "issued_on": _("On which day was it issued?"),
            "valid_to": _("Until which day is it valid?"),
        }
        required = [name for name in names if name in list_required_facts(paper.definition)]
        missing = [name for name in required if name not in paper.facts]
        if not missing:
            return None
        number = required.index(missing[0]) + 1
        hint = _("The day is on the paper: {name}").format(name=localize(paper.definition.name))
        return MatterQuestion(
            missing[0], names[missing[0]], hint, "date", number, len(required), is_required=True, max_length=8
        )

    def answer_fact(self, field: str, value: str) -> None:
        paper = self._current()
        today = self._office.local_time().date()
        facts = {**paper.facts, field: read_day(value)}
        _found, errors = check_facts(paper.definition, facts, today)
        if field in errors:
            raise errors[field]
        paper.facts = facts

    def hand_in(self) -> HandedInPaper:
        paper = self._current()
        if not paper.pages:
            raise Refused("no_pages", "No page was taken in yet.")
        if paper.given is None:
            try:
                paper.given = self._send(paper)
            except OutOfReach as error:  # the sentences of a window state that its work is kept and sent later
                raise OutOfReach(
                    "The pages did not arrive at the center. Nothing was handed in: try again, or go to a window."
                ) from error
        given = paper.given
        taken = paper.taken = self._sessions.perform(
            lambda session: TakeInAtKiosk(session=session, case=paper.request.case, materials=(given,))
        )
        paper.pages, paper.shown = [], b""
        others = [request.material for request in paper.request.requested if request.material != paper.material]
        return HandedInPaper(
            localize(paper.definition.name),
            paper.request.case,
            given.pages,
            tuple(self._name(paper, other) for other in dict.fromkeys(others)),
            bool(taken.resumed),
        )

    def _send(self, paper: _Paper) -> GivenMaterial:
        """Announce the file of a paper and send it to the center; return the material that it proves."""
        try:
            content = PAPER_CLIENT.join(paper.pages)
        except ScanError as error:
            raise BadData(error.sentence, **error.facts) from error
        digest = sha256(content).hexdigest()
        media_type = JPEG if len(paper.pages) == 1 else PDF
        self._sessions.perform(
            lambda session: AnnounceKioskPaper(
                session=session,
                case=paper.request.case,
                material=paper.material,
                content=digest,
                media_type=media_type,
                pages=len(paper.pages),
                size=len(content),
            )
        )
        self._upload(content, digest, media_type)
        facts, _errors = check_facts(paper.definition, paper.facts, self._office.local_time().date())
        return GivenMaterial(
            material=paper.material,
            how="paper",
            grade=GRADE_SENT_IN,
            content=digest,
            media_type=media_type,
            pages=len(paper.pages),
            size=len(content),
            issued_on=facts.issued_on,
            valid_to=facts.valid_to,
        )

    def _upload(self, content: bytes, digest: str, media_type: str) -> None:
        """Send a file to the center; of a store without one, add it there."""
        if self._office.connection is not None:
            self._office.connection.upload(content)
            return
        try:
            self._office.attachments.add(content)
        except StoreError as error:
            raise OutOfReach("The pages cannot be stored now. Nothing was handed in: please go to a window.") from error
        command = AddAttachment(digest=digest, media_type=media_type, size=len(content))
        self._office.door.perform(command, SYSTEM)

    def print_receipt(self) -> PrintedReceipt:
        paper = self._current()
        if paper.taken is None or paper.given is None:
            raise Refused("no_case", "No case is open.")
        taken, zone = paper.taken, paper.catalogue.time_zone
        others = [request.material for request in paper.request.requested if request.material != paper.material]
        receipt = SupplementReceipt(
            case_number=paper.request.case,
            applicant_masked="",
            is_organisation=False,
            one_thing=localize(paper.catalogue.one_thing(paper.request.one_thing).name),
            materials=(localize(paper.definition.name),),
            still_missing=tuple(self._name(paper, other) for other in dict.fromkeys(others)),
            received_at=to_local_time(taken.taken_at or self._office.corrected_now, zone),
            hall=self._office.settings.name.localized(),
            window=_("kiosk"),
            clerk_number="",
            phone=self._office.settings.phone,
        )
        return print_at_kiosk(self._office, self._sessions, self._actor, taken.notice, taken.window, receipt)

    def discard(self) -> None:
        self._camera.stop()
        self._paper, self._requests = None, {}

    def _current(self) -> _Paper:
        if self._paper is None:
            raise Refused("no_draft", "Nothing is being taken in. Please begin again.")
        return self._paper

    def _load(self, request: RequestsOfCase, material: str) -> Catalogue:
        with self._office.store.read() as tx:
            return publication.load_part(tx, request.catalogue, request.version, request.one_thing, (material,))

    def _name(self, paper: _Paper, material: str) -> str:
        return localize(self._load(paper.request, material).material(material).name)

    def _describe(self, name: str) -> RequestedPaper:
        case, material = self._requests[name]
        catalogue = self._load(case, material)
        request = next(request for request in case.requested if request.material == material)
        until = request.deadline_at
        return RequestedPaper(
            name,
            localize(catalogue.material(material).name),
            localize(catalogue.one_thing(case.one_thing).name),
            case.case,
            format_reasons(catalogue, request.reason_codes, request.reason),
            format_due_day(until, catalogue.time_zone, expected=request.expected) if until else "",
        )
