"""Every statement on the papers of a case is compared with the store, in both languages."""

from __future__ import annotations

import pytest

from clerk_app.cases.case_record import read_case
from clerk_app.cases.delivery.receivers import Signature
from clerk_app.cases.delivery.results import HandOverResults
from clerk_app.cases.notices import RecordNoticePrint
from clerk_app.cases.status_query import build_case_status
from clerk_app.cases.tasks.supplements import ReturnTask
from clerk_app.errors import Refused
from clerk_app.locales import set_language
from clerk_app.roles.case_view import build_case_status_view, build_case_view
from clerk_app.roles.printing import CasePrinter
from clerk_app.views.case import CaseView
from clerk_app.views.citizen_case import CaseStatusView
from tests.clock import local_date
from tests.engines import sqlite_only
from tests.office import SampleOffice, find_faults

CERTIFICATE, TRAFFIC, ROAD = "birth-medical-certificate", "excavation-traffic", "excavation-road"

pytestmark = sqlite_only


@pytest.fixture(params=["zh_CN", "en"])
def language(request: pytest.FixtureRequest) -> str:
    set_language(request.param)
    return str(request.param)


def print_lines(office: SampleOffice, notice: str) -> list[str]:
    """Return the lines of a paper, without indentation."""
    (row,) = office.select("notices", id=notice)
    return [line.strip() for line in CasePrinter(office.office, "clerk-1", "9999").render_paper(row).lines]


def case_views(office: SampleOffice, number: str) -> tuple[CaseView, CaseStatusView]:
    """Return what the counter and the kiosk show."""
    with office.store.read() as tx:
        case = read_case(tx, number)
        status = build_case_status(tx, case, office.office.corrected_now)
        counter = build_case_view(tx, case, office.office.now, data_time=office.office.now)
        return counter, build_case_status_view(
            case.catalogue, number, status, office.office.now, data_time=office.office.now
        )


def refuse_and_hand_over(office: SampleOffice) -> str:
    number = office.accept_birth()
    office.refuse(number, CERTIFICATE, "no such birth")
    office.issue(number)
    office.hand_over(number)
    return number


@pytest.mark.many_cases
def test_one_refusal_has_one_signer_and_no_letter_that_nobody_made(office: SampleOffice, language: str) -> None:
    number = refuse_and_hand_over(office)
    lines = print_lines(office, f"{number}-hand_over")
    signer, item = (
        ("签发人", "1. 出生医学证明：决定内容见上")
        if language == "zh_CN"
        else ("Signer", "1. Birth certificate: the decision stated above")
    )
    ended = (
        "终止，未作决定；原因：出生医学证明不予批准。" if language == "zh_CN" else "Ended without a decision, because"
    )
    assert sum(line.startswith(signer) for line in lines) == 1
    assert lines.count(item) == 1
    assert not any("决定书" in line or "letter" in line.lower() for line in lines)
    assert sum(line.startswith(ended) for line in lines) == 6


@pytest.mark.many_cases
def test_no_screen_shows_the_number_of_a_task_as_a_cause(office: SampleOffice, language: str) -> None:
    number = refuse_and_hand_over(office)
    expected = "出生医学证明" if language == "zh_CN" else "Birth certificate"
    for view in case_views(office, number):
        reasons = [matter.reason for matter in view.matters if matter.id != CERTIFICATE][:6]
        assert all(expected in reason and number not in reason for reason in reasons)


@pytest.mark.many_cases
def test_the_hand_over_list_has_the_decision_in_force_and_names_the_one_that_it_replaced(
    office: SampleOffice, language: str
) -> None:
    number = office.accept_birth()
    office.refuse(number, CERTIFICATE, "no such birth")
    office.clock.set("2026-05-08 10:00")
    office.take_in(number, "birth-certificate")
    office.approve_all(number)
    office.issue(number)
    office.hand_over(number)
    text = "\n".join(print_lines(office, f"{number}-hand_over"))
    assert "no such birth" not in text
    replaced = "不予批准 2026-05-06" if language == "zh_CN" else "refused 2026-05-06"
    assert text.count(replaced) == 1
    assert ("终止" if language == "zh_CN" else "Ended without") not in text


@pytest.mark.many_cases
def test_a_case_view_says_that_a_decided_matter_is_checked_again(office: SampleOffice, language: str) -> None:
    number = office.accept_road()
    office.approve(number, ROAD)
    office.return_task(number, TRAFFIC, "traffic-plan")
    office.take_in(number, "traffic-plan")
    for view in case_views(office, number):
        (row,) = [matter for matter in view.matters if matter.id == ROAD]
        assert "2026-05-06" in row.reason
        assert ("准予" if language == "zh_CN" else "approved") in row.reason


