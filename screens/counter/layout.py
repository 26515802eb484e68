"""The panels of the counter screen: their plan for each mode and size, and the focus among them."""

from __future__ import annotations

from collections.abc import Iterable

from textual import events
from textual.binding import Binding
from textual.geometry import Size
from textual.widget import Widget

from clerk_app.locales import _
from clerk_app.views.counter import CounterView
from screens.counter.actions import Mode
from screens.counter.applicant_panel import ApplicantPanel
from screens.counter.case_panels import CaseFactsPanel, CoursePanel, HistoryPanel
from screens.counter.day_panels import DayPanel, EventsPanel, OneThingsPanel, WindowPanel
from screens.counter.hall_panels import KeptPanel, WaitingPanel
from screens.counter.intake_panel import IntakePanel
from screens.counter.materials_panel import MaterialsPanel, count_materials, materials_of
from screens.counter.own_cases import OwnCases
from screens.counter.person import CHECK_LEVEL
from screens.counter.person_panel import PersonPanel, PortraitPanel
from screens.counter.plans import PANELS_OF_MODE, plan_panels
from screens.counter.receipt_panels import PrintingPanel, ReceiptPanel
from screens.counter.steps import list_steps
from screens.counter.steps_panel import StepsPanel
from screens.role_screen import RoleScreen
from screens.widgets.containers import Horizontal
from screens.widgets.fields import FormInput
from screens.widgets.form import Form
from screens.widgets.paint import TextBlock
from screens.widgets.panel_area import PanelArea, planned_panels
from screens.widgets.panel_tabs import PanelTab, PanelTabs
from screens.widgets.row_list import RowList

FOCUS_OF_PANEL = {
    "hall": "#waiting",
    "today": "#owncases",
    "kept": "#keptrows",
    "person": "#person",
    "materials": "#needs",
    "steps": "#steprows",
    "applicant": "#applicant",
    "facts": "#facts",
    "history": "#history",
    "receipt": "#paper",
}
"""The widget of each panel that takes the focus, of those that have always the same."""


