"""The administrator's screen: the staff list; persons are added and changed with dialogs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from functools import partial

from textual.widget import Widget

from clerk_app.errors import BadData
from clerk_app.locales import _, mark
from clerk_app.views.admin import AdminService, AdminView, StaffActId, StaffRow
from screens import keys
from screens.admin.acts import act_rows
from screens.admin.details import detail_lines, title_staff
from screens.admin.overview import OverviewPanel
from screens.admin.registry import show_registry
from screens.admin.situation import describe_situation
from screens.admin.staff_form import FIELDS, NAME, ORGAN, ROLE, StaffForm, read_entry
from screens.connection import show_connection
from screens.pin_dialog import PinDialog
from screens.role_screen import RoleScreen
from screens.situation import Situation
from screens.widgets.columns import Column, ListRow
from screens.widgets.containers import Horizontal, Vertical
from screens.widgets.dialogs import ConfirmDialog, ask_text, drop_texts
from screens.widgets.pick import PickDialog
from screens.widgets.preview import Preview, PreviewLines
from screens.widgets.reasons import record_reasons
from screens.widgets.row_list import RowList

ADD = keys.NEXT.with_label(mark("Add"), mark("Adds a person to the staff list."))
MORE = keys.MORE.with_label(mark("Change"), mark("Everything that can be done with the marked person."))
REGISTRY = keys.CHOOSE.with_label(
    mark("Registry"), mark("Persons, organisations and licences that other registers send, and the state of the feeds.")
)
REFRESH_SECONDS = 5.0


class AdminScreen(RoleScreen):
    """The staff list; Enter or F8 lists what can be done with the marked person."""

    CSS_PATH = "admin.tcss"
    ACTIONS = (ADD, REGISTRY, MORE, keys.LOCK, keys.CONNECTION)
    OTHER_KEYS = (
        keys.KeyHelp("enter", mark("Enter"), mark("lists what can be done with the marked person")),
        keys.ROWS,
    )
    BINDINGS = keys.bindings(ACTIONS)

    def __init__(self, service: AdminService) -> None:
        super().__init__()
        self.service = service
        self._view: AdminView | None = None
        self._kept_entries: dict[str, Mapping[str, str]] = {}  # typed and not recorded, by act or person

    def body(self) -> Iterable[Widget]:
        columns = [
            Column(lambda: _("Staff no."), 6, keep_whole=True),
            Column(lambda: _("Name"), 10, grow=1),
            Column(lambda: _("Role"), 6, keep_whole=True),
            Column(lambda: _("Organ"), 17, grow=2, keep_whole=True),
            Column(lambda: _("State"), 6, keep_whole=True),
        ]
        rows = RowList(
            columns, id="staff", empty=lambda: _("The staff list of this machine is empty: F2 adds a person.")
        )
        yield Horizontal(
            Vertical(rows, id="staff-panel", classes="panel"),
            Vertical(
                Preview(rows, self._read_details, id="details", classes="panel"),
                OverviewPanel(id="overview"),
                id="right",
            ),
            id="parts",
        )

    def situation(self) -> Situation | None:
        return describe_situation(self._view, self._current_person())

    def on_mount(self) -> None:
        self.set_focus(self.query_one(RowList))
        self.set_interval(REFRESH_SECONDS, self._refresh_in_background)

    def _read_details(self, row: ListRow) -> PreviewLines:
        """Read the details of a person; runs in the service thread."""
        person = self._person(row.key)
        facts = self.service.read_person(row.key) if person is not None else ()
        return lambda width: detail_lines(person, facts, width)

    async def refresh_view(self) -> None:
        self.paint(await self.host.ask(self.service.read_view))

    def _refresh_in_background(self) -> None:
        if self.is_current and not self.host.gate_closed:
            self.host.fetch(self.service.read_view, self.paint)

    def paint(self, view: AdminView) -> None:
        """Show a view."""
        self._view = view
        self.show_status(view.status)
        title_staff(self.query_one("#staff-panel"), self.query_one("#details"), view)
        rows = [
            ListRow(row.id, (row.number, row.name, row.role_name, row.organ_name, row.state), row.level)
            for row in view.staff
        ]
        self.query_one(RowList).show_rows(rows)
        self.query_one(OverviewPanel).show_view(view)
        self.query_one(Preview).read_again()

    def _current_person(self) -> StaffRow | None:
        current = self.query_one(RowList).current_row
        return self._person(current.key) if current is not None else None

    def _person(self, key: str) -> StaffRow | None:
        people = self._view.staff if self._view is not None else ()
        return next((row for row in people if row.id == key), None)

    # actions

    def action_connection(self) -> None:
        self.host.perform(show_connection(self, self.service))

    def on_row_list_opened(self, _message: RowList.Opened) -> None:
        self.action_more()

    def action_next(self) -> None:
        self.host.perform(self._add())

    def action_choose(self) -> None:
        self.host.perform(show_registry(self, self.service))

    def action_more(self) -> None:
        person = self._current_person()
        if person is not None:
            self.host.perform(self._choose_act(person))

    async def _choose_act(self, person: StaffRow) -> None:
        if not person.acts:
            self.host.notify(_("This person was dismissed. Nothing of the entry changes any more."), severity="warning")
            return
        act = await self.host.show(PickDialog(f"{person.number}  {person.name}", act_rows(person.acts)))
        if act is not None:
            await self._perform(person, act)

    async def _perform(self, person: StaffRow, act: str) -> None:
        if act == "change":
            await self._change(person)
        elif act == "reset_pin":
            await self._reset_pin(person)
        elif act == "unlock":
            await self._call_and_paint(partial(self.service.unlock, person.id))
        elif act == "set_badge":
            await self._set_badge(person)
        elif act == "suspend":
            await self._set_state(
                person, "suspend", _("Suspend"), _("Why is {name} suspended? The reason is recorded.")
            )
        elif act == "readmit":
            await self._set_state(
                person, "readmit", _("Readmit"), _("Why is {name} readmitted? The reason is recorded.")
            )
        else:
            sentence = _("{name} leaves the staff list for good, and the number is not given again.")
            if await self.host.show(ConfirmDialog(_("Dismiss"), sentence.format(name=person.name))):
                why = _("Why is {name} dismissed? The reason is recorded.")
                await self._set_state(person, "dismiss", _("Dismiss"), why)

    async def _set_state(self, person: StaffRow, act: StaffActId, title: str, sentence: str) -> None:
        await record_reasons(
            self,
            f"{act} {person.id}",
            title,
            sentence.format(name=person.name),
            lambda reason: self._call_and_paint(partial(self.service.set_state, person.id, act, reason)),
        )

    async def _set_badge(self, person: StaffRow) -> None:
        sentence = _("Scan or type the code of the badge; a hyphen alone takes the badge away.")
        code = await ask_text(self, f"badge {person.id}", _("Badge"), sentence, kind="badge")
        if code is not None:
            await self._call_and_paint(partial(self.service.set_badge, person.id, "" if code == "-" else code))
            drop_texts(self, f"badge {person.id}")

    async def _reset_pin(self, person: StaffRow) -> None:
        await self._ask_pin(person.name, lambda pin: partial(self.service.reset_pin, person.id, pin))

    async def _ask_pin(self, name: str, call: Callable[[str], Callable[[], AdminView]]) -> bool:
        """Ask for a new PIN until it is a good one; return False if the administrator went back.

        Raises every other refusal, such as that a second administrator has to confirm.
        """
        error = ""
        while True:
            chosen = await self.host.show(PinDialog(person=name, error=error))
            if chosen is None:
                return False
            try:
                await self._call_and_paint(call(chosen.new))
            except BadData as poor:
                error = str(poor)
                continue
            return True

    async def _add(self) -> None:
        check = self.service.check_number
        entry = await self._ask_entry(_("Add"), "add", {}, lambda number: self.host.ask(partial(check, number)))
        if entry is None:
            return
        add = partial(self.service.add_person, *(entry[field] for field in FIELDS))
        if await self._ask_pin(entry[NAME], lambda pin: partial(add, pin)):
            self._kept_entries.pop("add", None)

    async def _change(self, person: StaffRow) -> None:
        title = f"{person.number}  {person.name}"
        entry = await self._ask_entry(title, person.id, read_entry(person), None)
        if entry is not None:
            await self._call_and_paint(
                partial(self.service.change_person, person.id, entry[NAME], entry[ROLE], entry[ORGAN])
            )
            self._kept_entries.pop(person.id, None)

    async def _ask_entry(
        self, title: str, key: str, entry: Mapping[str, str], check: Callable[[str], Awaitable[None]] | None
    ) -> Mapping[str, str] | None:
        """Ask for an entry in a form. What was typed stays under `key` until it is recorded."""
        roles = await self.host.ask(self.service.list_roles)
        organs = await self.host.ask(self.service.list_organs)
        form = StaffForm(title, self._kept_entries.get(key, entry), roles, organs, check)
        answer = await self.host.show(form)
        self._kept_entries[key] = form.values
        return answer

    async def _call_and_paint(self, call: Callable[[], AdminView]) -> None:
        view = await self.host.ask(call)
        self.paint(view)
        if view.message:
            self.notify_result(view.message)