@pytest.mark.many_cases
def test_a_supplement_notice_names_the_decided_matters_that_the_paper_reopens(
    office: SampleOffice, language: str
) -> None:
    number = office.accept_road()
    office.approve(number, ROAD)
    notice = office.return_task(number, TRAFFIC, "traffic-plan").notice
    lines = print_lines(office, notice)
    name = "道路" if language == "zh_CN" else "road"
    assert [line for line in lines if line.startswith("- ") and name in line]
    other = office.accept_road()
    lines = print_lines(office, office.return_task(other, TRAFFIC, "traffic-plan").notice)
    assert not [line for line in lines if line.startswith("- ") and name in line]


@pytest.mark.many_cases
def test_a_late_request_is_printed_with_its_reason(office: SampleOffice, language: str) -> None:
    number = office.accept_road()
    first = office.return_task(number, TRAFFIC, "safety-plan").notice
    office.door.perform(RecordNoticePrint(notice=first, printed=True), "clerk-1")
    office.take_in(number, "safety-plan")
    held = office.claim_of(number, TRAFFIC)
    command = ReturnTask(
        task=held.task, fence=held.fence, materials=("traffic-plan",), reason="night works", late_code="law",
        late_reason="rule 12", legal_basis="rule 12",
    )  # fmt: skip
    lines = print_lines(office, office.door.perform(command, held.staff).notice)
    assert (
        "此前未告知、现要求补正的理由：rule 12" if language == "zh_CN" else "Why it is asked for only now: rule 12"
    ) in lines


@pytest.mark.many_cases
def test_the_legal_basis_of_another_paper_is_printed_and_shown_at_the_counter(
    office: SampleOffice, language: str
) -> None:
    number, basis = office.accept_road(), "市道路挖掘管理办法第十二条"
    notice = office.return_task(number, TRAFFIC, "safety-plan", "traffic-plan", basis=basis).notice
    words = "要求提供的法律依据：" if language == "zh_CN" else "legal basis for asking: "
    printed = "".join(print_lines(office, notice)).replace(" ", "")
    assert printed.count(words.replace(" ", "") + basis) == 1
    for view in case_views(office, number):
        assert sorted(basis in line for line in view.requested_materials) == [False, True]


@pytest.mark.many_cases
def test_a_notice_lists_what_is_still_open_and_a_withdrawn_one_is_not_printed(
    office: SampleOffice, language: str
) -> None:
    number = office.accept_road()
    notice = office.return_task(number, TRAFFIC, "safety-plan").notice
    office.return_task(number, ROAD, "labour-contract", reason="sign it")
    office.take_in(number, "safety-plan")
    assert sum(line[:2] in ("1.", "2.") for line in print_lines(office, notice)) == 1
    office.take_in(number, "labour-contract")
    with pytest.raises(Refused):
        CasePrinter(office.office, "clerk-1", "1001").print_notice(notice)
    settled, asked = (
        ("以上材料均已补齐或不再需要。", "请补齐以下材料")
        if language == "zh_CN"
        else ("All of this was brought or is no longer needed.", "we need")
    )
    lines = print_lines(office, notice)
    assert settled in lines
    assert asked not in "".join(lines)


@pytest.mark.many_cases
def test_a_reprinted_receipt_has_the_acceptor_and_lists_later_papers_apart(office: SampleOffice, language: str) -> None:
    number = office.accept_road()
    before = print_lines(office, f"{number}-receipt")
    office.clock.set("2026-05-08 10:00")
    office.return_task(number, TRAFFIC, "safety-plan")
    office.take_in(number, "safety-plan", "traffic-plan")
    heading, end = "Papers taken in later", "You may also apply for"
    if language == "zh_CN":
        heading, end = "受理后收取的纸质材料", "您还可能符合条件办理"
    text = "\n".join(print_lines(office, f"{number}-receipt"))
    first, _heading, later = text.partition(end)[0].partition(heading)
    papers = [line for line in before[: before.index(end)] if line[1:3] == ". "]
    assert [line for line in first.splitlines() if line[1:3] == ". "] == papers
    assert [line[:2] for line in later.splitlines() if line[1:3] == ". "] == ["1.", "2."]
    assert not [line for line in before if line.endswith("9999")]  # the clerk who prints it


@pytest.mark.many_cases
def test_a_receipt_that_is_printed_again_says_which_matters_ended(office: SampleOffice, language: str) -> None:
    number = office.accept_birth()
    office.refuse(number, CERTIFICATE, "no such birth")
    text = "\n".join(print_lines(office, f"{number}-receipt"))
    waits = "前置事项办结后开始计时。" if language == "zh_CN" else "Its time starts"
    lapsed = "终止，未作决定" if language == "zh_CN" else "Ended without a decision"
    assert (text.count(waits), text.count(lapsed)) == (0, 6)

    withdrawn = office.accept_birth()
    office.withdraw(withdrawn)
    text = "\n".join(print_lines(office, f"{withdrawn}-receipt"))
    ended = "申请已撤回，未再办理。" if language == "zh_CN" else "Ended, because the application was withdrawn."
    assert (text.count(waits), text.count(ended)) == (0, 7)
    assert ("申请人已撤回申请。" if language == "zh_CN" else "The application was withdrawn.") in text


