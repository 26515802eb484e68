"""The panels of the counter: how much they show, what Enter does with what is left, focus by Alt, a resize."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import fields, is_dataclass, replace

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot

from clerk_app.locales import set_language
from clerk_app.views.counter import CounterView, DraftRow
from screens.counter.materials_panel import MaterialsPanel
from screens.counter.menu import MENU
from screens.counter.plans import PANELS_OF_MODE
from screens.counter.screen import CounterScreen
from screens.sign_in import StaffApp
from screens.terminal_input import KeyParser
from screens.widgets.form import Form
from screens.widgets.pick import PickDialog
from screens.widgets.row_list import RowList
from tests.screens.sample_cases import own_cases
from tests.screens.sample_counter import SampleCounterService
from tests.screens.sample_data import CASE, CASE_PAPERS, CODE, localized, tickets
from tests.screens.sample_workstation import SampleWorkstation
from tests.screens.stage import press, screen_text, wait_until_idle
from tests.screens.test_counter import make_screen, signed_in_clerk, start_birth_case

WIDE, SMALL = (140, 40), (80, 24)
FORM = ("f2", CODE, "enter", "enter", "enter", "f5", "cs", "enter", "a", "enter")
WORKING_SCREENS = {"hall": (), "person": ("f2", CODE, "enter"), "intake": FORM, "case": ("f2", CASE, "enter")}
MOST_EMPTY = 0.80  # share of the cells without a glyph; frames, rules and fills are no glyphs
MORE_FACTS = 6


class BusyCounter(SampleCounterService):
    """A window in the middle of a morning: fourteen waiting tickets, two drafts, seven cases, papers and a history."""

    def __init__(self) -> None:
        super().__init__()
        first, second = own_cases()
        self.cases = tuple(
            replace(case, number=f"26000000{index:04d}") for index, case in enumerate((first, second) * 4, 100)
        )

    def _view(self, message: str = "") -> CounterView:
        view = super()._view(message)
        more = tuple(replace(row, id=f"more {row.id}", number=f"D{row.number[1:]}") for row in tickets()[:5])
        birth = localized("A child is born", "小孩出生一件事")
        drafts = tuple(
            DraftRow(f"d{index}", birth, localized("Wang *", "王*"), localized("18 min", "18分钟"))
            for index in range(2)
        )
        case = view.case
        if case is not None:
            acts = (
                localized("asked for papers", "通知补正"),
                localized("approved the birth certificate", "准予出生医学证明"),
                localized("approved the vaccination record", "准予预防接种建档"),
                localized("claimed the household registration", "认领出生户口登记"),
            )
            history = tuple(replace(case.history[0], action=act) for act in acts) + case.history
            case = replace(case, history=history)
        return replace(
            view,
            waiting=view.waiting + more,
            drafts=() if view.serving else drafts,
            case=case,
            case_papers=CASE_PAPERS if case is not None else (),
        )


@asynccontextmanager
async def busy_clerk(size: tuple[int, int], language: str) -> AsyncIterator[tuple[StaffApp, Pilot[None], BusyCounter]]:
    set_language(language)
    workstation, service = SampleWorkstation(None), BusyCounter()
    workstation.counter = service
    app = StaffApp(lambda: workstation, make_screen)
    async with app.run_test(size=size) as pilot:
        await wait_until_idle(pilot)
        await press(pilot, "1001", "enter", "2468", "enter")
        yield app, pilot, service


def empty_share(text: str, size: tuple[int, int], *, has_picture: bool) -> float:
    """Return the share of the cells without a glyph; blocks count where the screen shows a picture."""
    glyphs = (letter for letter in text if not letter.isspace() and not "\u2500" <= letter <= "\u257f")
    used = sum(cell_len(letter) for letter in glyphs if has_picture or not "\u2580" <= letter <= "\u259f")
    return 1 - used / (size[0] * size[1])


def facts_of(view: object) -> Iterator[str]:
    """Yield every text in a view."""
    if is_dataclass(view):
        for field in fields(view):
            yield from facts_of(getattr(view, field.name))
    elif isinstance(view, tuple):
        for part in view:
            yield from facts_of(part)
    elif isinstance(view, str) and len(view.strip()) > 1:
        yield view


QUICK = ("intake", "zh_CN")


@pytest.mark.wide
@pytest.mark.parametrize(
    ("mode", "language"),
    [
        pytest.param(mode, language, marks=() if (mode, language) == QUICK else pytest.mark.wide)
        for mode in WORKING_SCREENS
        for language in ("zh_CN", "en")
    ],
)
async def test_a_working_screen_uses_the_room_and_shows_more_facts_where_there_is_more(
    mode: str, language: str
) -> None:
    shown = {}
    for size in (WIDE, SMALL):
        async with busy_clerk(size, language) as (app, pilot, service):
            await press(pilot, *WORKING_SCREENS[mode])
            assert isinstance(app.screen, CounterScreen)
            assert app.screen.mode == mode
            text = screen_text(app)
            facts = {*facts_of(service.read_view()), *facts_of(service.list_own_cases())}
            shown[size] = {fact for fact in facts if fact in text}
            if size == WIDE:
                assert empty_share(text, size, has_picture=mode == "person") <= MOST_EMPTY
    assert len(shown[WIDE]) - len(shown[SMALL]) >= MORE_FACTS, shown[WIDE] - shown[SMALL]


@pytest.mark.wide
async def test_enter_on_what_is_left_leads_to_the_field_and_the_material_and_asks_for_consent() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await press(pilot, *FORM[:-2], "escape", "alt+3", "down", "enter")
        form = app.screen.query_one(Form)
        assert form.current_line is not None
        assert form.current_line.row.id == "father_id"
        await press(pilot, "alt+3", "home", "down", "down", "down", "enter")
        needs = app.screen.query_one("#needs", RowList)
        assert needs.has_focus
        assert needs.current_row is not None
        assert needs.current_row.key == "material:father"
        await press(pilot, "alt+3", "end", "up", "up", "enter", "a", "enter")
        assert service.asked[-1].startswith("record_consent")


async def test_alt_and_a_digit_reach_every_panel_and_a_digit_stays_text() -> None:
    async with signed_in_clerk() as (app, pilot, _service):
        await start_birth_case(pilot)
        screen = app.screen
        assert isinstance(screen, CounterScreen)
        for number, panel in enumerate(PANELS_OF_MODE["intake"], 1):
            await press(pilot, f"alt+{number}")
            assert screen.shown_panel == panel
            assert screen.query_one(f"#{panel}").display
            assert screen.focused in screen.query_one(f"#{panel}").walk_children(with_self=True)
        await press(pilot, "alt+1", "An", "2", "3")
        line = screen.query_one(Form).field_lines[0]
        assert line.input.value == "An23"


@pytest.mark.wide
def test_alt_and_a_digit_is_a_key_in_every_terminal() -> None:
    keys = [message.key for data in ("\x1b3", "\x1b[51;3u") for message in KeyParser().feed(data)]  # type: ignore[attr-defined]
    assert keys == ["alt+3", "alt+3"]


@pytest.mark.wide
async def test_a_resize_keeps_the_focus_what_was_typed_and_an_open_dialog() -> None:
    async with signed_in_clerk(size=WIDE) as (app, pilot, service):
        await start_birth_case(pilot)
        await press(pilot, "An")
        form = app.screen.query_one(Form)
        for size in ((60, 20), (120, 24)):
            await resize(pilot, size)
            assert form.current_line is not None
            assert form.current_line.input.value == "An"
        await press(pilot, "Bo", "f8")
        await resize(pilot, SMALL)
        assert isinstance(app.screen, PickDialog)
        await press(pilot, "escape", "tab")
        assert "fill_field name=AnBo" in service.asked
        needs = app.screen.query_one("#needs", RowList)
        for size in ((60, 20), WIDE):
            await resize(pilot, size)
            assert needs.has_focus
            assert needs.display


@pytest.mark.wide
async def test_a_resize_to_the_largest_and_smallest_size_keeps_the_focus_in_every_panel() -> None:
    async with signed_in_clerk(size=SMALL) as (app, pilot, _service):
        await start_birth_case(pilot)
        for number in range(1, 6):
            await press(pilot, f"alt+{number}")
            focused = app.screen.focused
            for size in ((300, 90), (60, 20), (200, 60), SMALL):
                await resize(pilot, size)
                assert app.screen.focused is focused


async def resize(pilot: Pilot[None], size: tuple[int, int]) -> None:
    await pilot.resize_terminal(*size)
    await wait_until_idle(pilot)


@pytest.mark.wide
async def test_a_click_focuses_a_panel_and_on_a_narrow_screen_its_tab() -> None:
    async with signed_in_clerk(size=WIDE) as (app, pilot, _service):
        await start_birth_case(pilot)
        await pilot.click("#needs", offset=(3, 1))
        await wait_until_idle(pilot)
        assert app.screen.query_one("#needs").has_focus
        await pilot.resize_terminal(*SMALL)
        await wait_until_idle(pilot)
        assert app.screen.query_one("#needs").display
        await pilot.click("#tabs", offset=(3, 0))
        await wait_until_idle(pilot)
        assert app.screen.query_one(Form).current_line is not None
        assert not app.screen.query_one("#needs", RowList).parent.display  # type: ignore[union-attr]


@pytest.mark.wide
async def test_a_huge_screen_shows_the_hall_beside_the_case() -> None:
    async with signed_in_clerk(size=(200, 60)) as (app, pilot, _service):
        await press(pilot, "f2", CASE, "enter")
        text = screen_text(app)
        assert "Today at this window" in text
        assert "B024" in text
        assert "Papers and history" in text


@pytest.mark.wide
async def test_enter_on_a_ticket_that_is_not_the_next_one_asks_for_a_reason() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await press(pilot, "tab", "down", "enter")
        assert "Why is B024 called before its turn?" in screen_text(app)
        assert service.asked == []


@pytest.mark.wide
async def test_the_cursor_of_the_materials_is_at_the_first_row_of_another_draft() -> None:
    async with signed_in_clerk(size=WIDE) as (app, pilot, service):
        await start_birth_case(pilot)
        await press(pilot, "alt+2", "end")
        needs = app.screen.query_one("#needs", RowList)
        assert needs.cursor > 0
        intake = app.screen.query_one(MaterialsPanel)
        view = service.read_view()
        assert view.intake is not None
        intake.show_view(replace(view, intake=replace(view.intake, draft="another")))
        assert needs.cursor == 0


def test_each_number_of_the_f8_menu_has_one_item() -> None:
    numbers = [item.number for item in MENU]
    assert len(numbers) == len(set(numbers))
