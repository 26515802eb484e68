"""The registry in the administrator's mode: finds, opens, shows in full, corrects."""

from __future__ import annotations

from functools import partial

from clerk_app.locales import _
from clerk_app.views.registry import (
    RecordActId,
    RecordView,
    RegistryRow,
    RegistryService,
    RegistryTable,
    RegistryView,
)
from clerk_app.views.shared import Option
from screens.admin.arrivals import arrival_lines, table_lines
from screens.admin.registry_page import LowerPart, PageAct, RegistryPage, labelled_facts
from screens.admin.repair import repair_record
from screens.role_screen import RoleScreen
from screens.unmasking import ask_unmask_purpose
from screens.widgets.dialogs import ConfirmDialog, ReadDialog, ask_text, drop_texts
from screens.widgets.pick import PickDialog, PickRow
from screens.widgets.reasons import record_reasons

_TERMS = "registry_terms"
_READ_CELLS = 74  # of a line in a ReadDialog


class RegistryTour:
    """The pages of the registry that an administrator goes through, until they go back to the staff list."""

    def __init__(self, screen: RoleScreen, service: RegistryService) -> None:
        self._screen, self._host, self._service = screen, screen.host, service
        self._found: RegistryTable | None = None
        self._purpose = ""

    async def show(self) -> None:
        """Show searches, corrections and feeds; an error ends it with a message."""
        view, message = await self._host.ask(self._service.read_registry), ""
        shown = view.shown
        while True:
            tables = view.tables if self._found is None else (*view.tables[:-1], self._found)
            title = _("Registry, read at {time}").format(time=view.read_at)
            page = RegistryPage(title, tables, shown=shown, message=message, below=_show_arrivals(view))
            act = await self._host.show(page)
            shown, message = page.shown, ""
            if act is None:
                return
            if act.id == "find":
                shown = len(tables) - 1 if await self._find() else shown
            elif act.id == "open" and act.row is not None and act.row.subject:
                message = await self._open(act.row)
                view = await self._read_again(view)
            elif act.id == "open" and act.row is not None and page.table.id == "promises":
                message = await repair_record(self._screen, self._service, act.row)
                view = await self._read_again(view)
            elif act.id == "open":
                await self._read_row(page, act.row)
            elif act.id == "read_again":
                view = await self._read_again(view)

    async def _read_again(self, view: RegistryView) -> RegistryView:
        return await self._host.ask(partial(self._service.read_registry, view.reading))

    async def _find(self) -> bool:
        """Ask what to search for and why; return whether a search was made."""
        sentence = _(
            "An identity number, credit code or licence number; a name with a date of birth; the whole name of an "
            "organisation. The search is recorded, and the person can read it."
        )
        text = await ask_text(self._screen, _TERMS, _("Find in the registry"), sentence, hint=_("continues"))
        if text is None:
            return False
        purposes = await self._host.ask(self._service.list_registry_purposes)
        rows = [PickRow(purpose.id, purpose.name, purpose.key) for purpose in purposes]
        purpose = await self._host.show(PickDialog(_("What is it searched for?"), rows, hint=_("searches")))
        if purpose is None:
            return False
        self._found = await self._host.ask(partial(self._service.find_registered, text, purpose))
        self._purpose = purpose
        drop_texts(self._screen, _TERMS)
        return True

    async def _open(self, row: RegistryRow) -> str:
        """Open a record, or that of a correction; return a message about what was done with it."""
        if row.correction:
            record = await self._host.ask(partial(self._service.open_correction, row.subject, row.correction))
        else:
            record = await self._host.ask(partial(self._service.open_record, row.subject, self._purpose))
        return await self._show_record(record)

    async def _show_record(self, record: RecordView) -> str:
        """Show a record until the administrator goes back, or something was done with it; return a message."""
        shown = 0
        while True:
            page = RegistryPage(
                record.title,
                record.tables,
                shown=shown,
                notes=record.question,
                has_acts=bool(record.acts),
                below=_show_history(record),
            )
            act = await self._host.show(page)
            shown = page.shown
            if act is None:
                return ""
            if act.id == "find":
                if await self._find():
                    return ""
            elif act.id == "more":
                chosen = await self._choose_act(record)
                if chosen == "unmask":
                    record = await self._unmask(record)
                elif chosen is not None and (message := await self._perform(record, chosen)):
                    return message
            elif act.id == "open":
                record = await self._follow(record, page, act)
            elif act.id == "read_again":
                record = await self._host.ask(partial(self._service.read_record_again, record))

    async def _follow(self, record: RecordView, page: RegistryPage, act: PageAct) -> RecordView:
        """Return the record that a row opens; the same one, after showing the details of the row, if it opens none."""
        row = act.row
        if row is None or not row.subject:
            await self._read_row(page, row)
            return record
        if row.correction and record.in_full and row.subject == record.subject:  # its values are shown already
            return await self._host.ask(partial(self._service.read_record_again, record, row.correction))
        if row.correction:
            return await self._host.ask(partial(self._service.open_correction, row.subject, row.correction))
        return await self._host.ask(partial(self._service.open_record, row.subject, record.purpose))

    async def _read_row(self, page: RegistryPage, row: RegistryRow | None) -> None:
        if row is not None and row.facts:
            await self._host.show(ReadDialog(page.table.title, labelled_facts(row.facts, _READ_CELLS)))

    async def _choose_act(self, record: RecordView) -> RecordActId | None:
        names: dict[RecordActId, PickRow] = {
            "unmask": PickRow("unmask", _("Show names and numbers in full"), "1"),
            "correct": PickRow("correct", _("Ask for a correction"), "2"),
            "approve": PickRow("approve", _("Approve the correction"), "3"),
            "end": PickRow("end", _("Decline or settle the correction"), "4"),
        }
        rows = [names[act] for act in record.acts]
        chosen = await self._host.show(PickDialog(record.title, rows))
        return next((act for act in record.acts if act == chosen), None)

    async def _unmask(self, record: RecordView) -> RecordView:
        purpose = await ask_unmask_purpose(self._host, self._service.list_registry_purposes)
        if purpose is None:
            return record
        return await self._host.ask(partial(self._service.unmask_record, record.subject, purpose))

    async def _perform(self, record: RecordView, act: RecordActId) -> str:
        """Perform an act on a record; return its message, empty if the administrator went back."""
        if act == "correct":
            return await self._request(record)
        done: list[str] = []
        if act == "approve":
            sentence = _("The value of the record is changed now, and open cases that rely on it get an objection.")
            if await self._host.show(ConfirmDialog(_("Approve the correction"), sentence, hint=_("approves"))):
                done.append(await self._host.ask(partial(self._service.approve_correction, record.correction)))
            return "".join(done)

        async def end(note: str) -> None:
            done.append(await self._host.ask(partial(self._service.end_correction, record.correction, note)))

        title, sentence = _("Decline or settle the correction"), _("Why? The note is stored with the correction.")
        await record_reasons(self._screen, f"correction {record.correction}", title, sentence, end)
        return "".join(done)

    async def _request(self, record: RecordView) -> str:
        rows = [PickRow(option.id, option.name, option.key, option.hint) for option in record.fields]
        field = await self._host.show(PickDialog(_("Which value is wrong?"), rows))
        option = next((option for option in record.fields if option.id == field), None)
        if option is None:
            return ""
        key = f"correct {option.id}"
        value, name = await self._ask_value(record, option, key)
        if value is None:
            return ""
        done: list[str] = []

        async def request(reason: str) -> None:
            done.append(await self._host.ask(partial(self._service.request_correction, option.id, value, reason)))

        why = _("By what is it known that {name} is {value}? The reason is stored.")
        words = why.format(name=option.name, value=name)
        if await record_reasons(self._screen, key, _("Ask for a correction"), words, request):
            drop_texts(self._screen, key)
        return "".join(done)

    async def _ask_value(self, record: RecordView, field: Option, key: str) -> tuple[str | None, str]:
        """Return the right value of a field and its name; None if the administrator went back."""
        sentence = _("The right value. Another administrator decides the correction before it counts.")
        choices = record.choices.get(field.id, ())
        if not choices:
            text = await ask_text(self._screen, key, field.name, sentence, hint=_("continues"))
            return text, text or ""
        rows = [PickRow(choice.id, choice.name, choice.key) for choice in choices]
        value = await self._host.show(PickDialog(field.name, rows, sentence=sentence))
        return value, next((choice.name for choice in choices if choice.id == value), "")


def _show_arrivals(view: RegistryView) -> LowerPart:
    return LowerPart(_("Arrived on the last days"), partial(arrival_lines, view.arrivals))


def _show_history(record: RecordView) -> LowerPart | None:
    """Return the history of a record for the room below its other tables."""
    table = next((table for table in record.tables if table.id == "history"), None)
    return LowerPart(table.title, partial(table_lines, table.columns, table.rows)) if table is not None else None


async def show_registry(screen: RoleScreen, service: RegistryService) -> None:
    """Show the registry of the center until the administrator goes back."""
    await RegistryTour(screen, service).show()