@pytest.mark.many_cases
def test_a_receipt_that_is_printed_again_has_the_dates_of_the_re_check(office: SampleOffice, language: str) -> None:
    number = office.accept_road()
    office.approve(number, ROAD)
    office.clock.set("2026-05-12 10:00")
    office.take_in(number, "traffic-plan")
    text = "".join(print_lines(office, f"{number}-receipt"))
    label = "承诺审批期限" if language == "zh_CN" else "Decision by"
    assert ("此前决定仍有效" if language == "zh_CN" else "Checked again; in force until") in text
    assert "2026-05-19" in text.partition("2. ")[2].partition("3. ")[0].partition(label)[2]


@pytest.mark.many_cases
def test_a_case_decided_late_keeps_its_promised_date_and_shows_the_day_of_the_results(
    office: SampleOffice, language: str
) -> None:
    number = office.accept_road()
    promised = local_date(office.case(number)["promised_at"])
    office.clock.set("2026-05-20 10:00")  # later than promised
    passed = "（已过）" if language == "zh_CN" else " (passed)"
    assert case_views(office, number)[0].promised == promised + passed
    office.approve_all(number)
    assert office.case(number)["state"] == "closed"
    assert local_date(office.case(number)["promised_at"]) == promised
    shown = case_views(office, number)[0]
    late = "（晚于承诺）" if language == "zh_CN" else " (later than promised)"
    assert (shown.promised, shown.results_by) == (promised, f"2026-05-20{late}")
    text = "".join(print_lines(office, f"{number}-receipt"))
    assert ("已于2026-05-20作出决定" if language == "zh_CN" else "Decided on 2026-05-20") in text
    assert promised in text
    assert ("法定" if language == "zh_CN" else "by law") not in text  # nothing is due any more


@pytest.mark.many_cases
def test_an_organisation_receives_by_a_person_who_is_named_on_the_list(office: SampleOffice, language: str) -> None:
    number = office.accept_road()
    office.approve_all(number)
    office.issue(number)

    def hand_over(signer: str) -> None:
        signature = Signature(name="示范建设公司", signer=signer)
        command = HandOverResults(case=number, window="w1", role="enterprise", known_by="document", personal=signature)
        office.door.perform(command, "clerk-1")

    with pytest.raises(Refused) as refused:
        hand_over(" ")
    assert refused.value.reason == "signature"
    hand_over("何建国")
    assert office.select("deliveries")[0]["signature"] == "何建国"
    text = "".join(print_lines(office, f"{number}-hand_over"))
    assert "何**" in text
    role = "代示范建设公司（建设单位）签收" if language == "zh_CN" else "for 示范建设公司 (Building owner)"
    assert role.replace(" ", "") in text.replace(" ", "")
    assert find_faults(office.store) == []


@pytest.mark.many_cases
def test_the_name_of_an_organisation_is_not_masked_and_that_of_a_person_is(office: SampleOffice, language: str) -> None:
    for number, name in ((office.accept_road(), "示范建设公司"), (office.accept_birth(), "王*")):
        shown = case_views(office, number)[0]
        texts = ("".join(print_lines(office, f"{number}-receipt")), shown.applicant, shown.receivers[0].name)
        assert [name in text for text in texts] == [True] * 3, texts


@pytest.mark.many_cases
def test_only_what_no_open_task_can_change_is_ready_to_be_handed_over(office: SampleOffice, language: str) -> None:
    number = office.accept_road()
    office.approve(number, "excavation-planning", ROAD)
    ready = case_views(office, number)[0].results
    office.return_task(number, TRAFFIC, "traffic-plan")
    office.take_in(number, "traffic-plan")  # the road organ used it too, and checks again
    assert set(case_views(office, number)[0].results) < set(ready)
    office.approve(number, ROAD)
    assert case_views(office, number)[0].results == ready

    number = office.accept_birth()
    office.approve(number, CERTIFICATE, "household-registration")
    assert len(case_views(office, number)[0].results) == 2
    office.take_in(number, "birth-certificate")  # what relied on a matter may fall with it
    assert case_views(office, number)[0].results == ()


@pytest.mark.many_cases
def test_the_clerk_reads_which_character_of_a_paper_is_to_be_written_by_hand(
    office: SampleOffice, language: str
) -> None:
    number = office.accept_road()
    notice = office.return_task(number, TRAFFIC, "traffic-plan", reason="签名须为\U0003fffd").notice
    paper = CasePrinter(office.office, "clerk-1", "1001").print_notice(notice)
    assert paper.printed
    assert "U+3FFFD" in paper.delivery
    assert ("手写" if language == "zh_CN" else "by hand") in paper.delivery
