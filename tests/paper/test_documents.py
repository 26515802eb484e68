"""Contents of the printed documents."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest

from clerk_app import locales
from clerk_app.paper.documents.code_slip import CodeSlip
from clerk_app.paper.documents.hand_over import HandedItem, PrintedDecision
from clerk_app.paper.documents.notices import MissingItem
from clerk_app.paper.documents.shared_facts import PrintedDates, PrintedMatter, PrintedParty
from clerk_app.paper.page import COLUMNS, Barcode128, FillInLine, PaperCut, PaperPage, QrCode
from clerk_app.paper.printers.layout import count_cells, lay_out_rows
from clerk_app.paper.printers.preview import preview_lines, render_picture
from scanners import read_picture
from tests.paper.samples import (
    CO_SIGNATURE,
    CONSENT,
    HALL,
    HAND_OVER,
    NOT_ACCEPTED,
    NUMBER,
    PAPERS,
    RECEIPT,
    SLIP,
    SUPPLEMENT,
    PaperDocument,
    pages,
)

_NOT_COMPARED = str.maketrans("", "", " _")  # spaces at the end of a row, and the underline of a line to fill in
both_languages = pytest.mark.parametrize("language", ["zh_CN", "en"])


def _text(page: PaperPage) -> str:
    """Return the text of the page without line ends, spaces and codes."""
    plain = tuple(block for block in page if not isinstance(block, Barcode128 | QrCode))
    return "".join("".join(preview_lines(plain, 80)).split())


def _assert_contains(page: PaperPage, *parts: str) -> None:
    text = _text(page)
    assert [part for part in parts if "".join(part.split()) not in text] == []


@both_languages
def test_a_ticket_slip_has_number_category_waiting_count_time_and_hall(language: str) -> None:
    _assert_contains(SLIP.to_page(language), "A023", "婚育收养", "7", "2026-11-21 09:05", "示例市政务服务中心")


@both_languages
def test_a_receipt_has_everything_needed_for_later_enquiries(language: str) -> None:
    page = RECEIPT.to_page(language)
    _assert_contains(page, NUMBER, "李*华", "新生儿出生一件事", "2026-11-21 09:30", "03", "1007", "0571-12345")
    for matter in RECEIPT.matters:
        _assert_contains(page, matter.name, matter.organ)
    _assert_contains(page, "2026-11-23", "2026-12-18", "2026-12-01", "2027-01-04", *RECEIPT.materials)
    assert {Barcode128(NUMBER), QrCode(NUMBER)} <= set(page)


def test_receipt_and_notice_of_non_acceptance_name_an_agent_with_the_role() -> None:
    for paper in (RECEIPT, NOT_ACCEPTED):
        assert "代办人何**" in _text(replace(paper, other_parties=(PrintedParty("代办人", "何**"),)).to_page("zh_CN"))


@both_languages
def test_a_consent_list_names_who_agrees_to_what_for_which_purpose_and_has_a_line_for_the_signature(
    language: str,
) -> None:
    page = CONSENT.to_page(language)
    _assert_contains(page, CONSENT.number, "李*华", "王*", CONSENT.one_thing, *CONSENT.matters)
    _assert_contains(page, *(licence for consent in CONSENT.consents for licence in consent.licences))
    _assert_contains(page, "2026-11-21 09:30", HALL)
    _assert_contains(page, {"en": "You may withdraw a consent at any window"}.get(language, "在任一综合窗口撤回同意"))
    assert sum(isinstance(block, FillInLine) for block in page) == 4  # signature and date of each


@both_languages
def test_a_co_signature_sheet_names_signer_matters_and_answers_and_has_a_line_for_the_signature(language: str) -> None:
    page = CO_SIGNATURE.to_page(language)
    _assert_contains(page, CO_SIGNATURE.number, "王强", "父亲", "李华", CO_SIGNATURE.one_thing, *CO_SIGNATURE.matters)
    _assert_contains(page, "新生儿姓名", "王小安", "2026-11-21 09:30")
    assert sum(isinstance(block, FillInLine) for block in page) == 2  # signature and date


def test_the_list_of_an_absent_party_asks_for_the_second_factor_and_names_where_it_is_taken() -> None:
    brought = replace(CONSENT, is_brought=True, asks_phone=True, days=30).to_page("en")
    _assert_contains(brought, "handed in at any window within 30 days")
    assert sum(isinstance(block, FillInLine) for block in brought) == 5


@pytest.mark.many_cases
@both_languages
@pytest.mark.parametrize("name", PAPERS)
def test_every_paper_has_its_number_as_a_qr_code(name: str, language: str) -> None:
    number = {"slip": SLIP.number, "consent": CONSENT.number, "co-signature": CO_SIGNATURE.number}.get(name, NUMBER)
    page = PAPERS[name].to_page(language)
    assert [block for block in page if isinstance(block, QrCode)] == [QrCode(number)]
    codes = read_picture(render_picture(page, 58), "receipt")
    assert {(code.symbology, code.text) for code in codes} >= {("QRCode", number)}


def test_the_receipt_of_an_organisation_asks_for_its_credit_code() -> None:
    page = replace(RECEIPT, is_organisation=True).to_page
    _assert_contains(page("en"), "last four characters of the applicant's social credit code")
    _assert_contains(page("zh_CN"), "统一社会信用代码后四位")


def test_a_receipt_without_materials_states_that_there_are_none() -> None:
    _assert_contains(replace(RECEIPT, materials=()).to_page("en"), "None: nothing was left on paper.")


def test_a_matter_shows_expected_dates_and_terms_not_yet_started() -> None:
    dates = PrintedDates(date(2026, 12, 1), date(2027, 1, 4))
    known = PrintedMatter("m", "o", dates)
    alone = replace(RECEIPT, matters=(known,))
    _assert_contains(alone.to_page("en"), "Decision by 2026-12-01", "By law 2027-01-04")
    later = replace(known, dates=replace(dates, expected=True))
    _assert_contains(replace(alone, matters=(later,)).to_page("en"), "Decision (expected) 2026-12-01")
    _assert_contains(replace(alone, matters=(PrintedMatter("m", "o"),)).to_page("en"), "Its time starts when")


def test_a_receipt_explains_a_date_of_the_whole_that_is_later_than_every_decision() -> None:
    explained = "working days for making out the results"
    matter = PrintedMatter("m", "o", PrintedDates(date(2026, 12, 1), date(2027, 1, 4)))
    receipt = replace(RECEIPT, matters=(matter,), dates=PrintedDates(date(2026, 12, 3), date(2027, 1, 4)))
    _assert_contains(receipt.to_page("en"), "Promised 2026-12-03", "Decision by 2026-12-01", explained)
    same = replace(receipt, dates=PrintedDates(date(2026, 12, 1), date(2027, 1, 4)))
    assert explained not in str(same.to_page("en"))


@both_languages
def test_a_supplement_notice_lists_everything_missing_in_every_matter(language: str) -> None:
    page = SUPPLEMENT.to_page(language)
    for gap in SUPPLEMENT.missing_items:
        _assert_contains(page, gap.material, gap.matter, gap.organ, gap.correction)
    _assert_contains(page, "5", "2026-11-27", "2026-11-21")


@both_languages
def test_a_non_acceptance_notice_has_reason_legal_basis_and_remedies(language: str) -> None:
    page = NOT_ACCEPTED.to_page(language)
    _assert_contains(
        page, *NOT_ACCEPTED.reasons, NOT_ACCEPTED.legal_basis, "示例市人民政府", "示例市城东区人民法院", "60"
    )


def _lengthen(value: Any) -> Any:
    """Return a document with long names, lists of thirty items, and every optional part."""
    if isinstance(value, str):
        return f"{value[:10]} {'欧阳' * 20} Bureau of Housing, Urban-Rural Development and Planning 261234567893"
    if isinstance(value, tuple):
        return tuple(_lengthen(item) for item in value[:2]) * 15
    if isinstance(value, PrintedMatter | MissingItem | PrintedDecision | HandedItem):
        return replace(value, **{part.name: _lengthen(getattr(value, part.name)) for part in fields(value)})
    return value


FULL_PAPERS: dict[str, PaperDocument] = {
    **PAPERS,
    "receipt": replace(RECEIPT, held=("a",), may_follow=("b",), added_materials=("c",), dates=RECEIPT.matters[0].dates),
    "supplement": replace(SUPPLEMENT, checked_again=("a",)),
    "settled supplement": replace(SUPPLEMENT, settled=True),
    "hand-over": replace(HAND_OVER, lapsed=RECEIPT.matters),
    "code slip": CodeSlip(NUMBER, "", "", SLIP.taken_at, ""),
}


@pytest.mark.parametrize("language", ["en", pytest.param("zh_CN", marks=pytest.mark.wide)])
@pytest.mark.parametrize("name", FULL_PAPERS)
def test_no_text_of_a_paper_is_lost_on_either_width(name: str, language: str) -> None:
    paper: Any = FULL_PAPERS[name]
    kept = {"case_number", "number", "code"}  # texts of a code
    values = {part.name: getattr(paper, part.name) for part in fields(paper)}
    page = replace(paper, **{name: _lengthen(values[name]) for name in values.keys() - kept}).to_page(language)
    for columns in COLUMNS.values():
        for block in page:
            rows = lay_out_rows(block, columns)
            assert all(count_cells(row.text) * (1 + row.wide) <= columns for row in rows)
            text = "".join(getattr(block, part, "") for part in ("text", "label", "value"))
            if rows and text:
                assert "".join(row.text for row in rows).translate(_NOT_COMPARED) == text.translate(_NOT_COMPARED)


def test_a_notice_without_content_is_rejected() -> None:
    with pytest.raises(ValueError, match="reason"):
        replace(NOT_ACCEPTED, reasons=())
    with pytest.raises(ValueError, match="missing"):
        replace(SUPPLEMENT, missing_items=())


@both_languages
def test_a_hand_over_list_has_decisions_items_and_a_signature_line(language: str) -> None:
    page = HAND_OVER.to_page(language)
    for decision in HAND_OVER.decisions:
        _assert_contains(page, decision.matter, decision.organ, decision.outcome, decision.signer, decision.reason)
    _assert_contains(page, "V330000123", "社会保障卡申领：决定内容见上", "________")


@pytest.mark.parametrize(
    ("kind", "chinese"),
    [
        ("slip", "排队号票"),
        ("receipt", "收件凭证"),
        ("supplement", "一次性补正告知书"),
        ("supplement receipt", "补交材料收件凭证"),
        ("not accepted", "不予受理通知书"),
        ("hand-over", "送达回证"),
    ],
)
def test_every_document_has_its_legal_name_in_both_languages(kind: str, chinese: str) -> None:
    _assert_contains(PAPERS[kind].to_page("en"), chinese)
    _assert_contains(PAPERS[kind].to_page("zh_CN"), chinese)


def test_the_language_of_a_document_is_independent_of_the_screen() -> None:
    spoken = locales.current_language()
    try:
        for screen in locales.LANGUAGES:
            locales.set_language(screen)
            _assert_contains(RECEIPT.to_page("en"), "How to check the status", "Papers taken in")
    finally:
        locales.set_language(spoken)
    with pytest.raises(ValueError, match="fr"):
        RECEIPT.to_page("fr")


def test_braces_in_entered_text_are_printed() -> None:
    gap = replace(SUPPLEMENT.missing_items[0], correction="{what} {0}")
    _assert_contains(replace(SUPPLEMENT, missing_items=(gap,)).to_page("en"), "{what} {0}")


@pytest.mark.parametrize("page", pages())
def test_every_document_ends_with_a_cut(page: PaperPage) -> None:
    assert page[-1] == PaperCut()
    assert page.count(PaperCut()) == 1
