"""The flows of the kiosk, in the order of the menu."""

from __future__ import annotations

from screens.kiosk.flows.flow import Flow
from screens.kiosk.flows.guide import GuideFlow

FLOWS: tuple[Flow, ...] = (GuideFlow(),)
