"""Actions of citizens of a simulated city who bring a receipt to any site."""

from __future__ import annotations

from random import Random

from clerk_app.cases.site_transfer import TransferCase
from clerk_app.cases.status_query import SECOND_FACTOR_LENGTH, QueryCaseStatus, SecondFactor
from tests.simulation.clerks import CounterClerk
from tests.simulation.ground_truth import GroundTruth, IssuedReceipt
from tests.simulation.programs import SimulatedNode


def bring_case(counter: CounterClerk) -> str:
    """Transfer the case of a random receipt to this site, sometimes with a wrong second factor."""
    if not counter.truth.receipts:
        return "no receipt"
    receipt = counter.rng.choice(counter.truth.receipts)
    counter.end_running_visit()
    for organ in counter.node.spec.organs:
        counter.truth.transfer_origins[organ].add(receipt.node)
    factor = _second_factor(receipt, counter.rng)
    counter.node.perform(TransferCase(case=receipt.number, window=counter.window, personal=factor), counter.clerk)
    return receipt.number


def ask_state(node: SimulatedNode, diary: GroundTruth, rng: Random) -> str:
    """Query the state of the case of a random receipt at a kiosk."""
    if not diary.receipts:
        return "no receipt"
    receipt = rng.choice(diary.receipts)
    query = QueryCaseStatus(case=receipt.number, personal=_second_factor(receipt, rng))
    return f"{receipt.number} {node.perform(query, f'kiosk-{node.spec.node}').state}"


def _second_factor(receipt: IssuedReceipt, rng: Random) -> SecondFactor:
    return SecondFactor(last=receipt.applicant[-SECOND_FACTOR_LENGTH:] if rng.random() < 0.9 else "----")
