"""Errors of the store as a screen gets them from a service."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clerk_app.composition.office import Office
from clerk_app.errors import OutOfReach
from clerk_app.views.counter import CounterService
from db.errors import damaged_store_error


@pytest.mark.parametrize("action", [CounterService.read_view, CounterService.read_connection])
def test_a_store_error_is_raised_as_a_clerk_error(
    counter: CounterService, office: Office, monkeypatch: pytest.MonkeyPatch, action: Callable[[CounterService], object]
) -> None:
    def fail() -> None:
        raise damaged_store_error("store.db")

    monkeypatch.setattr(office.store, "read", fail)
    with pytest.raises(OutOfReach, match="not a sound store"):
        getattr(counter, action.__name__)()
