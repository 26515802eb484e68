"""The counter over the sample desk, for the tests through a pseudo terminal; opening the store takes a moment."""

from __future__ import annotations

import threading

from clerk_app.desk import Desks, SignedIn
from clerk_app.locales import speak
from screens.counter import Counter
from screens.role import RoleScreen
from screens.signin import DeskApp
from tests.screens.sample_desk import SampleDesks


def slowly() -> Desks:
    threading.Event().wait(0.5)
    return SampleDesks()


def enter(desks: Desks, signed: SignedIn) -> RoleScreen | None:
    return Counter(signed.counter, desks.lens) if signed.counter else None


if __name__ == "__main__":
    speak("en")
    DeskApp(slowly, enter).run()
