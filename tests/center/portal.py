"""A portal in tests: sends applications to a running center."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import httpx
import msgspec

from tests.office import BIRTH
from tests.sample_node import RunningCenter, SampleNode
from tests.sample_scans import build_png

SCAN = build_png(padding=5_000)
DIGEST = sha256(SCAN).hexdigest()
MATERIAL = {"material": "birth-certificate", "content": DIGEST, "media_type": "image/png"}


def enrol_portal(served: RunningCenter) -> SampleNode:
    """An enrolled portal of the whole city."""
    return SampleNode.enrol(served.client, served.invite(window="", hall="", kind="portal"))


def build_message(**changed: Any) -> dict[str, Any]:
    """The message of a birth application with a scan of the certificate; a field given as None is left out."""
    message = {
        "reference": "P-1",
        "one_thing": "birth",
        "applicant": {"name": "王芳", "number": BIRTH["mother_id_number"]},
        "values": BIRTH,
        "materials": [MATERIAL],
    }
    return {name: value for name, value in (message | changed).items() if value is not None}


def send(portal: SampleNode, message: object) -> httpx.Response:
    """Send an application."""
    return portal.post("applications", msgspec.json.encode(message))


def receive(portal: SampleNode, **changed: Any) -> dict[str, Any]:
    """Send an application; return the answer."""
    response = send(portal, build_message(**changed))
    assert response.status_code in (200, 201), response.text
    answer: dict[str, Any] = response.json()
    return answer


def read(portal: SampleNode, number: str) -> dict[str, Any]:
    """Read the state of an application."""
    response = portal.request("GET", f"/v1/applications/{number}")
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer
