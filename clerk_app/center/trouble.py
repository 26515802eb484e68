"""How an error is told: a status of HTTP, a reason for programs, a sentence for people; never the program's insides."""

from __future__ import annotations

import msgspec
from starlette.exceptions import HTTPException
from starlette.responses import Response

from clerk_app.errors import BadData, OutOfReach, Refused
from clerk_app.ledger.messages import Trouble
from db.errors import StoreError

_STATUS = {
    "stranger": 401,
    "shut": 403,
    "no_content": 404,
    "no_route": 404,
    "method": 405,
    "too_large": 413,
    "busy": 429,
}
_SOON = {429: "1", 503: "2"}  # seconds, RFC 9110 section 10.2.3
_OF_HTTP = {
    404: Refused("no_route", "The center has nothing at this address."),
    405: Refused("method", "The center does not do this at this address."),
}


def status_of(error: Exception) -> int:
    """The status that an error is answered with."""
    if isinstance(error, BadData):
        return 400
    if isinstance(error, Refused):
        return _STATUS.get(error.reason, 409)
    return 503 if isinstance(error, OutOfReach | StoreError) else 500


def answer_to(error: Exception) -> Response:
    """The answer in place of the one that was asked for."""
    if isinstance(error, HTTPException):
        error = _OF_HTTP.get(error.status_code, BadData("The message could not be read."))
    status = status_of(error)
    headers = {"retry-after": _SOON[status]} if status in _SOON else {}
    if status == 401:
        headers["www-authenticate"] = "Clerk"
    return Response(msgspec.json.encode(_told(error)), status, headers, "application/json")


def _told(error: Exception) -> Trouble:
    if isinstance(error, Refused):
        facts = {name: str(value) for name, value in error.facts.items()}
        return Trouble(reason=error.reason, sentence=error.sentence, facts=facts)
    if isinstance(error, BadData):
        return Trouble(reason="bad_data", sentence=error.sentence, facts={k: str(v) for k, v in error.facts.items()})
    if isinstance(error, OutOfReach | StoreError):  # with facts it names the store's place, which is nobody's business
        own = isinstance(error, OutOfReach) and not error.facts
        return Trouble(reason="out_of_reach", sentence=error.sentence if own else OUT_OF_REACH.sentence)
    return Trouble(reason="fault", sentence=FAULT.sentence)


OUT_OF_REACH = OutOfReach("The center cannot keep or read anything right now. It will be tried again.")
FAULT = OutOfReach("The center made a mistake. Its log says where.")
