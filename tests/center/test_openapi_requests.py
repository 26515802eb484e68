"""Requests that schemathesis makes from the OpenAPI document of a really started center."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clerk_app.center.routes import ROUTES
from tests.center.feed_machine import join_feed
from tests.center.portal import enrol_portal, receive
from tests.city_policy import UNLIMITED, publish_policy
from tests.clock import Clock
from tests.office import SampleOffice, find_faults
from tests.registry.source_data import feed_person
from tests.sample_node import RunningCenter, SampleNode, pause_entry

pytestmark = pytest.mark.wide
EXAMPLES = int(os.environ.get("CLERK_EXAMPLES", "60"))  # requests to a route
CHECKS = (
    "not_a_server_error",
    "allow_header_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "status_code_conformance",
    "unsupported_method",
)
Sign = Callable[[Any], Any]
"""Adds the headers of a signature to a prepared request of `requests`."""


@pytest.fixture
def schemathesis() -> Any:
    """The package, which is imported here because that takes seconds."""
    return pytest.importorskip("schemathesis")


def sign_as(node: SampleNode, clock: Clock) -> Sign:
    """Return the signer of requests of a node, so that the center reads their bodies.

    The clock of the center does not advance during a test, and a signature is refused a minute later.
    """

    def sign(prepared: Any) -> Any:
        node.signer.use_center_time(clock.now)
        body = prepared.body or b""
        content = body.encode() if isinstance(body, str) else bytes(body)
        prepared.headers.update(node.headers(prepared.method, unquote(urlsplit(prepared.url).path), content))
        return prepared

    return sign


def send_requests(schemathesis: Any, operation: Any, sign: Sign | None) -> Counter[int]:
    """Send valid and invalid requests to a route; return the number of each status of the answers."""
    statuses: Counter[int] = Counter()
    checks = schemathesis.checks.CHECKS.get_by_names((*CHECKS, *(() if sign else ("ignored_auth",))))

    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=st.one_of(*(operation.as_strategy(mode) for mode in schemathesis.GenerationMode)))
    def send(case: Any) -> None:
        response = case.call(auth=sign)
        case.validate_response(response, checks=checks)
        statuses[response.status_code] += 1

    send()
    return statuses


@pytest.mark.parametrize("signed", [False, True], ids=["unsigned", "signed"])
def test_every_request_gets_an_answer_that_the_document_describes(
    schemathesis: Any, served: RunningCenter, office: SampleOffice, signed: bool
) -> None:
    publish_policy(office.office, sign_ins_per_minute_of_machine=1000, **UNLIMITED)
    window = served.join()
    sign = sign_as(window, office.clock) if signed else None
    statuses: dict[str, Counter[int]] = {}
    for found in schemathesis.openapi.from_url(f"{served.client.base_url}/openapi.json").get_all_operations():
        operation = found.ok()
        statuses[f"{operation.method.upper()} {operation.path}"] = send_requests(schemathesis, operation, sign)
    assert statuses.keys() == {f"{route.method} {route.path}" for route in ROUTES}
    assert sum(statuses.values(), Counter()).keys() >= ({200, 400, 404} if signed else {200, 400, 401})
    window.signer.use_center_time(office.clock.now)
    assert window.push(pause_entry()).last_number > 0
    assert find_faults(office.store) == []


def test_every_request_of_an_issuing_organ_gets_an_answer_that_the_document_describes(
    schemathesis: Any, served: RunningCenter, office: SampleOffice
) -> None:
    publish_policy(office.office, **UNLIMITED)
    feed = join_feed(served, office, kinds=("person", "organisation", "relation"))
    feed.send("person", feed_person(1))
    statuses: Counter[int] = Counter()
    for found in schemathesis.openapi.from_url(f"{served.client.base_url}/openapi.json").get_all_operations():
        operation = found.ok()
        if operation.path.startswith("/v1/registry/"):
            statuses += send_requests(schemathesis, operation, sign_as(feed.node, office.clock))
    assert statuses.keys() >= {200, 400, 404, 409}
    feed.node.signer.use_center_time(office.clock.now)
    assert feed.states("person", feed_person(1)) == [("unchanged", "", "")]
    assert find_faults(office.store) == []


def test_every_request_of_a_portal_gets_an_answer_that_the_document_describes(
    schemathesis: Any, served: RunningCenter, office: SampleOffice
) -> None:
    publish_policy(office.office, **UNLIMITED)
    portal = enrol_portal(served)
    number, sign = receive(portal)["number"], sign_as(portal, office.clock)
    document = schemathesis.openapi.from_url(f"{served.client.base_url}/openapi.json")
    statuses: Counter[int] = Counter()
    for found in document.include(path_regex="/v1/(applications|content)").get_all_operations():
        statuses += send_requests(schemathesis, found.ok(), sign)
    assert statuses.keys() >= {400, 404}
    assert [row["state"] for row in office.select("applications", number=number)] == ["received"]
    assert find_faults(office.store) == []
