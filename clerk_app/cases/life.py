"""The life of a case and of a task: every transition there is, in one table each.

The case stores only what happens to it as a whole; review, supplement and decision belong to its tasks, since organs
decide separately. `diagram()` draws both tables for docs/architecture.md.
"""

from __future__ import annotations

from typing import NamedTuple

from clerk_app.errors import Refused
from clerk_app.locales import mark


class Step(NamedTuple):
    """From this state, this act leads there."""

    state: str
    act: str
    then: str


CASE = (
    Step("draft", "receive", "received"),
    Step("received", "accept", "accepted"),
    Step("received", "not_accept", "not_accepted"),
    Step("accepted", "withdraw", "withdrawn"),
    Step("accepted", "close", "closed"),
    Step("closed", "recheck", "accepted"),
    Step("closed", "issue", "issued"),
    Step("issued", "deliver", "delivered"),
    Step("delivered", "archive", "archived"),
    Step("not_accepted", "archive", "archived"),
    Step("withdrawn", "archive", "archived"),
)

TASK = (
    Step("waiting", "start", "pooled"),
    Step("pooled", "claim", "claimed"),
    Step("claimed", "claim", "claimed"),  # after its lease ran out
    Step("claimed", "renew", "claimed"),
    Step("claimed", "release", "pooled"),
    Step("claimed", "take_back", "pooled"),
    Step("claimed", "reassign", "claimed"),
    Step("pooled", "reassign", "claimed"),
    Step("claimed", "commit", "claimed"),
    Step("claimed", "return", "returned"),
    Step("returned", "supplement", "pooled"),
    Step("claimed", "approve", "approved"),
    Step("claimed", "refuse", "refused"),
    *(Step(state, "lapse", "lapsed") for state in ("waiting", "pooled", "claimed", "returned")),
    *(Step(state, "withdraw", "withdrawn") for state in ("waiting", "pooled", "claimed", "returned")),
)

ENDED_TASK = ("approved", "refused", "lapsed", "withdrawn")

CASE_NAMES = {
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

TASK_NAMES = {
    "waiting": mark("waits for others"),
    "pooled": mark("in the queue"),
    "claimed": mark("in review"),
    "returned": mark("waits for papers"),
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
    "approve": mark("approve"),
    "refuse": mark("refuse"),
    "lapse": mark("lapse"),
}

_CASE = {(step.state, step.act): step.then for step in CASE}
_TASK = {(step.state, step.act): step.then for step in TASK}


def case_after(state: str, act: str) -> str:
    """The case's state after `act`. Raises Refused when the table has no such step."""
    then = _CASE.get((state, act))
    if then is None:
        raise Refused(
            "case_state",
            "The case is {state}; this can no longer (or not yet) be done: {act}.",
            state=CASE_NAMES.get(state, state),
            act=ACT_NAMES.get(act, act),
        )
    return then


def task_after(state: str, act: str) -> str:
    """The task's state after `act`. Raises Refused when the table has no such step."""
    then = _TASK.get((state, act))
    if then is None:
        raise Refused(
            "task_state",
            "The task is {state}; this can no longer (or not yet) be done: {act}.",
            state=TASK_NAMES.get(state, state),
            act=ACT_NAMES.get(act, act),
        )
    return then


def diagram() -> str:
    """Both tables as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", '    state "case" as case_life {']
    lines += [f"        {step.state} --> {step.then}: {step.act}" for step in CASE]
    lines += ["    }", '    state "task" as task_life {']
    lines += [f"        task_{step.state} --> task_{step.then}: {step.act}" for step in TASK]
    return "\n".join([*lines, "    }"])
