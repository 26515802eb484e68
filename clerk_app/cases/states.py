"""State machines of a case and of a task, one transition table each.

A case stores only what happens to it as a whole. Review, supplement and decision belong to its tasks, because organs
decide separately. `render_state_diagram()` draws both tables for docs/architecture.md.
"""

from __future__ import annotations

from typing import NamedTuple

from clerk_app.errors import Refused
from clerk_app.locales import mark
from db.engines import Row


class Transition(NamedTuple):
    """In `state`, `act` leads to `next_state`."""

    state: str
    act: str
    next_state: str


CASE_TRANSITIONS = (
    Transition("draft", "receive", "received"),
    Transition("received", "accept", "accepted"),
    Transition("received", "not_accept", "not_accepted"),
    Transition("received", "withdraw", "withdrawn"),
    Transition("accepted", "withdraw", "withdrawn"),
    Transition("accepted", "deliver_part", "accepted"),
    Transition("accepted", "close", "closed"),
    Transition("closed", "recheck", "accepted"),
    Transition("closed", "issue", "issued"),
    Transition("issued", "deliver", "delivered"),
    Transition("delivered", "archive", "archived"),
    Transition("not_accepted", "archive", "archived"),
    Transition("withdrawn", "archive", "archived"),
)

_OPEN_STATES = ("waiting", "pooled", "claimed", "returned", "procedure", "external")
TASK_TRANSITIONS = (
    Transition("waiting", "start", "pooled"),
    Transition("pooled", "claim", "claimed"),
    Transition("claimed", "claim", "claimed"),  # allowed after the lease has expired
    Transition("claimed", "renew", "claimed"),
    Transition("claimed", "release", "pooled"),
    Transition("claimed", "take_back", "pooled"),
    Transition("claimed", "reassign", "claimed"),
    Transition("pooled", "reassign", "claimed"),
    Transition("claimed", "commit", "claimed"),
    Transition("claimed", "return", "returned"),
    *(Transition(state, "ask_paper", "returned") for state in ("pooled", "claimed")),  # a consent was withdrawn
    Transition("returned", "supplement", "pooled"),
    Transition("claimed", "begin_procedure", "procedure"),  # hearing, inspection and the like (特别程序)
    Transition("procedure", "end_procedure", "pooled"),
    Transition("claimed", "begin_wait", "external"),  # for a document from an office outside (调档函)
    Transition("external", "end_wait", "pooled"),
    Transition("claimed", "refer", "referred"),  # the officer agrees, the superior organ decides (同意但需转报)
    Transition("claimed", "send_back", "sent_back"),  # the superior organ returns it to the organ that referred it
    Transition("claimed", "approve", "approved"),
    Transition("claimed", "refuse", "refused"),
    *(Transition(state, "lapse", "lapsed") for state in _OPEN_STATES),
    Transition("lapsed", "reopen", "waiting"),  # the refusal that caused the lapse was reversed
    *(Transition(state, "withdraw", "withdrawn") for state in _OPEN_STATES),
)

ENDED_CASE_STATES = ("not_accepted", "withdrawn", "delivered", "archived")  # nothing is left to do
WAITING_STATES = ("returned", "procedure", "external")  # for somebody outside the organ; nobody claims the task
PASSED_ON_STATES = ("referred", "sent_back")  # the matter has a later task, at another organ
ENDED_TASK_STATES = ("approved", "refused", "lapsed", "withdrawn", *PASSED_ON_STATES)

CASE_STATE_NAMES = {
    "draft": mark("draft"),
    "received": mark("received"),
    "accepted": mark("accepted"),
    "not_accepted": mark("not accepted"),
    "closed": mark("closed"),
    "issued": mark("issued"),
    "delivered": mark("delivered"),
    "archived": mark("archived"),
    "withdrawn": mark("withdrawn"),
}

TASK_STATE_NAMES = {
    "waiting": mark("waits for others"),
    "pooled": mark("in the queue"),
    "claimed": mark("in review"),
    "returned": mark("waits for papers"),
    "procedure": mark("special procedure"),
    "external": mark("waits for another office"),
    "referred": mark("referred to the superior organ"),
    "sent_back": mark("sent back by the superior organ"),
    "approved": mark("approved"),
    "refused": mark("refused"),
    "lapsed": mark("lapsed"),
    "withdrawn": mark("withdrawn"),
}

ACT_NAMES = {
    "receive": mark("receive"),
    "accept": mark("accept"),
    "not_accept": mark("not accept"),
    "withdraw": mark("withdraw"),
    "close": mark("close"),
    "recheck": mark("check again"),
    "issue": mark("put the results together"),
    "deliver": mark("hand over"),
    "deliver_part": mark("hand over in part"),
    "archive": mark("archive"),
    "start": mark("start"),
    "claim": mark("claim"),
    "renew": mark("keep the claim"),
    "release": mark("put back"),
    "take_back": mark("take back"),
    "reassign": mark("give to another officer"),
    "commit": mark("commit in writing"),
    "return": mark("return for papers"),
    "supplement": mark("take in papers"),
    "begin_procedure": mark("begin a special procedure"),
    "end_procedure": mark("end the special procedure"),
    "begin_wait": mark("wait for another office"),
    "end_wait": mark("end the wait for another office"),
    "refer": mark("refer to the superior organ"),
    "send_back": mark("send back to the organ that referred it"),
    "approve": mark("approve"),
    "refuse": mark("refuse"),
    "lapse": mark("lapse"),
    "reopen": mark("open again"),
}

_NEXT_CASE_STATE = {(transition.state, transition.act): transition.next_state for transition in CASE_TRANSITIONS}
_NEXT_TASK_STATE = {(transition.state, transition.act): transition.next_state for transition in TASK_TRANSITIONS}


def next_case_state(state: str, act: str) -> str:
    """Return the state of a case after an act. Raise Refused when the act is not allowed in this state."""
    next_state = _NEXT_CASE_STATE.get((state, act))
    if next_state is None:
        raise Refused(
            "case_state",
            "The case is {state}; this can no longer (or not yet) be done: {act}.",
            state=CASE_STATE_NAMES.get(state, state),
            act=ACT_NAMES.get(act, act),
        )
    return next_state


def next_task_state(state: str, act: str) -> str:
    """Return the state of a task after an act. Raise Refused when the act is not allowed in this state."""
    next_state = _NEXT_TASK_STATE.get((state, act))
    if next_state is None:
        raise Refused(
            "task_state",
            "The task is {state}; this can no longer (or not yet) be done: {act}.",
            state=TASK_STATE_NAMES.get(state, state),
            act=ACT_NAMES.get(act, act),
        )
    return next_state


def shown_task_state(task: Row, now: int) -> str:
    """Return the state of a task as shown at `now` (microseconds UTC): in the queue, if the lease of its claim ended.

    Anybody can claim such a task, without an entry that ended the claim.
    """
    return "pooled" if has_expired_claim(task, now) else str(task["state"])


def has_expired_claim(task: Row, now: int) -> bool:
    """Return whether a task is claimed under a lease that has ended at `now` (microseconds UTC)."""
    return task["state"] == "claimed" and task["lease_until"] is not None and task["lease_until"] <= now


def render_state_diagram() -> str:
    """Return both state machines as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", '    state "case" as case_life {']
    lines += [f"        {state} --> {next_state}: {act}" for state, act, next_state in CASE_TRANSITIONS]
    lines += ["    }", '    state "task" as task_life {']
    lines += [f"        task_{state} --> task_{next_state}: {act}" for state, act, next_state in TASK_TRANSITIONS]
    return "\n".join([*lines, "    }"])
