"""Sequences of keys and scans by role that finish something: accept a case, decide a task, take a ticket.

They are played between random inputs, so many of them begin in a state for which they were not made.
"""

from __future__ import annotations

SCAN = "SCAN:"  # in a sequence: the scan of a code by its name
_LEAVE = ("Escape", "Escape", "Escape")
_CALL = (*_LEAVE, "F4", "Escape", "F2", "Escape")  # puts the ticket on hold, and calls the next
_WALK_IN = (*_LEAVE, "F4", "Escape", "F8", "1", "7", "Enter")
_CONSENT = ("a", "Enter")
_OTHER_CASE = ("1", "Enter")  # if the applicant has another case: the reason for one more
_ACCOUNT = ("6222020200112233445",)
_TASK = ("Escape", "Escape", "F2", "F3")  # the next task, or the one that is claimed already


def _begin(code: str, one_thing: str, start: tuple[str, ...] = _CALL) -> tuple[str, ...]:
    """Return the keys from the call of a citizen to the empty form of a one thing, given by its number."""
    return (*start, SCAN + code, "Enter", "F5", one_thing, "Enter", *_CONSENT)


_ACCEPTED = (
    (*_begin("mother", "1"), "1", "Enter", "1", "Enter", *_ACCOUNT, "F9", *_OTHER_CASE),
    (*_begin("mother", "1", _WALK_IN), "2", "Enter", "2", "Enter", *_ACCOUNT, "F9", *_OTHER_CASE),
    (*_begin("mother-uninsured", "1"), "1", "Enter", "2", "Enter", *_ACCOUNT, "F9", *_OTHER_CASE),
    (*_begin("traveller", "3"), "1", "Enter", "F9", *_OTHER_CASE),
    (*_begin("traveller", "3", _WALK_IN), "2", "Enter", "F9", *_OTHER_CASE),
)
_APPROVED = (*_TASK, "F9", "1")

SEQUENCES: dict[str, tuple[tuple[str, ...], ...]] = {
    "counter": (
        *_ACCEPTED,
        *_ACCEPTED,
        _begin("builder", "5"),
        _begin("employer", "2"),
        _begin("worker", "4", _WALK_IN),
        (*_CALL, SCAN + "forged", "Enter", SCAN + "elder", "Enter", "F5", "3", "Enter"),
        (*_LEAVE, "F8", "1", "5", "Enter", "Down", "Enter"),  # an earlier draft
        (*_LEAVE, "F8", "Down", "Enter"),
        (*_LEAVE, "F3", "Enter"),
    ),
    "department": (
        *(_APPROVED,) * 6,
        (*_TASK, "F9", "2", "已核", "Enter", "F9", "Enter"),
        (*_TASK, "F6", " ", "Enter", "请补交材料", "Enter", "F9", "Enter"),
        (*_TASK, "F9", "3", "不符合条件", "Enter", "F9", "Enter"),
    ),
    "supervisor": (("Enter", "Enter"), ("F8", "Down", "Enter", "Enter")),
    "kiosk": (("1", "Enter"), ("1", "Enter"), ("2", "1", "2", "3", "4", "5", "6", "Enter"), ("Down", "Enter", "Enter")),
}
