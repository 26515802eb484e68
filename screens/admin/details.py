"""The details of a person, and the frames of staff list and details."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.cells import cell_len
from textual.widget import Widget

from clerk_app.locales import _
from clerk_app.views.admin import AdminView, StaffRow
from clerk_app.views.shared import LabelledValue
from screens.admin.acts import act_rows
from screens.theme.panels import show_panel_keys, title_panel
from screens.widgets.labelled_lines import labelled_lines
from screens.widgets.paint import Line, level_lines


def title_staff(staff: Widget, details: Widget, view: AdminView) -> None:
    """Write titles and keys into the frames of the list and the details."""
    locked, ended = (sum(row.level == level for row in view.staff) for level in ("warn", "bad"))
    words = _("{count} locked out").format(count=locked) if locked else ""
    if not locked and ended:
        words = _("{count} suspended or dismissed").format(count=ended)
    title_panel(staff, _("Staff"), count=len(view.staff), state=words, level="warn" if locked else "plain")
    show_panel_keys(staff, _("Enter acts  / filter  s sort"))
    title_panel(details, _("Details"))


def detail_lines(person: StaffRow | None, facts: Sequence[LabelledValue], width: int) -> Iterable[Line]:
    """Return who somebody is, what is known of the account, and what can be done."""
    if person is None:
        return
    yield [(person.name, "title"), (f"  {person.number}", "strong")]
    if person.state:
        yield from level_lines(person.level, person.state, width)
    yield []
    own = (LabelledValue(_("Role"), person.role_name), LabelledValue(_("Organ"), person.organ_name or "-"))
    cells = min(width // 2, max(cell_len(fact.label) for fact in (*own, *facts)))
    for fact in (*own, *facts):
        yield from labelled_lines(fact.label, fact.value, width, cells, gap=2)
    yield []
    rows = act_rows(person.acts)
    yield [(_("What can be done (Enter)") if rows else _("Nothing of this entry changes any more."), "title")]
    for row in rows:
        yield [(f"{row.key} ", "cap"), (row.name, ""), (f"  {row.hint}" if row.hint else "", "dim")]
