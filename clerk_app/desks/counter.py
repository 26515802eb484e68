"""The window's desk: each act is one or two commands at the door, then the whole view anew."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial

import msgspec

from clerk_app.cases.accept import AcceptCase, NotAccept
from clerk_app.cases.drafts import DiscardDraft, DraftContent, DraftParty, KeepDraft
from clerk_app.catalogue.model import Catalogue, OneThing
from clerk_app.catalogue.search import search
from clerk_app.catalogue.values import check_value
from clerk_app.desk import Choice, CounterView, MaterialView
from clerk_app.desks.case_acts import CaseActs
from clerk_app.desks.counter_view import CounterState, open_draft, open_visit
from clerk_app.desks.intake_view import gap_in_words
from clerk_app.desks.line_view import line_facts
from clerk_app.desks.materials import material_view
from clerk_app.desks.reading import CaseNumber, Citizen, Ticket, check_facts, identify, read, was_scanned
from clerk_app.desks.taking import Taking, filled, read_taking
from clerk_app.desks.words import say
from clerk_app.errors import BadData, OutOfReach, Refused
from clerk_app.hall.calling import CallNext, CallTicket, MoveTicket, WalkIn
from clerk_app.hall.visits import ConfirmPerson, RefuseCode
from clerk_app.ledger.numbers import RESERVE, LendNumbers
from clerk_app.licences.unlocking import FetchMaterials, GiveConsent, LookAt
from clerk_app.locales import _, mark, spoken

WITHOUT_CENTER = mark(
    "The center is out of reach: there is only what the signed code carries and what this case holds. "
    "Take the other papers in; the case can be accepted."
)
NOBODY_CALLED = mark(
    "Nobody was called: the center, which keeps the queue, is out of reach. "
    "Type the number of a printed ticket, or serve somebody without one (F8)."
)


class Counter(CaseActs):
    """The desk of the clerk who sits at this window (desk.CounterDesk)."""

    # the hall

    def call_next(self) -> CounterView:
        self._leave()
        try:
            self._door.perform(CallNext(hall=self._office.settings.hall, window=self._window), self._me)
        except OutOfReach:
            return replace(self._fresh(), say=_(NOBODY_CALLED))
        return self._fresh()

    def recall(self) -> CounterView:
        return self._move("recall")

    def hold(self) -> CounterView:
        return self._move("hold")

    def resume(self, ticket: str) -> CounterView:
        self._leave()
        self._door.perform(CallTicket(ticket=ticket, window=self._window), self._me)
        return self._fresh()

    def no_show(self) -> CounterView:
        return self._move("no_show")

    def walk_in(self) -> CounterView:
        self._leave()
        self._door.perform(WalkIn(window=self._window), self._me)
        return self._fresh()

    def finish(self) -> CounterView:
        return self._move("finish")

    # who and what

    def present(self, text: str) -> CounterView:
        found = read(self._office, text)
        if isinstance(found, CaseNumber):
            return self.open_case(found.number)
        if isinstance(found, Ticket):
            day = self._office.wall().date().isoformat()
            ticket = f"{self._office.settings.hall}/{day}/{found.number}"
            with self._office.store.read() as look:
                unknown = look.row("tickets", id=ticket) is None
            alone = line_facts(self._office).state not in ("own", "connected")
            return self._serve_unknown(found.number) if unknown and alone else self.resume(ticket)
        if isinstance(found, Citizen):
            return self._show_citizen(found.text)
        visit = self._visit()
        self._door.perform(
            RefuseCode(visit=visit["id"] if visit else "", format=found.form, reason="unknown"), self._me
        )
        return self._said(found.sentence)

    def is_code(self, text: str, kind: str) -> bool:
        return was_scanned(self._office, text, kind)

    def confirm_person(self) -> CounterView:
        self._door.perform(ConfirmPerson(visit=self._serving()["id"]), self._me)
        return self.look()

    def one_things(self, query: str) -> tuple[Choice, ...]:
        catalogue = self._office.catalogue()
        language = "en" if spoken() == "en" else "zh"
        found = (one for one in search(catalogue, query, language) if isinstance(one, OneThing))
        return tuple(Choice(one.id, say(one.name), say(catalogue.organ(one.lead).name)) for one in found)

    def begin(self, one_thing: str) -> CounterView:
        visit = self._serving()
        catalogue = self._office.catalogue()
        chosen = catalogue.one_thing(one_thing)
        try:
            self._ask_for_materials(visit["id"], one_thing, catalogue)
            fetched = True
        except OutOfReach:
            fetched = False
        content = DraftContent(parties=self._shown(chosen))
        made = self._door.perform(
            KeepDraft(
                visit=visit["id"],
                window=self._window,
                one_thing=one_thing,
                catalogue=catalogue.id,
                catalogue_version=catalogue.version,
                personal=content,
            ),
            self._me,
        )
        self._state.draft = made.draft
        self._keep(filled(self._taking()))
        return self.look() if fetched else self._said(_(WITHOUT_CENTER))

    def fetch_materials(self) -> CounterView:
        taking = self._taking()
        chosen = taking.plan.one_thing
        self._ask_for_materials(self._serving()["id"], chosen.id, taking.catalogue)
        self._keep(msgspec.structs.replace(taking.content, parties={**taking.content.parties, **self._shown(chosen)}))
        self._keep(filled(self._taking()))
        return self.look()

    def drafts(self) -> tuple[Choice, ...]:
        with self._office.store.read() as look:
            rows = look.all("cases.drafts_here", staff=self._me, window=self._window)
        catalogue = self._office.catalogue()
        saved = {row["id"]: self._office.wall(row["saved_at"]).strftime("%m-%d %H:%M") for row in rows}
        names = {row["id"]: say(catalogue.one_thing(row["one_thing"]).name) for row in rows}
        return tuple(Choice(draft, names[draft], saved[draft]) for draft in names)

    def reopen(self, draft: str) -> CounterView:
        if self._visit() is None:
            self._door.perform(WalkIn(window=self._window), self._me)
        self._state.draft = draft
        self._keep(self._taking().content)
        return self._fresh(keep_draft=True)

    def discard(self, reason: str) -> CounterView:
        self._door.perform(DiscardDraft(draft=self._taking().draft["id"], reason=reason), self._me)
        self._state.draft = ""
        return self.look()

    # the form

    def fill(self, field: str, value: str) -> CounterView:
        taking = self._taking()
        planned = next((one for one in taking.plan.fields if one.field.id == field), None)
        if planned is None:
            raise BadData("The form has no field {field} any more.", field=field)
        with suppress(BadData):  # a wrong one is kept as typed; the view names the mistake at the field
            value = check_value(planned.field, value)
        if taking.content.values.get(field, "") != value:
            values = {**taking.content.values, field: value}
            sources = {name: source for name, source in taking.content.sources.items() if name != field}
            self._keep(msgspec.structs.replace(taking.content, values=values, sources=sources))
            self._keep(filled(self._taking()))  # an answer may have brought fields that a source knows
        return self.look()

    def drop_matter(self, matter: str) -> CounterView:
        return self._choose(matter, wanted=False)

    def add_matter(self, matter: str) -> CounterView:
        return self._choose(matter, wanted=True)

    def consent(self, materials: Sequence[str]) -> CounterView:
        taking, visit = self._taking(), self._serving()
        asked = [taking.matches[name].licence for name in materials if name in taking.matches]
        licences = tuple(dict.fromkeys(row["id"] for row in asked if row is not None))
        if not licences:
            raise Refused("nothing", "There is nothing to agree to: the city holds none of these.")
        purpose = taking.plan.one_thing.id
        self._door.perform(GiveConsent(visit=visit["id"], licences=licences, purpose=purpose), self._me)
        for licence in licences:  # filling the form from a licence is a look at it
            self._door.perform(LookAt(licence=licence, purpose=purpose, visit=visit["id"]), self._me)
        self._keep(filled(self._taking()))
        return self.look()

    def take_paper(self, material: str) -> CounterView:
        content = self._taking().content
        papers = set(content.papers) ^ {material}
        self._keep(msgspec.structs.replace(content, papers=tuple(sorted(papers))))
        return self.look()

    def look_at(self, material: str) -> MaterialView:
        visit = self._visit()
        if self._state.case:
            return material_view(self._office, case=self._state.case, material=material)
        taking = self._taking()
        licence = taking.matches[material].licence if material in taking.matches else None
        if licence is None or visit is None:
            raise Refused("nothing", "There is nothing to look at: the city does not hold it.")
        self._door.perform(LookAt(licence=licence["id"], purpose=taking.plan.one_thing.id, visit=visit["id"]), self._me)
        return material_view(self._office, licence=licence, purpose=say(taking.plan.one_thing.name))

    def accept(self) -> CounterView:
        taking, visit = self._taking(), self._serving()
        if visit["check_result"] and not visit["confirmed"]:
            raise Refused("unconfirmed", "Compare the person with the photo and confirm first.")
        if taking.gaps:
            raise Refused("incomplete", "Not accepted yet. {first}", first=gap_in_words(taking, taking.gaps[0]))
        made = self._door.perform(
            AcceptCase(
                draft=taking.draft["id"],
                visit=visit["id"],
                window=self._window,
                one_thing=taking.plan.one_thing.id,
                catalogue=taking.catalogue.id,
                catalogue_version=taking.catalogue.version,
                chosen=taking.content.chosen,
                materials=taking.given,
                sources=taking.sources(),
                personal=taking.details(),
            ),
            self._me,
        )
        self._state.draft = ""
        self._state.receipt = self._papers.print(made.notice)
        self._borrow_numbers()
        return self.look()

    def not_accept(self, reason: str) -> CounterView:
        taking, visit = self._taking(), self._serving()
        made = self._door.perform(
            NotAccept(
                draft=taking.draft["id"],
                visit=visit["id"],
                window=self._window,
                one_thing=taking.plan.one_thing.id,
                catalogue=taking.catalogue.id,
                catalogue_version=taking.catalogue.version,
                reason=reason,
                personal=taking.details(),
            ),
            self._me,
        )
        self._state.draft = ""
        self._state.receipt = self._papers.print(made.notice)
        return self.look()

    # within

    def _taking(self) -> Taking:
        with self._office.store.read() as look:
            visit = open_visit(look, self._window)
            draft = open_draft(look, self._state, visit)
            if draft is None:
                raise Refused("no_draft", "No one thing is chosen yet.")
            return read_taking(self._office, look, draft, visit)

    def _keep(self, content: DraftContent) -> None:
        taking, visit = self._taking(), self._serving()
        if content == taking.content and taking.draft["visit"] == visit["id"]:
            return
        self._door.perform(
            KeepDraft(
                draft=taking.draft["id"],
                visit=visit["id"],
                window=self._window,
                one_thing=taking.draft["one_thing"],
                catalogue=taking.draft["catalogue"],
                catalogue_version=taking.draft["catalogue_version"],
                personal=content,
            ),
            self._me,
        )

    def _choose(self, matter: str, *, wanted: bool) -> CounterView:
        taking = self._taking()
        chosen = {planned.id for planned in taking.plan.matters} - {matter} | ({matter} if wanted else set())
        self._keep(msgspec.structs.replace(taking.content, chosen=tuple(sorted(chosen))))
        return self.look()

    def _show_citizen(self, text: str) -> CounterView:
        if self._visit() is None:
            self._door.perform(WalkIn(window=self._window), self._me)
        visit = self._serving()
        try:
            red = identify(self._office, text, visit["id"], self._window, self._me)
        except Refused as refused:
            red = partial(str, refused)
        except OutOfReach as lost:
            raise OutOfReach(
                "A code that changes can be read by the center alone, and that is out of reach. Nothing was used up: "
                "ask for the signed code, on the phone or on paper, or take the papers in."
            ) from lost
        self._state.red = red
        if red is None:
            self._state.facts[visit["id"]] = check_facts(self._office, text, visit["id"])
        return self.look() if red is None else self._said(red())

    def _ask_for_materials(self, visit: str, one_thing: str, catalogue: Catalogue) -> None:
        self._door.perform(
            FetchMaterials(
                visit=visit, one_thing=one_thing, catalogue=catalogue.id, catalogue_version=catalogue.version
            ),
            self._me,
        )

    def _shown(self, one_thing: OneThing) -> dict[str, DraftParty]:
        """The applicant as their code has it; the center may know by their number who that is."""
        visit = self._serving()
        if not visit["check_result"]:
            return {}
        applicant = DraftParty(
            name=visit["shown_name"] or "",
            number=visit["shown_number"] or "",
            subject=visit["person"] or "",
            known_by="code",
        )
        return {one_thing.applicant().id: applicant}

    def _serve_unknown(self, number: str) -> CounterView:
        """A printed ticket that this window has not heard of, while nobody can be asked: the paper is enough."""
        self._leave()
        self._door.perform(WalkIn(window=self._window), self._me)
        words = _(
            "Ticket {number} is not known here while the center is out of reach; its holder is served all the same."
        )
        return replace(self._fresh(), say=words.format(number=number))

    def _move(self, act: str) -> CounterView:
        self._door.perform(MoveTicket(visit=self._serving()["id"], act=act), self._me)
        return self._fresh() if act != "recall" else self._said(_("Called again."))

    def _leave(self) -> None:
        """Whoever was served here goes, so that the next can come; a draft stays."""
        visit = self._visit()
        if visit is not None:
            self._door.perform(MoveTicket(visit=visit["id"], act="finish"), self._me)

    def _fresh(self, *, keep_draft: bool = False) -> CounterView:
        draft = self._state.draft if keep_draft else ""
        self._state = CounterState(window=self._window, staff=self._staff, draft=draft)
        return self.look()

    def _borrow_numbers(self) -> None:
        """Keeps one block of case numbers in reserve. A window's exchange does that beside everything else."""
        if self._door.center is not None:
            return
        with self._office.store.read() as look:
            here = look.one("ledger.here")
            if here is None:
                return
            left = look.one("ledger.blocks_left", node=here["id"], incarnation=here["incarnation"])
        if left is not None and left["many"] <= RESERVE:
            self._door.perform(LendNumbers(node=here["id"], incarnation=here["incarnation"]), self._me)
