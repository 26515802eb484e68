"""The paint cache: unchanged widgets are not painted again, and nothing stale is shown."""

from __future__ import annotations

from typing import Any

import pytest
from rich.segment import Segment
from textual._compositor import ChopsUpdate
from textual.containers import Container
from textual.geometry import Region
from textual.strip import Strip

from screens.partial_screen import PartialCompositor
from screens.widgets.columns import PAGE_SIZE, ListRow
from screens.widgets.dialogs import TextDialog
from screens.widgets.fields import FormInput
from screens.widgets.form import Form
from screens.widgets.paint import TextBlock
from screens.widgets.row_list import RowList
from tests.screens.stage import Stage, on_stage, painted_lines, press, wait_until_idle
from tests.screens.test_widgets import COLUMNS, FIELDS, rows_of


def painted_cells(app: Stage) -> list[list[Segment]]:
    """Return every cell of the screen with its colours."""
    return [list(strip) for strip in painted_lines(app)]


async def show_form_and_list(app: Stage) -> None:
    await app.screen.query_one(Form).show_fields(FIELDS)
    app.screen.query_one(RowList).show_rows(rows_of(30))
    app.screen.set_focus(app.screen.query_one(RowList))


@pytest.mark.wide
async def test_after_another_theme_and_back_every_cell_is_as_before() -> None:
    async with on_stage(lambda: [Form(id="form"), RowList(COLUMNS)]) as (app, pilot):
        await show_form_and_list(app)
        await wait_until_idle(pilot)
        before = painted_cells(app)
        first = app.theme
        app.action_theme()
        await wait_until_idle(pilot)
        other = painted_cells(app)
        app.theme = first
        await wait_until_idle(pilot)
        assert painted_cells(app) == before != other
    async with on_stage(lambda: [Form(id="form"), RowList(COLUMNS)]) as (app, pilot):
        app.action_theme()
        await wait_until_idle(pilot)
        await show_form_and_list(app)
        await wait_until_idle(pilot)
        assert painted_cells(app) == other  # as if the theme had been there from the start


async def test_a_field_that_changes_is_painted_and_its_neighbours_lines_are_the_same_objects() -> None:
    async with on_stage(lambda: [Form(id="form")]) as (app, pilot):
        form = app.screen.query_one(Form)
        await form.show_fields(FIELDS)
        form.focus_field("f2")
        await wait_until_idle(pilot)
        fields = [line.input for line in form.field_lines if isinstance(line.input, FormInput)]
        before = [field.render_lines(field.size.region) for field in fields]
        await press(pilot, "anna")
        after = [field.render_lines(field.size.region) for field in fields]
        assert [old is new for old, new in zip(before, after, strict=True)] == [True, False, True]
        assert "anna" in after[1][0].text


class CountedBlock(TextBlock):
    """A line of text that counts how often the screen asks for it."""

    def __init__(self, text: str, *, id: str) -> None:
        super().__init__(lambda _width: [[(self.text, "bad")]], id=id)
        self.text = text
        self.paints = 0

    def render_lines(self, crop: Region) -> list[Strip]:
        self.paints += 1
        return super().render_lines(crop)


@pytest.mark.wide
@pytest.mark.usefixtures("updates_are_painted")
async def test_a_character_in_a_field_asks_no_other_widget_for_its_lines() -> None:
    async with on_stage(lambda: [FormInput(id="field"), CountedBlock("still", id="still")]) as (app, pilot):
        app.screen.set_focus(app.screen.query_one("#field"))
        await press(pilot, "a")
        still = app.screen.query_one(CountedBlock)
        still.paints = 0
        await press(pilot, "b")
        assert still.paints == 0


@pytest.mark.usefixtures("updates_are_painted")
async def test_a_tick_below_a_dialog_paints_only_the_widget_that_changed() -> None:
    clock, still = CountedBlock("00:01", id="clock"), CountedBlock("still", id="still")
    async with on_stage(lambda: [clock, still]) as (app, pilot):
        app.show_dialog(lambda: TextDialog("Reason", "Why?"))
        await press(pilot, "x")
        clock.paints = still.paints = 0
        clock.text = "00:02"
        clock.refresh()
        await wait_until_idle(pilot)
        counts = clock.paints > 0, still.paints
        cells = [strip.simplify() for strip in painted_lines(app)]
        app.screen.refresh()
        await wait_until_idle(pilot)
        assert counts == (True, 0)
        assert cells == [strip.simplify() for strip in painted_lines(app)]  # as a full paint


class PagedList(Container):
    """Puts a page into the list when it is requested, and records the offsets."""

    def __init__(self) -> None:
        super().__init__(RowList(COLUMNS))
        self.wanted: list[int] = []

    def on_row_list_page_requested(self, message: RowList.PageRequested) -> None:
        self.wanted.append(message.offset)
        self.put(message.offset)

    def put(self, offset: int) -> None:
        count = min(PAGE_SIZE, 450 - offset)
        self.query_one(RowList).put_page(
            offset, [ListRow(f"{offset + index}", ("A", "x")) for index in range(count)], 450
        )


@pytest.mark.wide
async def test_paging_through_a_list_asks_for_the_next_page_before_it_is_needed() -> None:
    async with on_stage(lambda: [PagedList()]) as (app, pilot):
        paged_list, rows = app.screen.query_one(PagedList), app.screen.query_one(RowList)
        paged_list.put(0)
        app.screen.set_focus(rows)
        while rows.cursor < PAGE_SIZE - 50:
            await press(pilot, "pagedown")
        assert paged_list.wanted == [PAGE_SIZE]
        await press(pilot, "end")
        assert rows.current_row is not None
        assert rows.current_row.key == "449"
        assert paged_list.wanted == [PAGE_SIZE, 2 * PAGE_SIZE]


@pytest.mark.usefixtures("updates_are_painted")
async def test_a_change_below_a_dialog_leaves_its_wide_characters_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    updates: list[tuple[int, int]] = []  # first column of each update, and the one after its last
    render_update = PartialCompositor.render_update

    def record(compositor: PartialCompositor, *arguments: Any, **options: Any) -> Any:
        update = render_update(compositor, *arguments, **options)
        if isinstance(update, ChopsUpdate):
            updates.extend((first, end) for _row, first, end in update.spans)
        return update

    monkeypatch.setattr(PartialCompositor, "render_update", record)
    narrow = CountedBlock("00:01", id="narrow")
    narrow.styles.width = 41
    async with on_stage(lambda: [narrow]) as (app, pilot):
        app.show_dialog(lambda: TextDialog("原因", "为什么这样办理？" * 20))
        await press(pilot, "x")
        updates.clear()
        narrow.text = "00:02"
        narrow.refresh()
        await wait_until_idle(pilot)
        assert updates
        assert set(updates) == {(0, app.size.width)}
