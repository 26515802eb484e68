"""The kiosk as a program of its own, over a sample desk, for the tests through a pseudo terminal."""

from __future__ import annotations

import sys

from clerk_app.locales import speak
from screens.kiosk import KioskApp
from tests.screens.sample_kiosk import SampleKioskDesks

if __name__ == "__main__":
    speak("en")
    KioskApp(SampleKioskDesks).run()
    sys.exit(0)
