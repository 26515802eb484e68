"""The way in: who signs in gets the desk of their role."""

from __future__ import annotations

from clerk_app.desk import CounterDesk, KioskDesk, Lens, SignedIn
from clerk_app.desks.counter import Counter
from clerk_app.desks.office import Office
from clerk_app.errors import Refused
from clerk_app.hall.windows import SetWindow
from clerk_app.people.staff import SignIn, check_pin, find_staff
from db.engines import Row


class OfficeDesks:
    """The desks of one open office (desk.Desks)."""

    def __init__(self, office: Office, lens: Lens) -> None:
        self.lens = lens
        self._office = office
        self._counters: dict[str, CounterDesk] = {}  # a locked clerk comes back to the same page

    @property
    def office(self) -> str:
        """The office's name in the language spoken now."""
        return self._office.settings.name.say()

    @property
    def hint(self) -> str:
        """A line for the sign-in screen."""
        return self._office.settings.hint.say() if self._office.settings.hint else ""

    def sign_in(self, number: str, pin: str) -> SignedIn:
        staff = find_staff(self._office.store, number.strip())
        right = check_pin(staff, pin)
        if staff is not None:
            place = self._office.settings.window
            self._office.door.perform(SignIn(staff=staff["id"], place=place, right=right), staff["id"])
        if not right or staff is None:
            raise Refused("wrong", "Number or PIN is wrong. Nothing was opened.")
        return self._seat(staff)

    def lock(self) -> None:
        self.lens.stop()

    def kiosk(self) -> KioskDesk:
        from clerk_app.desks.kiosk import Kiosk

        return Kiosk(self._office)

    def close(self) -> None:
        self.lens.stop()
        if self._office.far is not None:
            self._office.far.stop()
        self._office.store.close()

    def _seat(self, staff: Row) -> SignedIn:
        name = str(staff["name"])
        if staff["role"] == "clerk":
            self._office.door.perform(SetWindow(window=self._office.settings.window, state="open"), staff["id"])
            counter = self._counters.setdefault(staff["id"], Counter(self._office, staff))
            return SignedIn(name, counter=counter)
        if staff["role"] == "officer":
            from clerk_app.desks.department import Department  # reads through SQLModel: a window never pays for it

            return SignedIn(name, department=Department(self._office, staff))
        if staff["role"] in ("supervisor", "administrator"):
            from clerk_app.desks.supervisor import Supervisor

            return SignedIn(name, supervisor=Supervisor(self._office, staff))
        raise Refused("role", "There is no desk for this account.")
