"""Fees of a draft or case, as screens show them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FeeRow:
    """A fee in words: name, amount, legal basis (empty if the catalogue gives none), and the matters it is for."""

    name: str
    amount: str
    basis: str
    matters: str
    certain: bool  # false: may be due, an answer decides it


@dataclass(frozen=True)
class FeeList:
    """All fees and their sum in words."""

    rows: tuple[FeeRow, ...] = ()
    total: str = ""
