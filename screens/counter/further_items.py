"""Items of the F8 menu with the highest numbers, from promises to several persons at once."""

from __future__ import annotations

from screens.counter.also_eligible import ELIGIBLE_ITEMS
from screens.counter.enterprise_names import NAME_ITEMS
from screens.counter.further import FURTHER_PERSON_ITEMS
from screens.counter.guide import GUIDE_ITEMS
from screens.counter.matter_choice import CHOICE_ITEMS
from screens.counter.message_menu import MESSAGE_ITEMS
from screens.counter.navigation import NAVIGATOR_ITEMS
from screens.counter.promises import PROMISE_ITEMS
from screens.counter.similar_hint import HINT_ITEMS

FURTHER_ITEMS = (
    *PROMISE_ITEMS,
    *MESSAGE_ITEMS,
    *NAME_ITEMS,
    *HINT_ITEMS,
    *GUIDE_ITEMS,
    *NAVIGATOR_ITEMS,
    *CHOICE_ITEMS,
    *ELIGIBLE_ITEMS,
    *FURTHER_PERSON_ITEMS,
)
"""Sorted by number."""
