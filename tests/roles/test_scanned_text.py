"""Codes scanned into a field, stored findings, papers that a department requests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerk_app.composition.office import Office
from clerk_app.ledger.numbers import format_case_number
from clerk_app.licences.reasons import SENTENCES, Finding, Reason
from clerk_app.locales import set_language
from clerk_app.roles.counter.stored_findings import describe_stored_finding, encode_finding
from clerk_app.roles.workstation import open_workstation
from clerk_app.views.counter import CounterService
from clerk_app.views.workstation import Workstation
from screens.sign_in import StaffApp
from screens.widgets.form import Form
from tests.roles.conftest import NoCamera
from tests.roles.test_birth_keystrokes import open_screen
from tests.roles.workflows import accept_birth, sign_in_officer
from tests.sample_data import CITY_PIN
from tests.screens.stage import press, scan, screen_text, wait_until_idle

Code = Callable[[str], str]
NUMBER = format_case_number(2026, 17)
AGES = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=400))
FACTS = {
    "age": AGES,
    "listed": st.datetimes().map(lambda moment: moment.replace(tzinfo=UTC)),
    "issuer": st.fixed_dictionaries({"zh": st.text(min_size=1), "en": st.text(min_size=1)}),
    "place": st.text(),
    "version": st.integers(),
}


@pytest.mark.parametrize("kind", ["text", "date", "id_number", "credit_code", "phone", "choice"])
def test_a_case_number_in_a_field_of_another_kind_was_scanned(workstation: Workstation, kind: str) -> None:
    assert workstation.is_code(NUMBER, kind)


@pytest.mark.parametrize("kind", ["number", "money", "bank_account", "document_number"])
def test_a_field_that_may_hold_twelve_digits_keeps_them(workstation: Workstation, kind: str) -> None:
    assert not workstation.is_code(NUMBER, kind)


def test_a_telephone_number_keeps_its_area_code(workstation: Workstation) -> None:
    landline = next(
        text for serial in range(99) if (text := format_case_number(7, 551_234_500 + serial)).startswith("07")
    )
    peking = format_case_number(86, 106_234_567)  # with the country code and no zero before the area code
    for number in (landline, peking):
        assert not workstation.is_code(number, "phone")
        assert workstation.is_code(number, "text")


def test_twelve_digits_that_are_no_case_number_are_a_value(workstation: Workstation) -> None:
    wrong = NUMBER[:-1] + str((int(NUMBER[-1]) + 1) % 10)
    for text in (wrong, NUMBER[:-1], NUMBER + "0", "王丽", "2026-11-21", "1" * 16, "A001"):
        assert not workstation.is_code(text, "text")


def test_a_dynamic_code_of_digits_is_no_text_but_may_be_a_number(workstation: Workstation) -> None:
    assert workstation.is_code("690102199403120268", "text")
    for kind in ("id_number", "document_number", "credit_code", "bank_account", "phone", "number", "money"):
        assert not workstation.is_code("690102199403120268", kind)
    assert not workstation.is_code("110105199003070033", "text")  # an identity number, by its check digit


def test_citizens_codes_are_no_value_of_any_field(workstation: Workstation, code: Code, office: Office) -> None:
    url = office.settings.code_urls[0].replace("{code}", "a" * 22)
    for kind in ("text", "number", "bank_account"):
        assert workstation.is_code(code("mother"), kind)
        assert workstation.is_code(url, kind)
    assert not workstation.is_code("https://other.example/a", "text")


def test_a_stored_finding_is_shown_in_the_current_language(counter: CounterService, code: Code) -> None:
    counter.call_next()
    counter.process_scan(code("mother"))
    counter.confirm_person()
    counter.call_next()
    counter.process_scan(code("mother"))
    english = counter.read_view().applicant
    set_language("zh_CN")
    chinese = counter.read_view().applicant
    assert english is not None
    assert chinese is not None
    assert "already shown" in english.check.warnings[0]
    assert "出示" in chinese.check.warnings[0]


@given(st.sampled_from(Reason), st.fixed_dictionaries({}, optional=FACTS))
def test_a_stored_finding_has_the_sentence_of_the_finding(reason: Reason, facts: dict[str, object]) -> None:
    names = {name: facts.get(name, "?") for name in FACTS if "{" + name + "}" in SENTENCES[reason]}
    others = dict.fromkeys(("since", "until", "path", "known", "seen", "issued", "expired", "type"), "?")
    finding = Finding(reason, others | names)
    assert describe_stored_finding(encode_finding(finding)) == finding.sentence()


def test_a_stored_time_is_decoded() -> None:
    finding = Finding(Reason.KEY_NOT_YET, {"issuer": "x", "since": datetime(2026, 11, 22, 4, 5, tzinfo=UTC)})
    assert describe_stored_finding(encode_finding(finding)) == finding.sentence()
    assert "2026-11-22 12:05" in finding.sentence()


@pytest.mark.parametrize(
    "line", ["Genuine, but the list is old.", "", "{", "17", "[]", '{"reason": "new"}', '{"reason": "trust-old"}']
)
def test_a_stored_line_that_cannot_be_decoded_is_shown_as_it_is(line: str) -> None:
    assert describe_stored_finding(line) == line


def test_a_notice_of_a_department_is_pending_without_an_error(
    counter: CounterService, workstation: Workstation, code: Code
) -> None:
    number = accept_birth(counter, code("mother"))
    service = sign_in_officer(workstation, "2001")
    task = service.claim_next().task
    assert task is not None
    service.return_task([task.materials[0].id], "The copy cannot be read.")
    (paper,) = counter.read_view().unprinted
    assert "A department asks for papers" in paper.reason
    assert (paper.case_number, paper.applicant[1:]) == (number, "**")
    assert paper.subject == task.row.matter
    assert counter.read_view().status.papers == 1
    printed = counter.reprint_paper(paper.id).receipt
    assert printed is not None
    assert (printed.printed, printed.pending_reason) == (True, "")
    assert counter.read_view().unprinted == ()


@pytest.mark.wide
async def test_a_number_of_no_case_typed_as_fast_as_a_scan_comes_back_into_the_form(office: Office, code: Code) -> None:
    workstation = open_workstation(office, NoCamera())
    app = StaffApp(lambda: workstation, open_screen)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "1001", "enter", CITY_PIN, "enter", "f8", "without", "enter")
        await scan(pilot, code("mother"), "enter")
        await press(pilot, "enter", "f5", "born", "enter", "escape")
        form = app.screen.query_one(Form)
        form.focus_field("home_address")
        await wait_until_idle(pilot)
        await scan(pilot, NUMBER, "enter")
        assert f"There is no case {NUMBER} here." in screen_text(app)
        await press(pilot, "ctrl+z", "enter")
        assert next(line.input.value for line in form.field_lines if line.row.id == "home_address") == NUMBER
