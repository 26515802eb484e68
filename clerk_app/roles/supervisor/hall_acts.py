"""Acts of a supervisor on the windows of the hall, messages to them, and calls for help."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from clerk_app.hall.emergency_calls import AnswerEmergency, EndEmergency
from clerk_app.hall.kiosk_calls import AnswerKioskCall
from clerk_app.hall.reasons import list_reasons
from clerk_app.hall.staff_messages import MessageText, SendMessage
from clerk_app.hall.window_settings import CloseWindowAfterVisit, SetWindowCategories
from clerk_app.hall.windows import SetWindowState, is_lease_valid, parse_categories
from clerk_app.ledger.access import Role
from clerk_app.locales import _, localize_name
from clerk_app.roles.emergency_calls import read_open_calls
from clerk_app.roles.hall_names import category_names, state_names
from clerk_app.roles.staff_service import OfficeStaffService
from clerk_app.text.cleaning import clean_text
from clerk_app.views.shared import Option
from clerk_app.views.supervisor import OpenEmergency, SupervisorView, WindowFunctions
from db.engines import Row


class HallActs(OfficeStaffService):
    """Acts on windows. Each returns the view after the act, with a message."""

    def read_view(self) -> SupervisorView:
        """Return the present view."""
        raise NotImplementedError

    def _view_with(self, message: str) -> SupervisorView:
        return replace(self.read_view(), message=message)

    def _get_window(self, window: str) -> Row:
        with self._office.store.read() as tx:
            row = tx.get("windows", id=window)
        return (
            row if row is not None else {"name": window, "state": "closed", "categories": "[]", "closes_after": False}
        )

    # windows

    def list_clerks(self, window: str) -> tuple[Option, ...]:
        now = self._office.corrected_now
        with self._office.store.read() as tx:
            row = tx.get("windows", id=window)
            site = row["organ"] if row is not None else ""
            clerks = [
                clerk
                for clerk in tx.select("staff", order=("number",), active=True)
                if clerk["role"] == Role.CLERK and site in ("", clerk["organ"])
            ]
            held = {other["staff"] for other in tx.select("windows") if is_lease_valid(tx, other, now)}
            last = tx.query_one("hall.last_holder_of_window", window=window)
        last_clerk = last["staff"] if last is not None else ""
        free = [clerk for clerk in clerks if clerk["id"] not in held]
        hint = _("worked there last")
        return tuple(
            Option(clerk["id"], clerk["name"], hint if clerk["id"] == last_clerk else "")
            for clerk in sorted(free, key=lambda clerk: (clerk["id"] != last_clerk, clerk["number"]))
        )

    def open_window(self, window: str, clerk: str = "") -> SupervisorView:
        row = self._get_window(window)
        if row["state"] != "closed" and row["closes_after"]:
            self._door.perform(CloseWindowAfterVisit(window=window, closes=False), self._staff_id)
        else:
            self._door.perform(SetWindowState(window=window, state="open", staff=clerk), self._staff_id)
        return self._view_with(_("{window} is open.").format(window=localize_name(row["name"])))

    def list_pause_reasons(self) -> tuple[Option, ...]:
        return tuple(Option(reason.code, reason.localized()) for reason in list_reasons("pause"))

    def pause_window(self, window: str, reason: str) -> SupervisorView:
        self._door.perform(SetWindowState(window=window, state="paused", reason=reason), self._staff_id)
        name = localize_name(self._get_window(window)["name"])
        return self._view_with(_("{window} is paused; it calls nobody.").format(window=name))

    def close_window(self, window: str) -> SupervisorView:
        self._door.perform(SetWindowState(window=window, state="closed"), self._staff_id)
        return self._view_with(_("The window was closed."))

    def close_after_visit(self, window: str) -> SupervisorView:
        self._door.perform(CloseWindowAfterVisit(window=window), self._staff_id)
        row = self._get_window(window)
        sentence = _("The window was closed.") if row["state"] == "closed" else _("{window} closes after this visit.")
        return self._view_with(sentence.format(window=localize_name(row["name"])))

    def read_functions(self, window: str) -> WindowFunctions:
        served = parse_categories(self._get_window(window)["categories"])
        names = category_names(self._office)
        letters = [*names, *sorted(served - names.keys())]
        categories = tuple(Option(letter, f"{letter}  {names.get(letter, letter)}") for letter in letters)
        return WindowFunctions(categories, served)

    def set_functions(self, window: str, letters: Sequence[str]) -> SupervisorView:
        self._door.perform(SetWindowCategories(window=window, categories=tuple(sorted(letters))), self._staff_id)
        words = _("{window} serves {letters} from its next call on.")
        name = localize_name(self._get_window(window)["name"])
        return self._view_with(words.format(window=name, letters="".join(sorted(letters))))

    def list_windows_to_add(self, category: str) -> tuple[Option, ...]:
        states = state_names()
        with self._office.store.read() as tx:
            windows = [row for row in tx.select("windows") if row["hall"] in (self._office.settings.hall, "")]
        options: list[Option] = []
        for row in sorted(windows, key=lambda row: (row["state"] == "open", len(row["id"]), row["id"])):
            letters = parse_categories(row["categories"])
            if row["state"] != "open" or category not in letters:
                hint = f"{states.get(row['state'], row['state'])}  {''.join(sorted(letters))}"
                options.append(Option(row["id"], localize_name(row["name"]), hint))
        return tuple(options)

    def add_window(self, category: str, window: str, clerk: str = "") -> SupervisorView:
        row = self._get_window(window)
        letters = parse_categories(row["categories"])
        if category not in letters:
            command = SetWindowCategories(window=window, categories=tuple(sorted({*letters, category})))
            self._door.perform(command, self._staff_id)
        if row["state"] != "open":
            self._door.perform(SetWindowState(window=window, state="open", staff=clerk), self._staff_id)
        words = _("{window} serves {letters} from its next call on.")
        letters = letters | {category}
        return self._view_with(words.format(window=localize_name(row["name"]), letters="".join(sorted(letters))))

    def send_message(self, window: str, text: str) -> SupervisorView:
        message = MessageText(text=clean_text(text))
        self._door.perform(SendMessage(window=window, personal=message), self._staff_id)
        return self._view_with(_("The message was sent; it stays at the window until it is read."))

    # calls for help

    def read_emergencies(self) -> tuple[OpenEmergency, ...]:
        with self._office.store.read() as tx:
            return read_open_calls(self._office, tx)

    def answer_emergency(self, call: str) -> SupervisorView:
        with self._office.store.read() as tx:
            is_kiosk = tx.get("kiosk_calls", id=call) is not None
        if is_kiosk:
            self._door.perform(AnswerKioskCall(call=call), self._staff_id)
            return self._view_with(_("The call from the kiosk is answered. Please go there."))
        self._door.perform(AnswerEmergency(call=call), self._staff_id)
        return self._view_with(_("The window shows that you come."))

    def end_emergency(self, call: str) -> SupervisorView:
        self._door.perform(EndEmergency(call=call), self._staff_id)
        return self._view_with(_("The call for help has ended."))
