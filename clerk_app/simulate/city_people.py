"""What people do at the windows, behind them, and at the kiosks of a simulated city. Each function is one act."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from zoneinfo import ZoneInfo

from clerk_app.cases.accept import AcceptCase, CaseDetails, NotAccept, PartyDetails
from clerk_app.cases.drafts import DiscardDraft, DraftContent, KeepDraft
from clerk_app.cases.ending import EndNotice, HandOver, IssueSet, Signature, WithdrawCase
from clerk_app.cases.intake import GivenMaterial
from clerk_app.cases.objections import SettleObjection
from clerk_app.cases.supplements import TakeIn
from clerk_app.errors import ClerkError, OutOfReach, Refused
from clerk_app.hall.calling import CallNext, CallTicket, MoveTicket, WalkIn
from clerk_app.hall.visits import ConfirmPerson, Identify, ShownPerson
from clerk_app.hall.windows import SetWindow
from clerk_app.licences.unlocking import FetchMaterials, GiveConsent
from clerk_app.simulate.city_diary import Diary, Receipt
from clerk_app.simulate.city_founding import catalogue, clerk_of, credit_code, person_name, person_number
from clerk_app.simulate.city_newer import Praise, confirming
from clerk_app.simulate.city_node import Node, last_entry
from clerk_app.simulate.city_plan import ENTERPRISES, PERSONS
from db.engines import Row

Done = str
"""What came of an act, in a word or two for the story."""
ZONE = ZoneInfo("Asia/Shanghai")
_PAPERS = {
    "birth": ("birth-certificate", "mother-id", "household-register"),
    "passport": ("applicant-id", "applicant-household-register", "applicant-photo"),
    "road-excavation": ("business-licence", "planning-permit", "construction-drawings", "pipe-survey", "traffic-plan"),
}
_LICENCES = {"birth": ("0301", "0101", "0102"), "passport": ("0101", "0102")}


class Counter:
    """A clerk at a window."""

    def __init__(self, node: Node, diary: Diary, chance: Random) -> None:
        self.node, self.diary, self.chance = node, diary, chance
        self.window = node.place.window
        self.clerk = clerk_of(self.window)

    # somebody stands there

    def free(self) -> None:
        """Whoever was left standing there is sent home."""
        with self.node.store.read() as look:
            running = look.one("hall.visit_at_window", window=self.window)
        if running is not None:
            act = self.chance.choice(("finish", "hold")) if running["ticket"] else "finish"
            self.node.do(MoveTicket(visit=running["id"], act=act), self.clerk)

    def finish(self, visit: str) -> None:
        self.node.do(MoveTicket(visit=visit, act="finish"), self.clerk)

    def serve(self, one_thing: str, visit: str = "") -> tuple[str, int]:
        """Somebody walks in (or was called), and shows a code: the visit, and which of the city's people."""
        if not visit:
            self.free()
            visit = self.node.do(WalkIn(window=self.window), self.clerk).visit
        who = self.chance.randrange(ENTERPRISES if one_thing == "road-excavation" else PERSONS)
        number = _number(one_thing, who)
        self.diary.visitors[self.node.place.node].add(number)
        shown = ShownPerson(name=_name(one_thing, who), number=number)
        self.node.do(
            Identify(
                visit=visit, person="", result="green", notes="", code_key=f"code of {number}", since=0, personal=shown
            ),
            self.clerk,
        )
        newer = self.node.rules.get("Praise") is not None
        self.node.do(confirming(visit) if newer else ConfirmPerson(visit=visit), self.clerk)
        return visit, who

    def _given(self, one_thing: str, visit: str, who: int) -> tuple[GivenMaterial, ...]:
        """What the city holds, where it can be asked; paper for the rest."""
        held: dict[str, str] = {}
        if one_thing in _LICENCES and self.chance.random() < 0.6:
            city = catalogue()
            asked = FetchMaterials(visit=visit, one_thing=one_thing, catalogue=city.id, catalogue_version=city.version)
            try:
                listed = self.node.do(asked, self.clerk).licences
                self.node.do(GiveConsent(visit=visit, licences=listed, purpose=one_thing), self.clerk)
                held = {
                    material: f"p{who}-{kind}"
                    for material, kind in zip(_PAPERS[one_thing], _LICENCES[one_thing], strict=False)
                    if f"p{who}-{kind}" in listed
                }
            except (Refused, OutOfReach):
                held = {}
        return tuple(
            GivenMaterial(material=name, how="licence", licence=held[name], grade="A")
            if name in held
            else GivenMaterial(material=name, how="paper")
            for name in _PAPERS[one_thing]
        )

    def _values(self, one_thing: str, who: int) -> dict[str, str]:
        serial = f"{self.chance.randrange(10**9):09d}"
        if one_thing == "birth":
            values = {
                "child_name": f"新生{serial}",
                "child_sex": self.chance.choice(("female", "male")),
                "child_birth_date": "2026-04-20",
                "mother_name": person_name(who),
                "mother_id_number": person_number(who),
                "home_address": f"示范路{serial}号",
                "register_with": "mother",
                "mother_insured": self.chance.choice(("yes", "no")),
                "bank_account": f"62220000{serial}",
            }
            own: tuple[str, ...] = ("child_name", "home_address", "bank_account")
        elif one_thing == "passport":
            values = {
                "applicant_name": person_name(who),
                "applicant_id_number": person_number(who),
                "passport_reason": "travel",
            }
            own = ()
        else:
            values = {
                "enterprise_name": _name(one_thing, who),
                "enterprise_credit_code": credit_code(who),
                "project_name": f"雨水管{serial}",
                "road_section": f"示范大道{serial}号",
                "risk_class": "ordinary",
                "excavation_area": "120",
                "works_start": "2026-06-01",
                "works_end": "2026-06-20",
            }
            own = ("project_name", "road_section")
        for name in own:
            self.diary.typed[values[name]] = (self.node.place.node, name, one_thing)
        return values

    def _keep(self, visit: str, one_thing: str, values: dict[str, str]) -> str:
        city = catalogue()
        command = KeepDraft(
            visit=visit,
            window=self.window,
            one_thing=one_thing,
            catalogue=city.id,
            catalogue_version=city.version,
            personal=DraftContent(values=values),
        )
        return self.node.do(command, self.clerk).draft

    # a case begins

    def take(self, one_thing: str, visit: str = "") -> Done:
        """Somebody comes with everything, and goes with a receipt."""
        visit, who = self.serve(one_thing, visit)
        given = self._given(one_thing, visit, who)
        values = self._values(one_thing, who)
        draft = self._keep(visit, one_thing, values)
        number = self._accept(draft, visit, one_thing, values, given, who)
        self.finish(visit)
        return f"{one_thing} {number}"

    def _accept(
        self, draft: str, visit: str, one_thing: str, values: dict[str, str], given: tuple[GivenMaterial, ...], who: int
    ) -> str:
        city = catalogue()
        command = AcceptCase(
            draft=draft,
            visit=visit,
            window=self.window,
            one_thing=one_thing,
            catalogue=city.id,
            catalogue_version=city.version,
            chosen=None,
            materials=given,
            personal=CaseDetails(parties=_parties(one_thing, who, values), values=values),
        )
        return self._receive(command, draft, _number(one_thing, who))

    def _receive(self, command: AcceptCase | NotAccept, draft: str, applicant: str) -> str:
        """The case number; the receipt is out of the printer."""
        made = self.node.do(command, self.clerk)
        entry = last_entry(self.node, f"case/{made.number}")
        self.diary.receipts.append(
            Receipt(
                number=made.number,
                program=self.node.name,
                node=self.node.place.node,
                draft=draft,
                applicant=applicant,
                at=self.diary.shown[self.node.place.node, entry["said_at"]],
                mark=entry["personal_digest"],
            )
        )
        if self.chance.random() < 0.9:
            self.node.do(EndNotice(notice=made.notice, printed=True), self.clerk)
        return made.number

    def draft(self) -> Done:
        """Somebody has to come again: what was typed is kept."""
        one_thing = self.chance.choice(("birth", "passport"))
        visit, who = self.serve(one_thing)
        values = {**self._values(one_thing, who), "register_with": "mother"}
        draft = self._keep(visit, one_thing, values)
        self.finish(visit)
        return draft

    def _some_draft(self) -> tuple[Row, int, dict[str, str]] | None:
        found = self.node.rows("drafts", order=("id",))
        if not found:
            return None
        row = self.chance.choice(found)
        content = DraftContent() if row["content"] is None else _content(row["content"])
        key = "mother_id_number" if row["one_thing"] == "birth" else "applicant_id_number"
        numbers = {person_number(at): at for at in range(PERSONS)}
        who = numbers.get(content.values.get(key, ""))
        return None if who is None else (row, who, content.values)

    def accept_draft(self) -> Done:
        """They came again, with paper."""
        found = self._some_draft()
        if found is None:
            return "no draft"
        row, who, values = found
        given = tuple(GivenMaterial(material=name, how="paper") for name in _PAPERS[row["one_thing"]])
        return self._accept(row["id"], row["visit"], row["one_thing"], values, given, who)

    def not_accept(self) -> Done:
        """What was asked for cannot be had here; the citizen gets that in writing."""
        found = self._some_draft()
        if found is None:
            return "no draft"
        row, who, values = found
        city = catalogue()
        command = NotAccept(
            draft=row["id"],
            visit=row["visit"],
            window=self.window,
            one_thing=row["one_thing"],
            catalogue=city.id,
            catalogue_version=city.version,
            reason="not for this city",
            personal=CaseDetails(parties=_parties(row["one_thing"], who, values), values=values),
        )
        return self._receive(command, row["id"], _number(row["one_thing"], who))

    def discard(self) -> Done:
        """They do not want it after all."""
        found = self._some_draft()
        if found is None:
            return "no draft"
        self.node.do(DiscardDraft(draft=found[0]["id"], reason="not wanted"), self.clerk)
        return str(found[0]["id"])

    def ticket(self) -> Done:
        """The next ticket is called."""
        self.free()
        called = self.node.do(CallNext(hall=self.node.place.hall, window=self.window), self.clerk)
        return self._serve_ticket(called.visit)

    def paper_ticket(self) -> Done:
        """A printed ticket is handed over: the paper is the token."""
        self.free()
        waiting = [row for row in self.node.rows("tickets", order=("id",)) if row["state"] in ("waiting", "held")]
        if not waiting:
            return "no ticket"
        called = self.node.do(CallTicket(ticket=self.chance.choice(waiting)["id"], window=self.window), self.clerk)
        return self._serve_ticket(called.visit)

    def _serve_ticket(self, visit: str) -> Done:
        if self.chance.random() < 0.25:
            self.node.do(MoveTicket(visit=visit, act=self.chance.choice(("hold", "recall"))), self.clerk)
            return "held"
        return self.take(self.chance.choice(("birth", "passport")), visit)

    # a case goes on

    def _some_case(self, state: str) -> str:
        found = self.node.rows("cases", order=("number",), state=state)
        return str(self.chance.choice(found)["number"]) if found else ""

    def take_in(self) -> Done:
        """Papers that were asked for come in; now and then some that were not."""
        open_ones = [row for row in self.node.rows("supplements", order=("id",)) if row["answered_at"] is None]
        if open_ones:
            row = self.chance.choice(open_ones)
            number, names = row["case_number"], tuple(dict.fromkeys(row["materials"].split(",")))
        else:
            number = self._some_case(self.chance.choice(("accepted", "closed")))
            if not number:
                return "no case"
            one_thing = self.node.rows("cases", number=number)[0]["one_thing"]
            names = (self.chance.choice(_PAPERS[one_thing]),)
        papers = tuple(GivenMaterial(material=name, how="paper") for name in names)
        self.node.do(TakeIn(case=number, materials=papers), self.clerk)
        return str(number)

    def withdraw(self) -> Done:
        """The applicant takes it back."""
        number = self._some_case("accepted")
        if not number:
            return "no case"
        self.node.do(WithdrawCase(case=number, reason="does not want it any more"), self.clerk)
        return number

    def hand_over(self) -> Done:
        """A decided case is put together, and goes to the citizen."""
        number = self._some_case("closed")
        if number:
            self.node.do(IssueSet(case=number), self.clerk)
        number = number or self._some_case("issued")
        if not number:
            return "no case"
        signed = Signature(name="signed")
        self.node.do(HandOver(case=number, window=self.window, personal=signed), self.clerk)
        return number

    def print_(self) -> Done:
        """Papers that have not come out of the printer do now."""
        with self.node.store.read() as look:
            pending = look.all("cases.unprinted", window=self.window)
        for row in pending[:2]:
            self.node.do(EndNotice(notice=row["id"], printed=True), self.clerk)
        return f"{len(pending[:2])} papers"

    def settle(self) -> Done:
        """What the center objected to is dealt with."""
        found = [row for row in self.node.rows("objections") if row["settled_at"] is None]
        if not found:
            return "no objection"
        row = self.chance.choice(found)
        command = SettleObjection(case=row["case_number"], number=row["number"], note="asked the applicant")
        self.node.do(command, self.clerk)
        return f"{row['case_number']} {row['reason']}"

    def renewed_window(self) -> Done:
        """A pause."""
        self.node.do(SetWindow(window=self.window, state="paused"), self.clerk)
        self.node.do(SetWindow(window=self.window, state="open"), self.clerk)
        return "open"

    def praise(self) -> Done:
        """Something that only a newer program knows."""
        self.node.do(Praise(window=self.window), self.clerk)
        return "heard"


def counter_acts(counter: Counter) -> dict[str, Callable[[], Done]]:
    """Every act of a window, by the name it has in a script."""
    return {
        "birth": lambda: counter.take("birth"),
        "passport": lambda: counter.take("passport"),
        "road": lambda: counter.take("road-excavation"),
        "draft": counter.draft,
        "accept_draft": counter.accept_draft,
        "not_accept": counter.not_accept,
        "discard": counter.discard,
        "ticket": counter.ticket,
        "paper_ticket": counter.paper_ticket,
        "take_in": counter.take_in,
        "withdraw": counter.withdraw,
        "hand_over": counter.hand_over,
        "print": counter.print_,
        "settle": counter.settle,
        "renewed_window": counter.renewed_window,
    }


def _parties(one_thing: str, who: int, values: dict[str, str]) -> tuple[PartyDetails, ...]:
    role = {"birth": "mother", "passport": "applicant"}.get(one_thing, "enterprise")
    kind = "organisation" if role == "enterprise" else "person"
    subject = f"e{who}" if role == "enterprise" else f"p{who}"
    name, number = _name(one_thing, who), _number(one_thing, who)
    first = PartyDetails(role=role, kind=kind, name=name, number=number, subject=subject, known_by="code")
    if one_thing != "birth":
        return (first,)
    child = PartyDetails(role="child", kind="person", name=values["child_name"], number="", known_by="typed")
    return (first, child)


def _content(content: bytes) -> DraftContent:
    import msgspec

    return msgspec.json.decode(content, type=DraftContent)


def _number(one_thing: str, who: int) -> str:
    return credit_code(who) if one_thing == "road-excavation" else person_number(who)


def _name(one_thing: str, who: int) -> str:
    return f"示范建设{who:03d}公司" if one_thing == "road-excavation" else person_name(who)


__all__ = ["ClerkError", "Counter", "counter_acts"]
