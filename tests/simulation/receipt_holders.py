"""People of a simulated city who come with a receipt, to any centre."""

from __future__ import annotations

from random import Random

from clerk_app.cases.site_transfer import TransferCase
from clerk_app.cases.status_query import SECOND_FACTOR_LENGTH, QueryCaseStatus, SecondFactor
from tests.simulation.clerks import CounterClerk
from tests.simulation.ground_truth import GroundTruth, IssuedReceipt
from tests.simulation.programs import SimulatedNode


def bring_case(counter: CounterClerk) -> str:
    """Somebody shows a receipt from anywhere, and knows their number; now and then it is a number that they found."""
    if not counter.truth.receipts:
        return "no receipt"
    receipt = counter.rng.choice(counter.truth.receipts)
    counter.end_running_visit()
    for organ in counter.node.spec.organs:
        counter.truth.transfer_origins[organ].add(receipt.node)
    said = _second_factor(receipt, counter.rng)
    counter.node.perform(TransferCase(case=receipt.number, window=counter.window, personal=said), counter.clerk)
    return receipt.number


def ask_state(node: SimulatedNode, diary: GroundTruth, chance: Random) -> str:
    """The same at a kiosk, to hear how the case stands."""
    if not diary.receipts:
        return "no receipt"
    receipt = chance.choice(diary.receipts)
    asked = QueryCaseStatus(case=receipt.number, personal=_second_factor(receipt, chance))
    return f"{receipt.number} {node.perform(asked, f'kiosk-{node.spec.node}').state}"


def _second_factor(receipt: IssuedReceipt, chance: Random) -> SecondFactor:
    return SecondFactor(last=receipt.applicant[-SECOND_FACTOR_LENGTH:] if chance.random() < 0.9 else "----")
