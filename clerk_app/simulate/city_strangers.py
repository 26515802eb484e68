"""People of a simulated city who come to another centre than the one where their case is."""

from __future__ import annotations

from clerk_app.cases.bringing import SECOND_FACTOR, BringCase, Factor
from clerk_app.simulate.city_people import Counter


def bring(counter: Counter) -> str:
    """Somebody shows a receipt from anywhere, and knows their number; now and then it is a number that they found."""
    if not counter.diary.receipts:
        return "no receipt"
    receipt = counter.chance.choice(counter.diary.receipts)
    knows = counter.chance.random() < 0.9
    counter.free()
    last = receipt.applicant[-SECOND_FACTOR:] if knows else "----"
    for organ in counter.node.place.organs:
        counter.diary.brought[organ].add(receipt.node)
    counter.node.do(BringCase(case=receipt.number, window=counter.window, personal=Factor(last=last)), counter.clerk)
    return receipt.number
