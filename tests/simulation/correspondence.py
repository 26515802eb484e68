"""Messages on cases of a simulated city: clerks and officers write, read and answer them, also without a line."""

from __future__ import annotations

from random import Random

from clerk_app.cases.case_messages import (
    CITIZEN,
    ORGAN,
    WINDOW,
    CaseMessageText,
    MarkCaseMessagesRead,
    SendCaseMessage,
    is_at_work,
)
from db.engines import Row
from tests.simulation.city_files import clerk_id
from tests.simulation.ground_truth import GroundTruth
from tests.simulation.programs import SimulatedNode

_OPEN = ("accepted", "closed", "issued")


def write_message(node: SimulatedNode, truth: GroundTruth, rng: Random) -> str:
    """Send a message on a random case that the node holds; the sender is a clerk or an officer with a task in it."""
    cases = [row for row in node.rows("cases", order=("number",)) if row["state"] in _OPEN]
    tasks = node.rows("tasks", order=("id",))
    if node.spec.is_department:
        tasks = [row for row in tasks if row["organ"] in node.spec.organs]
        cases = [row for row in cases if any(task["case_number"] == row["number"] for task in tasks)]
    if not cases:
        return "no case"
    case = rng.choice(cases)["number"]
    of_case = node.rows("tasks", case_number=case)
    organs = sorted({row["organ"] for row in of_case})
    if rng.random() < 0.8:  # otherwise also to those who have not begun, or have ended their tasks
        organs = [organ for organ in organs if is_at_work(of_case, organ)]
    if node.spec.is_department:
        present = [organ for organ in organs if organ in node.spec.organs]
        if not present:
            return "nobody is at work"
        own = rng.choice(present)
        return _send(node, truth, case, f"{own}-1", rng.choice((WINDOW, CITIZEN)), rng)
    addressee = rng.choice((ORGAN, ORGAN, CITIZEN)) if organs else CITIZEN
    asks = addressee == ORGAN and rng.random() < 0.4
    organ = rng.choice(organs) if addressee == ORGAN else ""
    return _send(node, truth, case, clerk_id(node.spec.window), addressee, rng, organ=organ, from_citizen=asks)


def read_messages(node: SimulatedNode, truth: GroundTruth, rng: Random) -> str:
    """Read the messages of a case, and answer one of them half of the time."""
    rows = [row for row in node.rows("case_messages", order=("sent_at", "id")) if _is_for(node, row)]
    if not rows:
        return "no message"
    row = rng.choice(rows)
    actor = f"{row['organ']}-1" if node.spec.is_department else clerk_id(node.spec.window)
    node.perform(MarkCaseMessagesRead(case=row["case_number"], reader=row["addressee"]), actor)
    truth.read_messages.add((row["id"], node.spec.node))
    if rng.random() < 0.5:
        return f"{row['id']} read"
    to_organ = row["sender"] == ORGAN
    addressee = ORGAN if to_organ else WINDOW if node.spec.is_department else CITIZEN
    return _send(node, truth, row["case_number"], actor, addressee, rng, organ=row["sender_organ"] if to_organ else "")


def _is_for(node: SimulatedNode, row: Row) -> bool:
    if row["read_at"] is not None:
        return False
    return row["organ"] in node.spec.organs if node.spec.is_department else row["addressee"] != ORGAN


def _send(
    node: SimulatedNode,
    truth: GroundTruth,
    case: str,
    actor: str,
    addressee: str,
    rng: Random,
    *,
    organ: str = "",
    from_citizen: bool = False,
) -> str:
    text = f"第{rng.randrange(10**9):09d}条"
    command = SendCaseMessage(
        case=case,
        addressee=addressee,  # type: ignore[arg-type]
        organ=organ,
        from_citizen=from_citizen,
        personal=CaseMessageText(text=text),
    )
    sent = node.perform(command, actor)
    truth.messages[text] = (sent.message, node.spec.node)
    return f"{sent.message} {actor} to {organ or addressee}"