class CodeLine(Horizontal):
    """Takes a typed code, a case or ticket number, and the keys of a wedge scanner."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)

    def compose(self) -> Iterable[Widget]:
        yield TextBlock(lambda _width: [[(_("Code") + " ", "dim")]], id="codelabel")
        code = FormInput(id="code")
        code.takes_codes = True
        yield code


class CounterLayout(RoleScreen):
    """Shows the panels of the current mode by the plan for the size of the terminal."""

    CSS_PATH = "counter.tcss"
    BINDINGS = [
        Binding("tab", "part(1)", show=False, priority=True),
        Binding("shift+tab", "part(-1)", show=False, priority=True),
        *(Binding(f"alt+{number}", f"panel({number})", show=False, priority=True) for number in range(1, 6)),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.view: CounterView | None = None
        self.mode: Mode = "hall"
        self.shown_panel = "hall"
        """The panel of the mode that has the focus, or had it last; the only one on a narrow screen."""

    def body(self) -> Iterable[Widget]:
        yield PanelArea(
            PanelTabs(self._list_tabs, lambda: self.shown_panel, id="tabs"),
            WindowPanel(id="window"),
            WaitingPanel(id="hall"),
            OwnCases(id="today"),
            KeptPanel(id="kept"),
            DayPanel(id="day"),
            EventsPanel(id="events"),
            OneThingsPanel(id="things"),
            PortraitPanel(id="portrait"),
            PersonPanel(id="person"),
            IntakePanel(id="filling"),
            ApplicantPanel(id="applicant"),
            MaterialsPanel(id="materials"),
            CoursePanel(id="tracks"),
            StepsPanel(id="steps"),
            CaseFactsPanel(id="facts"),
            HistoryPanel(id="history"),
            ReceiptPanel(id="receipt"),
            PrintingPanel(id="printing"),
            CodeLine(id="codeline"),
            id="panels",
        )

    def on_mount(self) -> None:
        self.arrange_panels()
        self.set_focus(self.query_one("#code"))

    def adapt_to_size(self, size: Size) -> None:
        super().adapt_to_size(size)
        self.arrange_panels(size)

    def arrange_panels(self, size: Size | None = None) -> None:
        """Place the panels of the mode; on a narrow screen the one with the focus, or that had it last."""
        panels = PANELS_OF_MODE[self.mode]
        if self.shown_panel not in panels:
            self.shown_panel = panels[0]
        person = self.view.applicant if self.view is not None else None
        has_photo = person is not None and person.photo is not None
        plan = plan_panels(self.mode, size or self.app.size, self.shown_panel, has_photo=has_photo)
        area = self.query_one(PanelArea)
        area.show_plan(plan)
        has_tabs = "tabs" in planned_panels(plan)
        for panel in area.children:
            panel.set_class(has_tabs and panel.id == self.shown_panel, "-tabbed")
        self.query_one(PanelTabs).refresh()

    def show_panel(self, panel: str) -> None:
        """Make a panel of the mode the shown one."""
        if panel != self.shown_panel and panel in PANELS_OF_MODE[self.mode]:
            self.shown_panel = panel
            self.arrange_panels()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Show the panel in which a widget got the focus, and the keys that are for its rows."""
        panels = PANELS_OF_MODE[self.mode]
        panel = next((node.id for node in event.widget.ancestors_with_self if node.id in panels), None)
        if panel is not None:
            self.show_panel(panel)
        self.query_one("#keys").refresh()

    @property
    def is_ticket_marked(self) -> bool:
        """Whether the list of waiting tickets has the focus, with a ticket under the cursor."""
        return isinstance(self.focused, RowList) and self.focused.id == "waiting" and bool(self.focused.current_row)

    def focus_panel(self, panel: str) -> None:
        """Show a panel of the mode and set the focus into it."""
        self.show_panel(panel)
        targets = self._focus_targets(panel)
        if targets:
            self.set_focus(targets[0])

    def action_panel(self, number: int) -> None:
        """Alt and a digit: set the focus into the panel with this number."""
        panels = PANELS_OF_MODE[self.mode]
        if number <= len(panels):
            self.focus_panel(panels[number - 1])
        else:
            self.app.bell()

    def on_panel_tabs_chosen(self, message: PanelTabs.Chosen) -> None:
        self.focus_panel(message.panel)

    def action_part(self, by: int) -> None:
        """Tab: move the focus `by` parts; the form keeps its current field."""
        parts = self.focusable_parts()
        current = next((index for index, part in enumerate(parts) if part.has_focus), 0)
        part = parts[(current + by) % len(parts)]
        panels = PANELS_OF_MODE[self.mode]
        self.show_panel(next((node.id or "" for node in part.ancestors_with_self if node.id in panels), ""))
        self.set_focus(part)

    def focusable_parts(self) -> list[Widget]:
        """Return the widgets that Tab visits in the current mode; the first one has the focus at the start."""
        code = self.query_one("#code")
        parts: list[Widget] = []
        for panel in PANELS_OF_MODE[self.mode]:
            parts += self._focus_targets(panel)
        if "steps" not in PANELS_OF_MODE[self.mode]:
            parts.append(self.query_one("#steprows"))
        return [code, *parts] if self.mode in ("hall", "called") else [*parts, code]

    def _focus_targets(self, panel: str) -> list[Widget]:
        """Return the widget of a panel that takes the focus; nothing for a form without fields."""
        if panel == "filling":
            return self._last_field()
        if panel == "tracks":
            return [self.query_one(CoursePanel).focus_target]
        return [self.query_one(FOCUS_OF_PANEL[panel])]

    def _last_field(self) -> list[Widget]:
        form = self.query_one(Form)
        lines = form.field_lines
        last_line = form.last_line if form.last_line in lines else next(iter(lines), None)
        line = form.current_line or last_line
        return [line.input] if line is not None else []

    def _list_tabs(self) -> Iterable[PanelTab]:
        """Return the tabs of the mode, with what matters in each panel."""
        view = self.view
        if view is None:
            return
        for panel in PANELS_OF_MODE[self.mode]:
            yield self._tab_of(panel, view)

    def _tab_of(self, panel: str, view: CounterView) -> PanelTab:
        if panel == "steps":
            needed = sum(step.needed for step in list_steps(self.mode, view))
            return PanelTab(panel, _("Left {count}").format(count=needed), "warn" if needed else "good")
        if panel == "materials":
            return PanelTab(panel, _("Materials {count}").format(count=count_materials(materials_of(view))))
        if panel == "applicant":
            person = view.applicant
            level = CHECK_LEVEL[person.check.result] if person is not None else "plain"
            return PanelTab(panel, _("Applicant"), level)
        titles = {
            "hall": _("Waiting {count}").format(count=view.status.waiting or 0),
            "today": _("Today"),
            "kept": _("Drafts {count}").format(count=len(view.drafts) + len(view.unprinted)),
            "filling": _("Form"),
            "tracks": _("Course"),
            "facts": _("Case"),
            "history": _("History"),
            "receipt": _("Paper"),
            "person": _("Identity"),
        }
        return PanelTab(panel, titles[panel])
