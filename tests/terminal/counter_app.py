"""The counter with sample services, for tests through a pseudo terminal; opening the store takes half a second."""

from __future__ import annotations

import threading

from clerk_app.locales import set_language
from clerk_app.views.workstation import StaffSession, Workstation
from screens.counter.screen import CounterScreen
from screens.role_screen import RoleScreen
from screens.sign_in import StaffApp
from tests.screens.sample_workstation import SampleWorkstation


def open_slowly() -> Workstation:
    threading.Event().wait(0.5)
    return SampleWorkstation()


def make_screen(workstation: Workstation, session: StaffSession) -> RoleScreen | None:
    return CounterScreen(session.counter, workstation.camera) if session.counter else None


if __name__ == "__main__":
    set_language("en")
    StaffApp(open_slowly, make_screen).run()
