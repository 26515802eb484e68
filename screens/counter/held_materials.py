"""What the city holds of the parties of a draft (我的证照, 我的材料), and papers that are taken although it does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

from textual.widget import Widget

from clerk_app.locales import _, mark
from clerk_app.views.case import MaterialRow
from clerk_app.views.counter import CounterView
from clerk_app.views.held_materials import HeldMaterial
from screens.counter.coded_reasons import ask_coded_reason
from screens.counter.consent import ask_consent_again
from screens.counter.frame import CounterFrame
from screens.counter.menu_item import MenuItem
from screens.counter.paper_facts import describe_paper
from screens.papers.material import show_material
from screens.widgets.columns import Column, ListRow
from screens.widgets.dialogs import ConfirmDialog, Dialog, drop_texts
from screens.widgets.labelled_lines import labelled_lines
from screens.widgets.paint import Line, TextBlock, level_style
from screens.widgets.row_list import RowList

_LABEL_CELLS = 12


class HeldMaterialsDialog(Dialog[str]):
    """A list of what the city holds; below it are issuer, validity, age, grade and use of the row under the cursor."""

    about = mark("What the city holds of the citizen for this application, with its age. Enter shows one or asks.")
    DEFAULT_CSS = """
    HeldMaterialsDialog > Vertical { width: 100; }
    HeldMaterialsDialog RowList { height: auto; min-height: 3; max-height: 45vh; margin: 0 0 1 0; }
    """

    def __init__(self, materials: Sequence[HeldMaterial]) -> None:
        super().__init__(_("What the city holds"), hint=_("shows it, or asks for consent"))
        self.add_class("-wide")
        self.materials = {material.id: material for material in materials}

    def dialog_body(self) -> Iterable[Widget]:
        columns = [
            Column(lambda: _("Material"), 12, grow=2),
            Column(lambda: _("Holder"), 6, grow=1, priority=2),
            Column(lambda: _("Valid to"), 10, keep_whole=True),
            Column(lambda: _("State"), 8, grow=1, keep_whole=True),
        ]
        yield RowList(columns, id="heldrows", can_filter=False)
        yield TextBlock(self._detail, id="helddetail")

    def on_mount(self) -> None:
        super().on_mount()
        rows = self.query_one(RowList)
        rows.show_rows([_list_row(material) for material in self.materials.values()])
        rows.cursor_watchers.append(self._show_detail)
        rows.focus()

    def content_cells(self) -> int:
        return 96

    def on_row_list_opened(self, message: RowList.Opened) -> None:
        message.stop()
        self.close(message.row.key)

    def _show_detail(self, _row: ListRow | None) -> None:
        self.query_one("#helddetail", TextBlock).refresh(layout=True)

    def _detail(self, width: int) -> Iterable[Line]:
        row = self.query_one(RowList).current_row
        material = self.materials.get(row.key) if row is not None else None
        if material is None:
            return []
        facts = (
            (_("Kind"), material.kind),
            (_("Issuer"), material.issuer),
            (_("Issued on"), material.issued_on or _("not recorded")),
            (_("Valid to"), material.valid_to),
            (_("Learnt"), material.learnt),
            (_("Grade"), material.grade),
            (_("Used for"), material.used_for or _("nothing in this application")),
        )
        return [line for label, value in facts for line in labelled_lines(label, value, width, _LABEL_CELLS)]


def _list_row(material: HeldMaterial) -> ListRow:
    cells = (material.name, material.holder, material.valid_to, material.state_name)
    styles = ("", "dim", "dim", level_style(material.level))
    return ListRow(material.id, cells, material.level, styles=styles, dim=not material.used_for)


async def show_held_materials(screen: CounterFrame) -> None:
    """Show what the city holds; open the chosen one after consent, or ask for the consent."""
    held = await screen.host.ask(screen.service.list_held_materials)
    if not held:
        screen.host.notify(_("The city holds nothing that this application needs, or it was not fetched yet (F8)."))
        return
    chosen = await screen.host.show(HeldMaterialsDialog(held))
    material = next((row for row in held if row.id == chosen), None)
    if material is None:
        return
    row = next((row for row in _materials(screen) if row.id == material.used_as), None)
    if row is None:
        screen.host.notify(_("No material of this application uses it: its content is not shown."))
    elif row.consent == "given":
        await open_or_confirm(screen, row)
    else:
        await ask_consent_again(screen)


async def open_material_row(screen: CounterFrame, row: MaterialRow) -> None:
    """Show a material, or its scan; let the clerk confirm it, or type issuer and validity of a paper."""
    if not row.is_paper:
        await open_or_confirm(screen, row)
        return
    if row.has_scan:
        await show_material(screen.host, await screen.host.ask(partial(screen.service.open_material, row.id)))
    await describe_paper(screen, row)


async def open_or_confirm(screen: CounterFrame, row: MaterialRow) -> None:
    """Show a material; let the clerk confirm its original or its promise where that is needed."""
    await show_material(screen.host, await screen.host.ask(partial(screen.service.open_material, row.id)))
    if not row.confirmation:
        return
    sentence = (
        _("Did you compare {name} with the original that the applicant shows?")
        if row.confirmation == "original"
        else _("Has the applicant made the promise {name} again for this application, in writing?")
    )
    title, hint = _("Confirm a material"), _("confirms it")
    if await screen.host.show(ConfirmDialog(title, sentence.format(name=row.name), hint=hint)):
        await screen.call_and_paint(partial(screen.service.confirm_material, row.id))


async def toggle_paper(screen: CounterFrame, material: str) -> None:
    """Mark a material as handed in on paper or not; ask for the reason if the city holds it."""
    row = next((row for row in _materials(screen) if row.id == material), None)
    if row is None or not row.paper_needs_reason:
        await screen.call_and_paint(partial(screen.service.toggle_paper, material))
        await ask_validity(screen, material)
        return
    key = f"paper reason of {material} in {screen.view.intake.draft if screen.view and screen.view.intake else ''}"
    given = await ask_paper_reason(screen, row.name, key)
    if given is None:
        return
    await screen.call_and_paint(partial(screen.service.toggle_paper, material, *given))
    drop_texts(screen, key)
    await ask_validity(screen, material)


async def ask_paper_reason(screen: CounterFrame, name: str, key: str) -> tuple[str, str] | None:
    """Ask why paper is taken although the city holds it; return code and words, None if the clerk went back."""
    reasons = await screen.host.ask(screen.service.list_paper_reasons)
    sentence = _("The city holds {name}: no paper is needed. Why is paper taken?").format(name=name)
    return await ask_coded_reason(screen, key, _("Paper although it is held"), sentence, reasons)


async def ask_validity(screen: CounterFrame, material: str) -> None:
    """Ask for the validity of a paper that was marked just now, if the catalogue needs it."""
    row = next((row for row in _materials(screen) if row.id == material), None)
    if row is not None and row.lacks_validity:
        await describe_paper(screen, row)


def _materials(screen: CounterFrame) -> tuple[MaterialRow, ...]:
    intake = screen.view.intake if screen.view else None
    return intake.materials if intake is not None else ()


def _has_list(view: CounterView) -> bool:
    return view.intake is not None and not view.intake.is_masked and view.applicant is not None


HELD_ITEMS = (
    MenuItem(53, "held_materials", mark("What the city holds of the citizen"), _has_list, show_held_materials),
)
