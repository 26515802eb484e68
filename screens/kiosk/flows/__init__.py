"""The flows of the kiosk, in the order of the menu."""

from __future__ import annotations

from screens.kiosk.flows.code_slip import CodeSlipFlow
from screens.kiosk.flows.complaint import ComplaintFlow
from screens.kiosk.flows.flow import Flow
from screens.kiosk.flows.guide import GuideFlow
from screens.kiosk.flows.licence_copy import LicenceCopyFlow
from screens.kiosk.flows.matter import MatterFlow
from screens.kiosk.flows.own import AccessesFlow, HeldFlow, OwnCasesFlow
from screens.kiosk.flows.papers import PapersFlow
from screens.kiosk.flows.rating import RatingFlow

FLOWS: tuple[Flow, ...] = (
    OwnCasesFlow(),
    HeldFlow(),
    MatterFlow(),
    PapersFlow(),
    LicenceCopyFlow(),
    CodeSlipFlow(),
    AccessesFlow(),
    GuideFlow(),
    RatingFlow(),
    ComplaintFlow(),
)
