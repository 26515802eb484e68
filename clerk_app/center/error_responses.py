"""How an error is told: a status of HTTP, a reason for programs, a sentence for people; never the program's insides."""

from __future__ import annotations

import msgspec
from starlette.exceptions import HTTPException
from starlette.responses import Response

from clerk_app.errors import BadData, OutOfReach, Refused
from clerk_app.ledger.replication.messages import ErrorBody
from db.errors import StoreError

_STATUS_BY_REASON = {
    "stranger": 401,
    "shut": 403,
    "no_content": 404,
    "no_route": 404,
    "method": 405,
    "too_large": 413,
    "busy": 429,
}
_RETRY_AFTER = {429: "1", 503: "2"}  # seconds, RFC 9110 section 10.2.3
_ROUTING_ERRORS = {
    404: Refused("no_route", "The center has nothing at this address."),
    405: Refused("method", "The center does not do this at this address."),
}


def http_status(error: Exception) -> int:
    """The status that an error is answered with."""
    if isinstance(error, BadData):
        return 400
    if isinstance(error, Refused):
        return _STATUS_BY_REASON.get(error.reason, 409)
    return 503 if isinstance(error, OutOfReach | StoreError) else 500


def error_response(error: Exception) -> Response:
    """The answer in place of the one that was asked for."""
    if isinstance(error, HTTPException):
        error = _ROUTING_ERRORS.get(error.status_code, BadData("The message could not be read."))
    status = http_status(error)
    headers = {"retry-after": _RETRY_AFTER[status]} if status in _RETRY_AFTER else {}
    if status == 401:
        headers["www-authenticate"] = "Clerk"
    return Response(msgspec.json.encode(_error_body(error)), status, headers, "application/json")


def _error_body(error: Exception) -> ErrorBody:
    if isinstance(error, Refused):
        facts = {name: str(value) for name, value in error.facts.items()}
        return ErrorBody(reason=error.reason, sentence=error.sentence, facts=facts)
    if isinstance(error, BadData):
        return ErrorBody(reason="bad_data", sentence=error.sentence, facts={k: str(v) for k, v in error.facts.items()})
    if isinstance(error, OutOfReach | StoreError):  # with facts it names the store's place, which is nobody's business
        own = isinstance(error, OutOfReach) and not error.facts
        return ErrorBody(reason="out_of_reach", sentence=error.sentence if own else OUT_OF_REACH.sentence)
    return ErrorBody(reason="fault", sentence=FAULT.sentence)


OUT_OF_REACH = OutOfReach("The center cannot keep or read anything right now. It will be tried again.")
FAULT = OutOfReach("The center made a mistake. Its log says where.")
