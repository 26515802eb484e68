"""Describes the status of a case to its applicant: plain words, what to do now, and what happens next."""

from __future__ import annotations

from dataclasses import replace

from clerk_app.cases.status_query import CaseStatus, MatterStatus
from clerk_app.locales import _, mark, translate
from clerk_app.views.case import MatterRow
from clerk_app.views.citizen_case import CaseStatusView, MatterPhase

_CASE_STATES = {
    "received": mark("Your papers were received. The application is not accepted yet."),
    "accepted": mark("Your application was accepted and is being handled."),
    "closed": mark("All decisions have been made."),
    "issued": mark("Your results are ready."),
    "delivered": mark("You have received your results."),
    "archived": mark("Your case is finished."),
    "not_accepted": mark("Your application was not accepted."),
    "withdrawn": mark("Your application was withdrawn."),
}
_MATTER_STATES = {
    "waiting": mark("begins later"),
    "pooled": mark("being handled"),
    "claimed": mark("being handled"),
    "returned": mark("waits for your papers"),
    "procedure": mark("waits for an examination or a hearing"),
    "external": mark("waits for a document from another office"),
    "approved": mark("approved"),
    "refused": mark("refused"),
    "revoked": mark("revoked"),
    "lapsed": mark("ended"),
    "withdrawn": mark("withdrawn"),
}
_MATTER_PHASES: dict[str, MatterPhase] = {
    "waiting": "later",
    "pooled": "now",
    "claimed": "now",
    "returned": "waits",
    "procedure": "waits",
    "external": "waits",
    "approved": "done",
    "refused": "refused",
    "revoked": "refused",
    "lapsed": "ended",
    "withdrawn": "ended",
}
_NOTHING_TO_DO = mark("There is nothing that you have to do now.")
_STEPS = {
    "received": (mark("Bring to any window what your notice names. Then the application can be accepted."),),
    "closed": (_NOTHING_TO_DO, mark("The results are being prepared. Come when this page says that they are ready.")),
    "issued": (mark("Collect them at any window. Bring your receipt and your identity document."),),
    "delivered": (_NOTHING_TO_DO,),
    "archived": (_NOTHING_TO_DO,),
    "not_accepted": (mark("Your notice states why, and what you can do. You may apply again at any window."),),
    "withdrawn": (mark("If you need it after all, you may apply again at any window."),),
}


def describe_to_citizen(view: CaseStatusView, status: CaseStatus, *, now: int, phone: str) -> CaseStatusView:
    """Return the view in words for a citizen, with the next steps. `now` is in microseconds UTC."""
    states = {matter.matter: _find_state(matter) for matter in status.matters}
    referred = {matter.matter for matter in status.matters if matter.is_referred}
    is_late = status.state == "accepted" and status.promised_at is not None and status.promised_at < now
    return replace(
        view,
        state=translate(_CASE_STATES[status.state]) if status.state in _CASE_STATES else view.state,
        promised=view.promised if status.state == "accepted" else "",
        matters=tuple(_describe_matter(row, states.get(row.id, ""), row.id in referred) for row in view.matters),
        phases=tuple(_MATTER_PHASES.get(states.get(row.id, ""), "not_needed") for row in view.matters),
        next_steps=tuple(_list_next_steps(view, status, is_late=is_late, phone=phone)),
    )


def describe_state(state: str) -> str:
    """Return the state of a case in words for a citizen."""
    return translate(_CASE_STATES[state]) if state in _CASE_STATES else state


def _find_state(matter: MatterStatus) -> str:
    return "revoked" if matter.false_promise_at else matter.state


def _describe_matter(row: MatterRow, state: str, is_referred: bool) -> MatterRow:
    if is_referred and state in ("pooled", "claimed"):
        return replace(row, state=_("referred to {organ}, which decides it").format(organ=row.organ))
    return replace(row, state=translate(_MATTER_STATES[state]) if state in _MATTER_STATES else _("not needed"))


def _list_next_steps(view: CaseStatusView, status: CaseStatus, *, is_late: bool, phone: str) -> list[str]:
    """Return what the applicant has to do and what happens next, in this order."""
    steps = [translate(step) for step in _STEPS.get(status.state, ())]
    if status.messages:
        steps.append(_("A message for you waits. Ask for it at any window, with your identity document."))
    if status.state == "accepted":
        steps += _list_steps_of_open_case(view, status, is_late=is_late)
    if status.messages:
        steps = [step for step in steps if step != translate(_NOTHING_TO_DO)]
    revoked = [matter for matter in status.matters if matter.false_promise_at]
    if revoked:
        steps.append(_("An approval was revoked, because a promise proved false. Ask at any window for the notice."))
    if any(matter.state == "refused" for matter in status.matters if matter not in revoked):
        steps.append(_("One part was refused. Ask at any window why, and how to have it reviewed."))
    if phone:
        steps.append(_("Questions: any window, or telephone {phone}.").format(phone=phone))
    return steps


def _list_steps_of_open_case(view: CaseStatusView, status: CaseStatus, *, is_late: bool) -> list[str]:
    if status.requested_materials:
        return [
            _("Bring the papers named below to any window, with your receipt."),
            _("The parts that need them continue when they have arrived."),
        ]
    if is_late:
        return [_("The promised day has passed. Please ask at a window why.")]
    promised = [_("You get all results together, by {date}.").format(date=view.promised)] if view.promised else []
    return [translate(_NOTHING_TO_DO), *promised, _("You can look here again at any time.")]
