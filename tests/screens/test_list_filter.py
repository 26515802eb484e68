"""Filter, order and marks of lists: which rows are shown, what the frame shows, and that scans are still recognised."""

from __future__ import annotations

import pytest
from textual.containers import Vertical
from textual.widget import Widget

from clerk_app.views.lists import ListQuery
from screens.theme.panels import title_panel
from screens.widgets.columns import Column, ListRow
from screens.widgets.list_filter import ListRows
from screens.widgets.preview import Preview, PreviewLines
from screens.widgets.row_list import RowList
from tests.screens.sample_data import CASE
from tests.screens.stage import on_stage, press, scan, screen_text, wait_until_idle

pytestmark = pytest.mark.usefixtures("english")

COLUMNS = (
    Column(lambda: "Number", 8),
    Column(lambda: "Name", 10, grow=1),
    Column(lambda: "Wait", 5, align_right=True),
)
PEOPLE = [
    ListRow("a", ("A007", "欧阳建国", "12 min")),
    ListRow("b", ("A010", "Ann Lee", "3 min")),
    ListRow("c", ("B002", "ＡＮＮ Ｗｕ", "41 min"), level="warn"),
    ListRow("held", ("On hold",), heading=True),
    ListRow("d", ("C001", "张三", "-")),
]


def keys_of(text: str = "", order: str = "", *, descending: bool = False) -> list[str]:
    rows = ListRows(PEOPLE, COLUMNS).arrange(ListQuery(text, order, descending))
    assert rows is not None
    return [row.key for row in rows]


def panel() -> list[Widget]:
    rows = RowList(COLUMNS, id="people", empty=lambda: "Nobody waits. F2 calls the next ticket.")
    rows.add_class("panel")
    title_panel(rows, "Waiting", count=4)
    return [Vertical(rows)]


def test_all_words_must_match_in_any_case_and_width() -> None:
    assert keys_of("ann") == ["b", "c"]
    assert keys_of("ａ０　ann") == ["b"]
    assert keys_of("张 三") == ["held", "d"]
    assert keys_of("nobody") == []


def test_a_list_without_headings_is_narrowed_by_each_character_and_widened_again() -> None:
    rows = ListRows([row for row in PEOPLE if not row.heading], COLUMNS)
    found = {text: rows.arrange(ListQuery(text)) or () for text in ("a", "an", "ann l", "0 3", "an", "zz")}
    assert {text: [row.key for row in shown] for text, shown in found.items()} == {
        "a": ["a", "b", "c"],
        "an": ["b", "c"],
        "ann l": ["b"],
        "0 3": ["b"],
        "zz": [],
    }
    assert [row.key for row in found["a"][1:5]] == ["b", "c"]
    assert found["a"][-1].key == "c"


async def test_the_lines_of_wrapped_rows_are_counted_before_the_list_has_its_width() -> None:
    notes = [ListRow("n", ("a sentence that needs several lines in a narrow list",), full_width=True)]
    async with on_stage(panel) as (app, _pilot):
        rows = app.screen.query_one(RowList)
        rows.show_rows(notes)
        assert rows.count_lines(rows.size.width) == rows.total == 1
        assert rows.count_lines(24) > 2


def test_rows_are_sorted_within_their_section_and_numbers_as_numbers() -> None:
    assert keys_of(order="2") == ["b", "a", "c", "held", "d"]
    assert keys_of(order="0", descending=True) == ["c", "b", "a", "held", "d"]
    given = [ListRow("x", ("1 h",), sort_keys=(60,)), ListRow("y", ("50 min",), sort_keys=(50,)), ListRow("z", ("",))]
    assert [row.key for row in ListRows(given, COLUMNS).arrange(ListQuery(order="0")) or ()] == ["y", "x", "z"]


def test_a_full_width_row_goes_with_the_row_above_it() -> None:
    rows = [
        ListRow("t", ("B", "Tax")),
        ListRow("t2", ("refused: no seal",), full_width=True),
        ListRow("s", ("A", "Seal")),
    ]
    found = ListRows(rows, COLUMNS)
    assert [row.key for row in found.arrange(ListQuery("refused")) or ()] == ["t", "t2"]
    assert [row.key for row in found.arrange(ListQuery(order="0")) or ()] == ["s", "t", "t2"]
    assert found.count == 2


async def test_a_typed_filter_narrows_the_rows_and_the_frame_shows_it_until_escape() -> None:
    async with on_stage(panel) as (app, pilot):
        rows = app.screen.query_one(RowList)
        rows.show_rows(PEOPLE)
        app.screen.set_focus(rows)
        await press(pilot, "/", "ann")
        text = screen_text(app)
        assert "张三" not in text
        assert "2 of 4" in text.splitlines()[1]  # in the frame, and on the line of the filter
        assert text.count("2 of 4") == 2
        await press(pilot, "down", "enter")
        assert rows.has_focus
        assert rows.current_row is not None
        assert rows.current_row.key == "c"
        rows.show_rows([*PEOPLE, ListRow("e", ("D1", "Anne"))])  # a refresh keeps filter and cursor
        await wait_until_idle(pilot)
        assert "/ ann" in screen_text(app)
        assert "3 of 5" in screen_text(app)
        assert rows.current_row.key == "c"
        await press(pilot, "escape")
        assert "张三" in screen_text(app)
        assert "of 5" not in screen_text(app)


