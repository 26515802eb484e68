"""Scans of a hand scanner at the screens: no key of a scan decides, and typed text is no scan."""

from __future__ import annotations

from itertools import cycle, product
from threading import Event
from typing import Literal

import pytest

from clerk_app.views.case import FieldRow
from screens.widgets.dialogs import ConfirmDialog, TextDialog
from screens.widgets.fields import FormInput
from screens.widgets.form import Form
from screens.widgets.pick_many import PickManyDialog
from tests.screens.officer_stage import signed_in_officer
from tests.screens.sample_data import CASE, CODE
from tests.screens.stage import Stage, on_stage, post_keys, press, scan, screen_text, wait_until_idle
from tests.screens.test_counter import signed_in_clerk, start_birth_case
from tests.screens.test_kiosk import running_kiosk

SUFFIXES = [
    (),
    ("enter",),
    ("enter", "ctrl+j"),
    ("enter", "enter"),
    ("ctrl+j",),
    ("tab",),
    ("tab", "enter"),
    ("ctrl+d",),
]
SIGNED = "EL1:6BF+7079 0T9WJWG.FKY*4GO0 $%:/-"
DYNAMIC_DIGITS = "690102199403120268"  # eighteen digits that are no identity number
DYNAMIC_URL = "https://codes.example/a1a1a1a1a1a1a1a1"
SCANS = [SIGNED, "]Q1" + SIGNED, "]C1" + CASE, CASE, DYNAMIC_DIGITS, DYNAMIC_URL, "]c1" + CASE]
IDENTITY_NUMBER = "690102199403120267"
OTHER_NUMBERS = [
    "260000000018",  # no case number, by its check digit
    "1380013800013900139000",
    IDENTITY_NUMBER,
    "6222021001116245702",
    "https://example.com/a1a1a1a1a1a1a1a1",
]
REASON = "请补交示自然资拍[2026]G15号地块规划许可证复印件"

each_suffix = pytest.mark.parametrize(
    "suffixes",
    [
        pytest.param([(), ("enter", "enter"), ("tab",)], id="few"),
        pytest.param(SUFFIXES, id="all", marks=pytest.mark.wide),
    ],
)
each_code = pytest.mark.parametrize(
    "codes",
    [pytest.param([SIGNED, "]C1" + CASE, CASE], id="few"), pytest.param(SCANS, id="all", marks=pytest.mark.wide)],
)
Scans = list[tuple[str, tuple[str, ...]]]


@each_suffix
async def test_no_suffix_of_a_scanner_confirms_the_face(suffixes: list[tuple[str, ...]]) -> None:
    async with signed_in_clerk() as (_app, pilot, service):
        for suffix in suffixes:
            service.asked.clear()
            await press(pilot, "f2")
            await scan(pilot, CODE, *suffix)
            await scan(pilot, "enter", "ctrl+j", pause=0.2)  # a suffix that comes late
            assert service.asked[-1] == f"process_scan {CODE}"
            await press(pilot, "enter")
            assert service.asked[-1] == f"process_scan {CODE}"
            await press(pilot, "enter")
            assert service.asked[-1] == "confirm_person"


@pytest.mark.wide
async def test_a_scanner_that_sends_a_ticket_without_identifier_is_used_once() -> None:
    async with signed_in_clerk() as (_app, pilot, service):
        await press(pilot, "f2")
        await scan(pilot, CASE, "enter", "enter")
        assert service.asked == ["call_next", f"process_scan {CASE}"]


@pytest.mark.parametrize(
    "scans",
    [
        pytest.param(list(zip(SCANS, cycle(SUFFIXES[1:]), strict=False)), id="each"),
        pytest.param(list(product(SCANS, SUFFIXES[1:])), id="all", marks=pytest.mark.wide),
    ],
)
async def test_a_scan_answers_no_question(scans: Scans) -> None:
    async with on_stage() as (app, pilot):
        app.show_dialog(lambda: ConfirmDialog("Call next", "Call the next ticket?"))
        await wait_until_idle(pilot)
        for code, suffix in scans:
            await scan(pilot, code, *suffix)
        assert app.answers == []
        await scan(pilot, SIGNED, "enter")
        assert "First answer the question" in screen_text(app)
        await press(pilot, "enter")
        assert app.answers == [True]


