"""People of a simulated city who come with a receipt, to any centre."""

from __future__ import annotations

from random import Random

from clerk_app.cases.asking import SECOND_FACTOR, AskCase, Factor
from clerk_app.cases.bringing import BringCase
from clerk_app.simulate.city_diary import Diary, Receipt
from clerk_app.simulate.city_node import Node
from clerk_app.simulate.city_people import Counter


def bring(counter: Counter) -> str:
    """Somebody shows a receipt from anywhere, and knows their number; now and then it is a number that they found."""
    if not counter.diary.receipts:
        return "no receipt"
    receipt = counter.chance.choice(counter.diary.receipts)
    counter.free()
    for organ in counter.node.place.organs:
        counter.diary.brought[organ].add(receipt.node)
    said = _said(receipt, counter.chance)
    counter.node.do(BringCase(case=receipt.number, window=counter.window, personal=said), counter.clerk)
    return receipt.number


def ask_state(node: Node, diary: Diary, chance: Random) -> str:
    """The same at a kiosk, to hear how the case stands."""
    if not diary.receipts:
        return "no receipt"
    receipt = chance.choice(diary.receipts)
    asked = AskCase(case=receipt.number, personal=_said(receipt, chance))
    return f"{receipt.number} {node.do(asked, f'kiosk-{node.place.node}').state}"


def _said(receipt: Receipt, chance: Random) -> Factor:
    return Factor(last=receipt.applicant[-SECOND_FACTOR:] if chance.random() < 0.9 else "----")
