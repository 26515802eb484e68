"""Maps errors to HTTP responses: a status, a stable reason, a sentence for people. Internal details are withheld."""

from __future__ import annotations

from collections.abc import Collection

import msgspec
from starlette.exceptions import HTTPException
from starlette.responses import Response

from clerk_app.center.status_access import no_route
from clerk_app.errors import BadData, OutOfReach, Refused
from clerk_app.ledger.replication.messages import ErrorBody
from clerk_app.ledger.replication.wire_errors import DAMAGED, encode_error
from clerk_app.locales import mark
from db.errors import StoreError

STORE_UNAVAILABLE = mark("The center cannot keep or read anything right now. It will be tried again.")
INTERNAL_ERROR = mark("The center made a mistake. Its log says where.")
INTERNAL_ERROR_STATUS = 500
_STATUS_BY_REASON = {
    DAMAGED: 400,
    "stranger": 401,
    "clock": 401,
    "replay": 401,
    "shut": 403,
    "no_content": 404,
    "no_answer": 404,
    "no_application": 404,
    "no_route": 404,
    "no_upload": 404,
    "method": 405,
    "upload_ended": 410,
    "too_large": 413,
    "upload_full": 413,
    "busy": 429,
    "codes": 429,
    "calls": 429,
    "applications": 429,
    "sign_ins": 429,
}
_RETRY_AFTER = {429: "1", 503: "2"}  # seconds, RFC 9110 section 10.2.3
_ROUTING_ERRORS = {
    404: no_route(),
    405: Refused("method", "The center does not do this at this address."),
}


def http_status(error: Exception) -> int:
    """Return the HTTP status for an error."""
    if isinstance(error, BadData):
        return 400
    if isinstance(error, Refused):
        return _STATUS_BY_REASON.get(error.reason, 409)
    return 503 if isinstance(error, OutOfReach | StoreError) else INTERNAL_ERROR_STATUS


def error_response(error: Exception, methods: Collection[str] = ()) -> Response:
    """Return the HTTP response for an error; `methods` are those that the address has (RFC 9110, section 15.5.6)."""
    if isinstance(error, HTTPException):
        error = _ROUTING_ERRORS.get(error.status_code, BadData("The message could not be read."))
    status = http_status(error)
    headers = {"retry-after": _RETRY_AFTER[status]} if status in _RETRY_AFTER else {}
    if status == 401:
        headers["www-authenticate"] = "Clerk"
    if status == 405:
        headers["allow"] = ", ".join(sorted(methods))
    return Response(msgspec.json.encode(_error_body(error)), status, headers, "application/json")


def _error_body(error: Exception) -> ErrorBody:
    if isinstance(error, Refused | BadData):
        return encode_error(error, ErrorBody)
    if isinstance(error, OutOfReach | StoreError):  # facts are withheld: they contain the path of the store
        has_own_sentence = isinstance(error, OutOfReach) and not error.facts
        return ErrorBody(reason="out_of_reach", sentence=error.sentence if has_own_sentence else STORE_UNAVAILABLE)
    return ErrorBody(reason="fault", sentence=INTERNAL_ERROR)