@pytest.mark.wide
async def test_a_slow_scanner_answers_no_question_either() -> None:
    async with on_stage() as (app, pilot):
        app.show_dialog(lambda: ConfirmDialog("Call next", "Call the next ticket?"))
        await wait_until_idle(pilot)
        for seconds in (0.03, 0.06, 0.12):
            await scan(pilot, "EL1:WANG", "enter", "enter", seconds=seconds)
        assert app.answers == []
        await press(pilot, "x", "enter")
        assert app.answers == [True]


@pytest.mark.wide
async def test_the_rest_of_a_scan_dropped_by_escape_answers_no_question() -> None:
    for code in (SIGNED, "]C1" + CASE, CASE):
        async with on_stage() as (app, pilot):
            waits = Event()

            async def ask_when_ready(app: Stage = app, waits: Event = waits) -> None:
                await app.ask(lambda: waits.wait(10))
                app.answers.append(await app.show(ConfirmDialog("Call next", "Call the next ticket?")))

            app.perform(ask_when_ready())
            await pilot.pause()
            post_keys(pilot, code[:5], "escape", code[5:], "enter", "ctrl+j")
            await pilot.pause()
            waits.set()
            await wait_until_idle(pilot)
            assert app.answers == []
            await press(pilot, "enter")
            assert app.answers == [True]


async def test_a_scan_writes_no_reason_and_what_was_typed_stays() -> None:
    async with on_stage() as (app, pilot):
        app.show_dialog(lambda: TextDialog("Refuse", "Why?"))
        await wait_until_idle(pilot)
        await press(pilot, "the photo")
        for code in (*SCANS[:4], *SCANS[5:]):
            await scan(pilot, code, "enter", "enter")
            assert app.answers == []
            assert app.screen.query_one(FormInput).value == "the photo"
        await scan(pilot, DYNAMIC_DIGITS, "enter")
        await press(pilot, " is missing", "enter")
        assert app.answers == ["the photo is missing"]


@pytest.mark.wide
@pytest.mark.parametrize(
    "pause",
    [
        pytest.param(0.007, id="short"),
        *(pytest.param(pause, id=f"{pause} s", marks=pytest.mark.wide) for pause in (0.015, 0.03, 0.06)),
    ],
)
async def test_a_scan_some_milliseconds_after_typed_text_is_separated_from_it(pause: float) -> None:
    async with signed_in_officer() as (app, pilot):
        await press(pilot, "f2", "f9", "r", "no permi")
        await scan(pilot, "t", pause=0.1)
        await scan(pilot, "]Q1" + SIGNED, "enter", "enter", pause=pause)
        assert "A code was scanned and not used" in screen_text(app)
        await press(pilot, "s", "enter", "enter")
        assert app.service.asked[-1] == "refuse no permits"


@pytest.mark.wide
@pytest.mark.parametrize(
    "suffix",
    [
        pytest.param(("enter", "enter"), id="CR CR"),
        *(
            pytest.param(keys, id=" ".join(keys), marks=pytest.mark.wide)
            for keys in (("enter", "ctrl+j"), ("tab", "enter"), ("enter", "enter", "enter"))
        ),
    ],
)
async def test_the_double_suffix_of_a_scanner_confirms_nothing_after_typed_text(suffix: tuple[str, ...]) -> None:
    async with signed_in_officer() as (app, pilot):
        await press(pilot, "f2", "f9", "r")
        await scan(pilot, "no permit]Q1" + SIGNED, *suffix, seconds=0.0)
        assert app.service.asked == ["claim_next"]
        assert ("Enter came twice at once" in screen_text(app)) is (suffix != ("enter", "ctrl+j"))


@pytest.mark.parametrize("keys", [("enter", "enter"), pytest.param(("enter",) * 4, marks=pytest.mark.wide)])
async def test_enter_at_once_after_enter_answers_no_question_that_opened_meanwhile(keys: tuple[str, ...]) -> None:
    async with on_stage() as (app, pilot):

        async def ask_twice() -> None:
            app.answers.append(await app.show(TextDialog("Withdraw", "Why?")))
            app.answers.append(await app.show(ConfirmDialog("Withdraw", "Withdraw the application?")))

        app.perform(ask_twice())
        await wait_until_idle(pilot)
        await scan(pilot, "no permit]Q1" + SIGNED, *keys, seconds=0.0)
        assert app.answers == ["no permit]Q1" + SIGNED.rstrip()]
        await press(pilot, "enter")
        assert app.answers[-1] is True


