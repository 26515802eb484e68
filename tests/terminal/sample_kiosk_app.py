"""The kiosk with sample services, for tests through a pseudo terminal."""

from __future__ import annotations

import sys

from clerk_app.locales import set_language
from screens.kiosk.app import KioskApp
from tests.screens.sample_kiosk import SampleKioskWorkstation

if __name__ == "__main__":
    set_language("en")
    KioskApp(SampleKioskWorkstation).run()
    sys.exit(0)
