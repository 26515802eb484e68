"""What Enter and Space do with a row of a panel of the counter."""

from __future__ import annotations

from functools import partial

from clerk_app.views.case import MaterialRow
from screens.counter import actions, papers
from screens.counter.case_panels import matter_sentences
from screens.counter.frame import CounterFrame
from screens.counter.materials_panel import NOT_GIVEN, MaterialsPanel
from screens.counter.steps_panel import StepsPanel
from screens.widgets.columns import ListRow
from screens.widgets.dialogs import ReadDialog
from screens.widgets.row_list import RowList
from screens.widgets.tracks import TrackChart

_KEYS_OF_STEPS = {
    "submit:": actions.SUBMIT,
    "face:": actions.SUBMIT,
    "choose:": actions.CHOOSE,
    "close:": actions.BACK,
}
"""Steps that are done by a key of the screen."""


class CounterRows(CounterFrame):
    """Opens, prints, ticks or carries out the row under the cursor."""

    async def on_row_list_opened(self, message: RowList.Opened) -> None:
        from screens.counter import procedures

        kind, _colon, key = message.row.key.partition(":")
        if message.rows.id == "steprows":
            await self._take_step(self.query_one(StepsPanel).target_of(message.row))
        elif message.rows.id == "waiting":
            self.host.perform(self.serve_row(message.row))
        elif message.rows.id == "owncases":
            self.host.perform(self.call_and_paint(partial(self.service.open_case, message.row.key)))
        elif kind == "draft":
            self.host.perform(self.call_and_paint(partial(self.service.reopen_draft, key)))
        elif kind == "paper":
            self.host.perform(papers.offer_papers(self))
        elif kind == "material" and self._can_open_material(key):
            self.host.perform(self._open_material(key))
        elif kind == "material" and self._find_missing(key) is not None:
            self.host.perform(self._take_pages(key))
        elif self.mode == "intake" and kind in ("material", "matter"):
            self.host.perform(self._read_detail(message.row))
        elif kind == "fetch":
            self.host.perform(procedures.fetch_materials(self))

    async def _take_step(self, target: str) -> None:
        """Run the step by its key of this screen, or set the focus to where it is done."""

        from screens.counter.step_actions import take_step

        if target in _KEYS_OF_STEPS:
            await self.perform_action(_KEYS_OF_STEPS[target])
        elif target:
            self.host.perform(take_step(self, target))

    async def serve_row(self, row: ListRow) -> None:
        """Serve the ticket under the cursor; one that waits is called before its turn for a reason."""

        from screens.counter import hall_acts, leaving

        ticket = next((ticket for ticket in self.view.held if ticket.id == row.key), None) if self.view else None
        if ticket is not None:
            await leaving.serve_ticket(self, ticket.id, ticket.number)
        else:
            await hall_acts.call_before_turn(self, row.key)

    def _can_open_material(self, material: str) -> bool:
        """Return whether there is a licence or a scan to show; the row of another material can only be read in full."""
        intake = self.view.intake if self.view else None
        rows = intake.materials if self.mode == "intake" and intake else ()
        return not any(row.id == material and not row.can_be_opened for row in rows)

    def _find_missing(self, material: str) -> MaterialRow | None:
        """Return the row of a material of the draft whose paper is to be taken in; None for another one."""
        intake = self.view.intake if self.view and self.mode == "intake" else None
        rows = intake.materials if intake is not None else ()
        return next((row for row in rows if row.id == material and row.takes_pages and row.state in NOT_GIVEN), None)

    async def _take_pages(self, material: str) -> None:
        from screens.counter.paper_pages import take_pages

        row = self._find_missing(material)
        if row is not None:
            await take_pages(self, row)

    def on_track_chart_opened(self, message: TrackChart.Opened) -> None:
        self.host.perform(self._read_matter(message.track))

    async def _read_matter(self, matter: str) -> None:
        view = self.view
        subject = view.case or view.intake if view is not None else None
        row = next((row for row in subject.matters if row.id == matter), None) if subject is not None else None
        if row is not None:
            await self.host.show(ReadDialog(row.name, sentences=list(matter_sentences(row))))

    async def _read_detail(self, row: ListRow) -> None:
        await self.host.show(ReadDialog(row.cells[0], sentences=[self.query_one(MaterialsPanel).row_detail(row)]))

    async def _open_material(self, material: str) -> None:
        from screens.counter.held_materials import open_material_row
        from screens.counter.paper_pages import open_paper
        from screens.papers.material import show_material

        intake = self.view.intake if self.view else None
        row = next((row for row in intake.materials if row.id == material), None) if intake else None
        if self.mode == "intake" and row is not None and row.is_paper and row.pages:
            await open_paper(self, row)
            return
        if self.mode == "intake" and row is not None and (row.confirmation or row.is_paper):
            await open_material_row(self, row)
            return
        await show_material(self.host, await self.host.ask(partial(self.service.open_material, material)))

    def on_materials_panel_review_requested(self, message: MaterialsPanel.ReviewRequested) -> None:
        from screens.counter.paper_review import review_papers

        self.host.perform(review_papers(self, message.material))

    def on_row_list_ticked(self, message: RowList.Ticked) -> None:
        from screens.counter import procedures

        if message.rows.id == "needs":
            self.host.perform(procedures.toggle_requirement(self))