@pytest.mark.wide
async def test_a_bare_number_that_is_no_code_answers_a_question() -> None:
    async with on_stage() as (app, pilot):
        for number in OTHER_NUMBERS:
            app.show_dialog(lambda: TextDialog("Number", "Which number?"))
            await wait_until_idle(pilot)
            await scan(pilot, number, "enter")
            assert app.answers[-1] == number


@pytest.mark.wide
async def test_a_bare_number_that_is_no_code_is_a_reason() -> None:
    async with signed_in_officer() as (app, pilot):
        await press(pilot, "f2", "f9", "r")
        for number in OTHER_NUMBERS:
            await scan(pilot, number, "enter")
        await scan(pilot, CASE, "enter")
        await press(pilot, "enter")
        assert app.service.asked[-1] == "refuse " + "\n".join(OTHER_NUMBERS)


@pytest.mark.wide
async def test_the_kind_of_a_field_decides_which_numbers_are_codes() -> None:
    case, phone = "260000000010", "861062345671"  # both have the check digit of a case number
    kinds: tuple[Literal["text", "phone", "money", "id_number"], ...] = ("text", "phone", "money", "id_number")
    rows = [FieldRow(kind, i, kind, "", kind, (), False, "", "", "", "") for i, kind in enumerate(kinds, 1)]
    async with on_stage(lambda: [Form()]) as (app, pilot):
        form = app.screen.query_one(Form)
        await form.show_fields(rows)
        typed: dict[str, list[str]] = {}
        for index, line in enumerate(form.field_lines):
            for number in (case, phone, DYNAMIC_DIGITS, IDENTITY_NUMBER):
                app.screen.set_focus(line.input)
                await scan(pilot, number, "enter")
                if line.input.value:
                    typed.setdefault(rows[index].kind, []).append(number)
                line.input.value = ""
        assert typed == {
            "text": [IDENTITY_NUMBER],
            "phone": [phone, DYNAMIC_DIGITS, IDENTITY_NUMBER],
            "money": [case, phone, DYNAMIC_DIGITS, IDENTITY_NUMBER],
            "id_number": [DYNAMIC_DIGITS, IDENTITY_NUMBER],
        }


@pytest.mark.wide
@each_code
async def test_a_scan_ticks_no_consent_and_records_none(codes: list[str]) -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await press(pilot, "f2", CODE, "enter", "enter", "enter", "f5", "cs", "enter")
        assert isinstance(app.screen, PickManyDialog)
        before = screen_text(app).count("[x]")
        for code in codes:
            await scan(pilot, code, "enter", "enter")
        assert isinstance(app.screen, PickManyDialog)
        assert screen_text(app).count("[x]") == before
        assert not any(asked.startswith("record_consent") for asked in service.asked)


@pytest.mark.wide
async def test_a_scan_ends_no_ticket() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await start_birth_case(pilot)
        await press(pilot, "f2")
        assert isinstance(app.screen, ConfirmDialog)
        await scan(pilot, CODE, "enter", "ctrl+j")
        assert isinstance(app.screen, ConfirmDialog)
        assert service.asked.count("call_next") == 1
        assert "finish_visit" not in service.asked


@each_code
@pytest.mark.wide
async def test_a_scan_decides_no_task(codes: list[str]) -> None:
    async with signed_in_officer() as (app, pilot):
        await press(pilot, "f2", "f9")
        for code in codes:
            await scan(pilot, code, "enter", "enter")
            await scan(pilot, code)
        await press(pilot, "escape")
        for code in codes:
            await scan(pilot, code, "enter", "tab")
        assert app.service.asked == ["claim_next"]
        await scan(pilot, SIGNED, "enter")
        assert "A code was scanned and not used" in screen_text(app)


