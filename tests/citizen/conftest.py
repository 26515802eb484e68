"""The rules of citizens' sessions are tested on both database engines."""

from __future__ import annotations

import pytest

from tests.engines import SQLITE_QUICKLY
from tests.roles.conftest import built_city as built_city
from tests.sync.conftest import city as city
from tests.sync.conftest import counter as counter
from tests.sync.conftest import served as served


@pytest.fixture(params=SQLITE_QUICKLY)
def engine(request: pytest.FixtureRequest) -> str:
    """Return the database engine of the store."""
    return str(request.param)
