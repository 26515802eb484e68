"""The counter service, camera and workstation in memory, for tests; what was called is recorded in `asked`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from clerk_app.errors import OutOfReach, Refused
from clerk_app.views.case import (
    Applicant,
    CaseAction,
    CaseView,
    HistoryRow,
    IntakeView,
    MaterialRow,
    MaterialView,
    PartyRow,
    Saving,
)
from clerk_app.views.consent import ConsentListRow
from clerk_app.views.counter import (
    CounterView,
    DraftRow,
    FoundParty,
    Leaving,
    RequestedTicket,
    TicketRow,
)
from clerk_app.views.differences import DifferenceRow
from clerk_app.views.duplicates import DuplicateSearch
from clerk_app.views.shared import LabelledValue, Option, Paper, PendingPaper
from tests.screens.sample_applications import SampleApplications
from tests.screens.sample_consents import SampleConsents
from tests.screens.sample_data import (
    BARS,
    CASE,
    FAR_CASE,
    FORGED_CODE,
    NOW,
    PENDING_PAPERS,
    REFUSED_APPLICANT,
    applicant,
    day_numbers,
    fields,
    format_given,
    localized,
    materials,
    matters,
    open_steps,
    photo,
    status,
    tickets,
)
from tests.screens.sample_further import SampleFurther
from tests.screens.sample_hall_acts import SampleHallActs
from tests.screens.sample_identity import SampleIdentity
from tests.screens.sample_materials import SampleMaterials
from tests.screens.sample_names import SampleNames
from tests.screens.sample_offers import SampleOffers
from tests.screens.sample_paper_reviews import SamplePaperReviews
from tests.screens.sample_papers import SamplePapers
from tests.screens.sample_plots import sample_waiting
from tests.screens.sample_promises import SamplePromises
from tests.screens.sample_results import SampleResults
from tests.screens.sample_staff_calls import SampleStaffCalls
from tests.screens.sample_tracks import sample_tracks

PARTY_CODE = "EL1:PARTY"  # the code of another person than the one served


class SampleCounterService(
    SampleOffers,
    SampleMaterials,
    SampleHallActs,
    SampleIdentity,
    SampleNames,
    SampleApplications,
    SampleFurther,
    SamplePapers,
    SampleStaffCalls,
    SampleResults,
    SampleConsents,
    SamplePromises,
    SamplePaperReviews,
):
    """A window with nine waiting tickets and one citizen who reports a birth; each call is recorded in `asked`."""

    def __init__(self) -> None:
        super().__init__()
        self.accesses: tuple[str, ...] = ("2026-05-06 09:30  1001",)
        self.kept_back = self.kept_of_visit = False
        self.is_empty = False  # nobody waits
        self._values: dict[str, str] = {}
        self._paper: frozenset[str] = frozenset()
        self.paper_lacks_validity = False  # the catalogue needs the validity of every paper
        self._dropped: frozenset[str] = frozenset()
        self._consent = False
        self.can_fetch_materials = False  # what the city holds was not asked for yet
        self.differences: tuple[DifferenceRow, ...] = ()
        self.enterprise: PartyRow | None = None  # a party in place of the child
        self._confirmed = False
        self._remote_case = ""
        self._refused_code = False
        self.ended: tuple[TicketRow, ...] = ()  # tickets that can be taken back
        self.closed = self.elsewhere = ""  # why the window was closed; the window where ticket A030 is being served
        self.absent_roles: tuple[Option, ...] = ()  # roles in which the holder of PARTY_CODE may be absent
        self.unreadable_draft = self.is_disk_full = False
        self.duplicates = DuplicateSearch()
        self.case_actions: tuple[CaseAction, ...] = ("take_in", "hand_over", "withdraw", "reprint")
        self.consent_list, self.is_signed, self.held = "", False, ""  # held: why results may not be handed over yet
        self._has = {"serving": False, "applicant": False, "intake": False, "case": False, "receipt": False}

    def _view(self, message: str = "") -> CounterView:
        has, waiting = self._has if not self.closed else dict.fromkeys(self._has, False), tickets()
        called = replace(waiting[0], state=localized("serving", "办理中"), calls=1, called_at=NOW)
        serving = called if has["serving"] else None
        return CounterView(
            status=replace(status(), papers=len(self._unprinted()), waiting=0 if self.is_empty else 18),
            serving=serving,
            waiting=() if self.is_empty else waiting[1:] if serving else waiting,
            held=(),
            ended=self.ended,
            nothing_done=bool(serving and serving.number) and not (self._confirmed or has["case"] or has["intake"]),
            applicant=self._applicant() if has["applicant"] else None,
            intake=self.with_promises(self._intake()) if has["intake"] else None,
            case=self._case() if has["case"] else None,
            receipt=self._receipt() if has["receipt"] else None,
            unprinted=self._unprinted(),
            print_questions=self.questions,
            copyable=self.copyable,
            letters=self.letters if self._has["case"] or self._has["receipt"] else (),
            message=message,
            waiting_plot=sample_waiting() if serving is None else None,
            closed=self.closed,
            remote_case=self._remote_case,
            found_party=self._found_party,
            day=day_numbers(),
            messages=self.messages,
            help_call=self.help_call,
        )

    def _unprinted(self) -> tuple[PendingPaper, ...]:
        papers = (replace(PENDING_PAPERS[0], is_of_visit=self.kept_of_visit), *PENDING_PAPERS[1:])
        return tuple(paper for paper in papers if self.kept_back and paper.id not in self._printed)

    def _applicant(self) -> Applicant:
        return REFUSED_APPLICANT if self._refused_code else replace(applicant(self._confirmed), doubted=self._doubted)

    def _intake(self) -> IntakeView:
        rows = fields(self._values)
        parties = (
            PartyRow(
                "mother", localized("Mother", "母亲"), localized("Wang Li", "王丽"), "1236", localized("code", "亮证")
            ),
            PartyRow(
                "child",
                localized("Child", "新生儿"),
                self._values.get("name", "-"),
                "",
                localized("typed", "填写"),
                identified=False,
            ),
        )
        return IntakeView(
            draft="d1",
            application=self.application,
            one_thing=localized("A child is born", "小孩出生一件事"),
            catalogue="2026-11",
            has_compared_texts=self.has_compared_texts,
            parties=(parties[0], self.enterprise or parties[1]),
            matters=matters(self._dropped, done=False),
            materials=tuple(map(self.with_reading, self.with_pages(self._materials()))),
            fields=rows,
            open_steps=open_steps(rows, materials(self._consent, self._paper), self._consent),
            promised="2026-11-27",
            statutory="2026-12-18",
            savings=(Saving(localized("visits", "跑动次数"), "9", "1"), Saving(localized("papers", "材料"), "23", "6")),
            saved_at=NOW,
            tracks=replace(sample_tracks(), number="", done=0),
            can_fetch_materials=self.can_fetch_materials,
            has_unconfirmed_consent=self._consent and not self.is_signed,
            consent_lists=(ConsentListRow("Mother Lin *", ("Birth certificate",), self.consent_list),),
            differences=self.differences,
            name_fields=self.name_fields,
        )

    def _case(self) -> CaseView:
        entry = HistoryRow(NOW, localized("Li Mei", "李梅"), localized("accepted", "受理"))
        return CaseView(
            number=CASE,
            one_thing=localized("A child is born", "小孩出生一件事"),
            state=localized("accepted, waits for a supplement", "已受理，待补正"),
            level="warn",
            applicant=localized("Wang Li", "王丽"),
            accepted="2026-11-20",
            promised="2026-11-27",
            statutory="2026-12-18",
            matters=matters(frozenset(), done=True),
            materials=materials(True, self._paper),
            requested_materials=(localized("Father's identity card, original", "父亲身份证原件"),),
            results=(localized("Household register", "户口簿"), localized("Birth certificate", "出生医学证明")),
            history=(entry, entry),
            actions=tuple(action for action in self.case_actions if not self.held or action != "hand_over"),
            as_of=localized("as of 09:30", "截至09:30"),
            receivers=self.list_receivers(),
            early=self.early,
            held=self.held,
            tracks=sample_tracks(),
            handed_over=any(asked.startswith("hand_over") for asked in self.asked),
        )

    def _receipt(self) -> Paper:
        lines = (
            localized("RECEIPT", "受理通知书"),
            "",
            localized("A child is born", "小孩出生一件事"),
            localized("Applicant: Wang *", "申请人：王*"),
            localized("Accepted: 2026-11-20", "受理日期：2026-11-20"),
            localized("Promised: 2026-11-27", "承诺日期：2026-11-27"),
            "",
            BARS,
            localized(f"No. {CASE}", f"编号 {CASE}"),
        )
        return Paper("p1", localized("Receipt", "受理通知书"), lines, not self.paper_out)

    def _materials(self) -> tuple[MaterialRow, ...]:
        return materials(self._consent, self._paper, lacks_validity=self.paper_lacks_validity)

    def _do(self, name: str, message: str = "", **has: bool) -> CounterView:
        self.asked.append(name)
        self._has |= has
        return self._view(message)

    def read_view(self) -> CounterView:
        return self._view()

    def call_next(self, leaving: Leaving = "") -> CounterView:
        self._confirmed = self._consent = False
        none = dict.fromkeys(("applicant", "intake", "case", "receipt"), False)
        name = f"call_next {leaving}".strip()
        return self._do(name, localized("A023 is called.", "正在呼叫 A023。"), **none, serving=True)

    def recall(self) -> CounterView:
        return self._do("recall", localized("A023 is called again.", "再次呼叫 A023。"))

    def hold(self) -> CounterView:
        return self._do("hold", serving=False, applicant=False, intake=False)

    def resume(self, ticket: str, leaving: Leaving = "", *, take_over: bool = False) -> CounterView:
        name = f"resume {ticket} {leaving}".strip() + (" taken over" if take_over else "")
        return self._do(name, serving=True)

    def mark_no_show(self) -> CounterView:
        return self._do("mark_no_show", serving=False)

    def serve_walk_in(self, leaving: Leaving = "") -> CounterView:
        return self._do("serve_walk_in", serving=True)

    def finish_visit(self, leaving: Leaving = "") -> CounterView:
        return self._do(
            f"finish_visit {leaving}".strip(), serving=False, applicant=False, intake=False, case=False, receipt=False
        )

    def process_scan(self, text: str) -> CounterView:
        if text == PARTY_CODE:
            roles = (Option("father", localized("Father", "父亲")), Option("child", localized("Child", "新生儿")))
            self._found_party = FoundParty(
                localized("Li *", "李*"), "310***********0011", roles, absent_roles=self.absent_roles, served="陈*"
            )
            return self._do(f"process_scan {text}")
        if text.startswith("EL1:"):
            self._refused_code = text == FORGED_CODE
            return self._do(f"process_scan {text}", applicant=True)
        if text == self.consent_list:
            return replace(self._view(), scanned_list=text)
        if text == "A030":
            return replace(self._view(), requested_ticket=RequestedTicket("t9", text, self.elsewhere))
        if text == CASE:
            return self._do(f"process_scan {text}", case=True)
        if text == FAR_CASE:
            self._remote_case = text
            return self._do(
                f"process_scan {text}",
                localized("The case is at another service centre. F8 transfers it.", "该办件不在本中心。"),
            )
        raise Refused("unknown_code", localized("This is no code that this window knows.", "无法识别此码。"))

    def begin_draft(self, one_thing: str) -> CounterView:
        return self._do(f"begin_draft {one_thing}", intake=True)

    def fetch_materials(self) -> CounterView:
        self.can_fetch_materials = False
        return self._do("fetch_materials")

    def assign_party(self, role: str) -> CounterView:
        self._found_party = None
        return self._do(f"assign_party {role}".rstrip())

    def identify_by_document(self, role: str, name: str, number: str) -> CounterView:
        return self._do(f"identify_by_document {role} {name} {number}".rstrip())

    def list_drafts(self) -> tuple[DraftRow, ...]:
        birth, age = localized("A child is born", "小孩出生一件事"), localized("18 min", "18分钟")
        lost = DraftRow("d2", localized("cannot be displayed", "无法显示"), "", age, readable=False)
        return (DraftRow("d1", birth, localized("Wang *", "王*"), age), *((lost,) if self.unreadable_draft else ()))

    def reopen_draft(self, draft: str) -> CounterView:
        self._confirmed = True
        return self._do(f"reopen_draft {draft}", applicant=True, intake=True)

    def discard_draft(self, reason: str, draft: str = "") -> CounterView:
        return self._do(f"discard_draft {draft} {reason}" if draft else f"discard_draft {reason}", intake=False)

    def fill_field(self, field: str, value: str) -> CounterView:
        if self.is_disk_full:
            raise OutOfReach("The disk is full.")
        self._values[field] = value
        return self._do(f"fill_field {field}={value}")

    def explain_difference(self, field: str, reason: str) -> CounterView:
        return self._do(f"explain_difference {field}={reason}")

    def drop_matter(self, matter: str) -> CounterView:
        self._dropped |= {matter}
        return self._do(f"drop_matter {matter}")

    def add_matter(self, matter: str) -> CounterView:
        self._dropped -= {matter}
        return self._do(f"add_matter {matter}")

    def list_unmask_purposes(self) -> tuple[Option, ...]:
        return (Option("review", "to check the application"),)

    def unmask(self, purpose: str) -> CounterView:
        return self._do(f"unmask {purpose}")

    def list_accesses(self) -> tuple[str, ...]:
        self.asked.append("list_accesses")
        return self.accesses

    def open_material(self, material: str) -> MaterialView:
        self.asked.append(f"open_material {material}")
        facts = (
            LabelledValue(localized("Number", "编号"), "3101-2026-0042"),
            LabelledValue(localized("Holder", "持证人"), localized("Wang Li", "王丽")),
        )
        watermark = localized("Only for: A child is born, until 2026-11-20", "仅用于：小孩出生一件事，至2026-11-20")
        return MaterialView(localized("Birth certificate", "出生医学证明"), facts, photo(), watermark)

    def find_duplicates(self) -> DuplicateSearch:
        if self._intake().gaps:
            raise Refused(
                "incomplete", localized("Something is still missing; nothing was accepted.", "材料不齐，未受理。")
            )
        return self.duplicates

    def list_duplicate_reasons(self) -> tuple[Option, ...]:
        return (
            Option("other_subject", localized("Another child", "另一子女")),
            Option("insists", localized("The applicant wants both", "申请人坚持")),
        )

    def accept_case(self, duplicates: Sequence[str] = (), duplicate_code: str = "") -> CounterView:
        known = f" {','.join(duplicates)}: {duplicate_code}" if duplicates else ""
        return self._do(f"accept_case{known}", intake=False, applicant=False, receipt=True)

    def open_case(self, number: str) -> CounterView:
        return self._do(f"open_case {number}", case=True)

    def transfer_case(self, last: str) -> CounterView:
        self._remote_case = ""
        return self._do(f"transfer_case {last}", case=True)

    def receive_supplements(
        self,
        materials: Sequence[str],
        typed: Mapping[str, str] | None = None,
        reasons: Mapping[str, tuple[str, str]] | None = None,
    ) -> CounterView:
        self._paper |= set(materials)
        why = "".join(f" {name}:{code}" for name, (code, _words) in (reasons or {}).items())
        return self._do(f"receive_supplements {','.join(materials)}{why}")

    def withdraw_case(self, reason: str) -> CounterView:
        return self._do(f"withdraw_case {reason}", case=False)

    def decline_case(self, reason: str, codes: Sequence[str] = ()) -> CounterView:
        return self._do(f"decline_case {format_given(reason, codes)}", intake=False)

    def keep_papers_back(self, moment: str) -> None:
        """Have papers that were not printed: "between visits", or the first of them "in the visit"; or none."""
        self.kept_back = bool(moment)
        self.kept_of_visit = self._has["serving"] = moment == "in the visit"

    def close_case_view(self) -> CounterView:
        return self._do("close_case_view", case=False)
