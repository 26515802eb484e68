"""Hashes of PINs that are verified in a moment: argon2id with the least cost, which each hash states itself.

Signing in took a third of the time of the tests of roles. `tests/people/test_pins.py` tests hashes of the real cost.
"""

from __future__ import annotations

from argon2 import PasswordHasher

_hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def hash_pin_fast(pin: str) -> str:
    """Return an argon2id hash of a PIN that is as easy to guess as to verify."""
    return _hasher.hash(pin)