async def test_a_filter_without_a_match_and_an_empty_list_say_what_to_do() -> None:
    async with on_stage(panel) as (app, pilot):
        rows = app.screen.query_one(RowList)
        await wait_until_idle(pilot)
        assert "F2 calls the next ticket." in screen_text(app)
        rows.show_rows(PEOPLE)
        app.screen.set_focus(rows)
        await press(pilot, "/", "zzz")
        assert "Esc shows all rows" in screen_text(app)
        await press(pilot, "escape")
        assert rows.has_focus
        assert "欧阳建国" in screen_text(app)


async def test_a_scan_is_recognised_while_a_filter_is_typed_and_leaves_it_as_it_was() -> None:
    async with on_stage(panel) as (app, pilot):
        rows = app.screen.query_one(RowList)
        rows.show_rows(PEOPLE)
        app.screen.set_focus(rows)
        await press(pilot, "/", "ann")
        await scan(pilot, CASE, "enter")
        assert "A code was scanned and not used" in screen_text(app)
        assert rows.list_query.text == "ann"
        assert "2 of 4" in screen_text(app)


async def test_a_key_and_a_click_on_a_title_sort_and_reverse() -> None:
    async with on_stage(panel) as (app, pilot):
        rows = app.screen.query_one(RowList)
        rows.show_rows(PEOPLE)
        app.screen.set_focus(rows)
        await press(pilot, "s", "s")
        assert "Name^" in screen_text(app)
        await press(pilot, "S")
        assert "Namev" in screen_text(app)
        await pilot.click(RowList, offset=(4, 1))
        await wait_until_idle(pilot)
        assert rows.list_query == ListQuery(order="0")
        await press(pilot, "s", "s", "s")
        assert rows.list_query == ListQuery()
        await pilot.click(RowList, offset=(4, 3))
        assert rows.current_row is not None
        assert rows.current_row.key == "b"


async def test_marked_rows_are_counted_in_the_frame_and_may_be_all_that_a_filter_shows() -> None:
    async with on_stage(panel) as (app, pilot):
        rows = app.screen.query_one(RowList)
        rows.marks_rows = True
        rows.show_rows(PEOPLE)
        app.screen.set_focus(rows)
        await press(pilot, "space", "space")
        assert rows.marked == {"a", "b"}
        assert "2 marked" in screen_text(app).splitlines()[1]
        await press(pilot, "/", "ann", "enter", "a")
        assert rows.marked == {"a", "b", "c"}
        rows.clear_marks()
        await wait_until_idle(pilot)
        assert "marked" not in screen_text(app)


@pytest.mark.wide
async def test_many_rows_are_filtered_in_a_thread_and_only_the_newest_result_is_shown() -> None:
    async with on_stage(panel) as (app, pilot):
        rows = app.screen.query_one(RowList)
        rows.show_rows(
            [ListRow(str(index), (f"N{index}", "Ann" if index % 1000 else "Zhu", "-")) for index in range(9000)]
        )
        app.screen.set_focus(rows)
        await press(pilot, "/", "zhu", "enter")
        await pilot.pause(0.3)
        assert rows.total == 9
        assert "9 of 9000" in screen_text(app)


class ServiceList(Vertical):
    """Keeps the requests of its list."""

    def __init__(self) -> None:
        super().__init__(RowList([Column(lambda: "Number", 8, name="number"), Column(lambda: "Name", 10)]))
        self.requests: list[RowList.PageRequested] = []

    def on_row_list_page_requested(self, message: RowList.PageRequested) -> None:
        self.requests.append(message)


async def test_a_service_filters_its_pages_and_an_older_result_is_dropped() -> None:
    async with on_stage(lambda: [ServiceList()]) as (app, pilot):
        rows, requests = app.screen.query_one(RowList), app.screen.query_one(ServiceList).requests
        rows.put_page(0, PEOPLE[:2], 2)
        app.screen.set_focus(rows)
        await press(pilot, "/", "lee", "enter")
        await pilot.pause(0.1)
        assert requests[-1].query == ListQuery("lee")
        assert rows.total == 2  # the rows before stay until those of the filter arrive
        await press(pilot, "s")
        await pilot.pause(0.1)
        rows.put_page(0, PEOPLE[:1], 1, query=ListQuery("lee"))
        assert rows.total == 2
        rows.put_page(0, PEOPLE[1:2], 1, query=requests[-1].query)
        await wait_until_idle(pilot)
        assert requests[-1].query == ListQuery("lee", "number")
        assert "1 of 2" in screen_text(app)
        assert "欧阳建国" not in screen_text(app)


async def test_a_preview_follows_the_cursor_once_it_rests_and_drops_older_results() -> None:
    read: list[str] = []

    def read_preview(row: ListRow) -> PreviewLines:
        read.append(row.key)
        return lambda _width: [[(f"Details of {row.cells[1]}", "")]]

    def widgets() -> list[Widget]:
        rows = RowList(COLUMNS)
        rows.styles.height = 8
        return [Vertical(rows, Preview(rows, read_preview))]

    async with on_stage(widgets) as (app, pilot):
        rows = app.screen.query_one(RowList)
        rows.show_rows(PEOPLE)
        app.screen.set_focus(rows)
        await press(pilot, "down", "down", "up")
        await pilot.pause(0.3)
        await wait_until_idle(pilot)
        assert read == ["b"]
        assert "Details of Ann Lee" in screen_text(app)
        await press(pilot, "/", "zzz")
        await pilot.pause(0.3)
        await wait_until_idle(pilot)
        assert "Details" not in screen_text(app)