@pytest.mark.parametrize(
    "reasons",
    [
        pytest.param(["[2026]G15"], id="one"),
        pytest.param(
            [REASON, "CHANNEL1:视频监控", "see ]C1260000000010 and EL1:6BF"], id="others", marks=pytest.mark.wide
        ),
    ],
)
async def test_a_reason_is_recorded_whole_at_any_speed(reasons: list[str]) -> None:
    async with signed_in_officer() as (app, pilot):
        for reason in reasons:
            await press(pilot, "f2", "f9", "r", reason, "enter", "enter")
            assert app.service.asked[-1] == f"refuse {reason}"
            await press(pilot, "f2", "f9", "r")
            await scan(pilot, reason)
            await press(pilot, "enter", "enter")
            assert app.service.asked[-1] == f"refuse {reason}"
        await press(pilot, "f2", "f9", "r")
        await scan(pilot, REASON, "enter")
        await press(pilot, "enter")
        assert app.service.asked[-1] == f"refuse {REASON}"


@pytest.mark.wide
async def test_a_reason_that_arrives_in_pieces_is_recorded_whole() -> None:
    async with signed_in_officer() as (app, pilot):
        await press(pilot, "f2", "f9", "r")
        for piece in ("请补交示自然资拍", "[2026", "]G15", "号地块规划许可证复印件"):  # an input method commits words
            await scan(pilot, piece, pause=0.3)
        await press(pilot, "enter", "enter")
        assert app.service.asked[-1] == f"refuse {REASON}"


@pytest.mark.wide
async def test_caps_lock_does_not_write_a_code_into_a_name() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await start_birth_case(pilot)
        await press(pilot, "An")
        await scan(pilot, "]c1260000000010", "enter")
        line = app.screen.query_one(Form).field_lines[0]
        assert line.input.value == "An"
        await press(pilot, "f4")
        assert not any("]c1" in asked for asked in service.asked)


@pytest.mark.wide
async def test_a_scan_at_the_sign_in_reaches_neither_number_nor_pin() -> None:
    async with signed_in_clerk() as (app, pilot, _service):
        await press(pilot, "f12", "1001")
        for code in SCANS[:4]:
            await scan(pilot, code, "enter", "ctrl+j")
            assert app.screen.query_one("#number", FormInput).value == "1001"
        await press(pilot, "enter", "24")
        for code in SCANS[:4]:
            await scan(pilot, code, "enter", "enter")
            assert app.screen.query_one("#pin", FormInput).value == "24"
        assert "Sign in first" in screen_text(app)
        await press(pilot, "68", "enter")
        assert not app.locked


@pytest.mark.wide
async def test_a_receipt_scanned_at_the_front_page_of_the_kiosk_opens_its_page_and_takes_no_ticket() -> None:
    async with running_kiosk() as corner:
        for code in ("]C1" + CASE, CASE):
            await scan(corner.pilot, code, "enter", "ctrl+j")
            assert corner.asked == []
            assert "2600 0000 0017" in corner.text
            await press(corner.pilot, "escape")
        await scan(corner.pilot, CASE, "tab")
        await press(corner.pilot, "123x", "enter")
        assert corner.asked == [f"find_case_status {CASE} 123X"]


@pytest.mark.wide
async def test_another_code_at_the_kiosk_is_refused_on_each_page() -> None:
    async with running_kiosk() as corner:
        await scan(corner.pilot, SIGNED, "enter", "enter")
        assert corner.at_home
        assert "This code cannot be used here" in corner.text
        await press(corner.pilot, "f12", "9001", "enter")
        await scan(corner.pilot, CASE, "enter")
        assert corner.asked == []
        assert "*" not in corner.text.split("PIN")[1][:40]


@pytest.mark.wide
async def test_a_receipt_stops_the_countdown_and_is_used() -> None:
    async with running_kiosk() as corner:
        await press(corner.pilot, "4")
        await corner.advance(46)
        assert "Are you still there?" in corner.text
        await scan(corner.pilot, "]C1" + CASE, "enter")
        assert "2600 0000 0017" in corner.text


@pytest.mark.wide
async def test_a_text_typed_fast_into_a_field_is_kept() -> None:
    async with on_stage(lambda: [FormInput(id="first")]) as (app, pilot):
        field = app.screen.query_one(FormInput)
        app.screen.set_focus(field)
        for text in ("https://example.com/a", "1234567890123", "]Q", "E", "EL", "13800138000 ext. 12"):
            field.value = ""
            await scan(pilot, text)
            assert field.value == text
        assert isinstance(app, Stage)
