"""The results in a lost response arrive with a later one, whatever is sent in between."""

from __future__ import annotations

import pytest

from clerk_app.cases.tasks.claims import ClaimTask, TakeBackTask
from clerk_app.errors import OutOfReach
from tests.sync.city import City, SampleWindow


@pytest.fixture
def health(city: City) -> SampleWindow:
    counter = city.join("n1", window="w1")
    counter.accept_birth()
    counter.accept_birth(child_name="李二诺", child_birth_date="2026-04-21")
    window = city.join("n2", organs=("health",))
    city.exchange_all()
    return window


def test_rejection_in_a_lost_response_arrives_after_a_call_too(city: City, health: SampleWindow) -> None:
    claimed = health.claim("health")
    health.transport.down = True
    health.decide(claimed, "refused", "not born here")
    city.center.door.perform(TakeBackTask(task=claimed.task, reason="ill"), "supervisor")
    city.center.door.perform(ClaimTask(organ="health", task=claimed.task), "health-2")
    health.transport.down = False
    health.transport.responses_to_lose = 1
    with pytest.raises(OutOfReach):
        health.client.step()
    health.claim("health")  # precedes the waiting entries; the response shows that the center has them
    city.exchange_all()
    assert [row["reason"] for row in health.select("refusals")] == ["stale"]
    assert city.differences() == []
    assert health.select("unanswered") == health.select("bases") == []


@pytest.mark.wide
def test_wait_for_news_applies_nothing(city: City, health: SampleWindow) -> None:
    assert not health.client.wait_for_news(0)
    city.windows["n1"].accept_birth(child_name="李三诺", child_birth_date="2026-04-22")
    city.windows["n1"].client.flush()
    assert health.client.wait_for_news(0)
    assert len(health.select("cases")) == 2
    city.exchange_all()
    assert not health.client.wait_for_news(0)
    assert len(health.select("cases")) == 3


@pytest.mark.wide
def test_connection_row_records_contact_and_loss(city: City, health: SampleWindow) -> None:
    def line() -> tuple[int | None, int | None]:
        (row,) = health.select("center_lines")
        return _second(row["reached_at"]), _second(row["lost_at"])

    began, lost = line()
    assert began is not None
    assert lost is None
    health.clock.now += 60_000_000
    health.client.flush()
    assert line() == (began, None)
    health.clock.now += 60_000_000
    health.client.record_connection_lost()
    assert line() == (began, _second(health.clock.now))
    health.clock.now += 60_000_000
    health.client.flush()
    assert line() == (_second(health.clock.now), None)
    health.clock.now += 3_600_000_000  # a suspended machine had no contact meanwhile
    health.client.flush()
    assert line() == (_second(health.clock.now), None)


def _second(moment: int | None) -> int | None:
    return moment // 1_000_000 if moment is not None else None
