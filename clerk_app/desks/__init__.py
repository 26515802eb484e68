"""The desks themselves, one for each role: each act is a command at the door, each view one look at the store."""

from __future__ import annotations

from clerk_app.desk import Desks, Lens
from clerk_app.desks.office import Office, make_office, open_office
from clerk_app.desks.signing_in import OfficeDesks


def open_desks(office: Office, lens: Lens) -> Desks:
    """The desks of an open office, with the camera that they scan through."""
    return OfficeDesks(office, lens)


__all__ = ["Office", "make_office", "open_desks", "open_office"]
