"""Reasons of a decision: several, with stock reasons from the catalogue, listed on screen and paper."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clerk_app.catalogue.model import Catalogue
from clerk_app.composition.office import Office
from clerk_app.errors import Refused
from clerk_app.locales import set_language
from clerk_app.roles.printing import CasePrinter
from clerk_app.views.counter import CounterService
from clerk_app.views.shared import Option
from clerk_app.views.workstation import Workstation
from tests.roles.workflows import accept_birth, prepare_birth, sign_in_officer

Code = Callable[[str], str]


def names(reasons: tuple[Option, ...]) -> tuple[str, ...]:
    return tuple(reason.name for reason in reasons)


def test_an_officer_is_offered_the_stock_reasons_of_the_act_and_matter(
    workstation: Workstation, counter: CounterService, code: Code
) -> None:
    accept_birth(counter, code("mother"))
    offered = {}
    officer = sign_in_officer(workstation, "2001")
    for _task in range(2):
        task = officer.claim_next().task
        assert task is not None
        offered[task.row.matter] = names(task.refuse_reasons), names(task.return_reasons)
        officer.approve("")
    refuse, return_ = offered.pop("Birth certificate")
    assert refuse == (
        "The legal conditions are not met",
        "What the papers state is not true",
        "The papers asked for were not brought in time; what there is does not prove that the legal conditions are met",
        "The birth certificate is of another child",
    )
    assert "The copy cannot be read" in return_
    ((others_refuse, others_return),) = offered.values()
    assert (others_refuse, others_return) == (refuse[:3], return_)


def test_several_reasons_of_a_refusal_are_shown_to_the_counter(
    workstation: Workstation, counter: CounterService, code: Code
) -> None:
    number = accept_birth(counter, code("mother"))
    officer = sign_in_officer(workstation, "2001")
    officer.claim_next()
    officer.refuse("the first\nthe second")
    case = counter.open_case(number).case
    assert case is not None
    assert "the first; the second" in [matter.reason for matter in case.matters]


@pytest.mark.wide
def test_each_reason_of_a_non_acceptance_is_a_line_of_the_notice(
    counter: CounterService, office: Office, code: Code
) -> None:
    view = prepare_birth(counter, code("mother"))
    assert view.intake is not None
    assert "By law no permit is needed" in names(view.intake.decline_reasons)
    receipt = counter.decline_case("the first\nthe second").receipt
    assert receipt is not None
    with office.store.read() as tx:
        notice = tx.get("notices", id=receipt.id)
    assert notice is not None
    page = str(CasePrinter(office, "any", "1001").build_page(notice))
    assert "the first" in page
    assert "the second" in page
    assert "the first\\nthe second" not in page


@pytest.mark.wide
def test_stock_reasons_are_stored_as_codes_and_read_in_the_language_of_the_reader(
    workstation: Workstation, counter: CounterService, office: Office, code: Code
) -> None:
    number = accept_birth(counter, code("mother"))
    set_language("zh_CN")
    officer = sign_in_officer(workstation, "2001")
    officer.claim_next()
    officer.refuse("the date is wrong", ["conditions-not-met"])
    second = officer.claim_next().task
    assert second is not None
    officer.return_task(["birth-certificate"], "", codes=["copy-not-legible"])
    with office.store.read() as tx:
        (decision,) = tx.select("decisions")
        (supplement,) = tx.select("supplements")
        (notice,) = tx.select("notices", kind="supplement")
    assert (decision["reason"], decision["reason_codes"]) == ("the date is wrong", '["conditions-not-met"]')
    assert (supplement["reason"], supplement["reason_codes"]) == ("", '["copy-not-legible"]')
    for language, refused, returned in (
        ("en", "The legal conditions are not met; the date is wrong", "The copy cannot be read"),
        ("zh_CN", "不符合法定条件、标准；the date is wrong", "材料复印件不清晰"),
    ):
        set_language(language)
        case = counter.open_case(number).case
        assert case is not None
        assert refused in [matter.reason for matter in case.matters]
        assert returned in [material.reason for material in case.materials]
        assert returned in str(CasePrinter(office, "any", "1001").build_page(notice))


@pytest.mark.wide
def test_a_non_acceptance_by_a_stock_reason_is_printed_in_the_language_of_the_paper(
    counter: CounterService, office: Office, code: Code
) -> None:
    prepare_birth(counter, code("mother"))
    with pytest.raises(Refused):
        counter.decline_case("", ["no-such-reason"])
    receipt = counter.decline_case("", ["not-competent"]).receipt
    assert receipt is not None
    with office.store.read() as tx:
        (case,) = tx.select("cases", number=receipt.id[:12])
        notice = tx.get("notices", id=receipt.id)
    assert (case["ended_reason"], case["reason_codes"]) == ("", '["not-competent"]')
    assert notice is not None
    for language, sentences in (
        ("en", ("The organ is not competent", "the district government", "the district court")),
        ("zh_CN", ("不属于本机关职权范围", "示范区人民政府", "示范区人民法院")),
    ):
        set_language(language)
        page = str(CasePrinter(office, "any", "1001").build_page(notice))
        assert all(sentence in page for sentence in sentences)


def test_a_catalogue_without_stock_reasons_keeps_its_digest(office: Office) -> None:
    city = office.catalogue().model_copy(update={"stock_reasons": ()})
    assert b"stock_reasons" not in city.to_bytes()
    assert Catalogue.from_bytes(city.to_bytes()) == city
