"""Fixtures of the screen tests."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from clerk_app.views import ListAge, Status


@pytest.fixture
def sample_status() -> Status:
    return Status(
        office="Jing'an Service Centre",
        place="Window 3",
        person="Li Mei",
        connection="online since 08:00",
        connection_level="good",
        unsent=0,
        lists=(ListAge("trust list", "3 h", "good"),),
        waiting=18,
        now=datetime(2026, 11, 20, 9, 30, tzinfo=UTC),
    )
