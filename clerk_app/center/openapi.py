"""The routes of the center and their documentation: /openapi.json for programs, /docs (without scripts) for people."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Annotated, Any

import msgspec
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse
from starlette.responses import Response as HttpResponse

from clerk_app.center import attachments, bodies
from clerk_app.center.application_messages import ApplicationAnswer, ApplicationRequest
from clerk_app.center.authentication import SCHEME
from clerk_app.ledger.replication.messages import (
    MAX_ENTRIES,
    CallRequest,
    EnrolRequest,
    EnrolResponse,
    EntryMessage,
    ErrorBody,
    FetchRequest,
    PullRequest,
    PushRequest,
    Response,
    SignInRequest,
    SignInResponse,
    TrustListFiles,
)
from clerk_app.licences.trust_folder import MAX_LIST_BYTES
from clerk_app.registry.answers import RegistryAnswer
from clerk_app.registry.feed_messages import BatchNumbers, BatchReport, BatchRequest

ENROL_PATH = "/v1/enrol"


@dataclass(frozen=True)
class Route:
    """One route: its address, and the messages of its request and response."""

    name: str  # used in the log, the metrics and the documentation
    method: str
    path: str
    summary: str
    request_type: type[msgspec.Struct] | None = None
    response_type: type[msgspec.Struct] | None = None
    authenticated: bool = True
    restricted: bool = False  # for readers of the pages about the center only: see status_access.py
    logged: bool = True
    body_limits: bodies.BodyLimits = bodies.ENTRIES
    success: int = 200
    max_binary: int = 0  # bytes of a body that is no message; 0 for a route without one
    other_success: tuple[int, ...] = ()  # with the same response


_PATH_PATTERNS = {
    "digest": "^[0-9a-f]{64}$",
    "number": "^(0|[1-9][0-9]{0,8})$",
    "batch": "^[1-9][0-9]{0,8}$",
    "key": "^[A-Za-z0-9._-]{1,100}$",
    "application": "^SQ[0-9]{12}$",
}
"""Forms of the parameters in the addresses of routes."""

ROUTES = (
    Route("push", "POST", "/v1/push", "Entries in order; changed documents come back.", PushRequest, Response),
    Route("ask", "POST", "/v1/ask", "A command that is performed before waiting entries.", CallRequest, Response),
    Route(
        "pull",
        "POST",
        "/v1/pull",
        "Changed documents; with `wait`, as soon as any changes.",
        PullRequest,
        Response,
        body_limits=bodies.QUESTION,
    ),
    Route(
        "want",
        "POST",
        "/v1/want",
        "The current state of the named documents.",
        FetchRequest,
        Response,
        body_limits=bodies.QUESTION,
    ),
    Route(
        "sign_in",
        "POST",
        "/v1/sign-in",
        "Sign a person in at this machine.",
        SignInRequest,
        SignInResponse,
        body_limits=bodies.FORM,
    ),
    Route(
        "enrol",
        "POST",
        ENROL_PATH,
        "Join with a code for one use.",
        EnrolRequest,
        EnrolResponse,
        authenticated=False,
        body_limits=bodies.FORM,
    ),
    Route(
        "get_lists",
        "GET",
        "/v1/lists",
        "The signed lists of trusted issuers and revocations.",
        response_type=TrustListFiles,
    ),
    Route("get_content", "GET", "/v1/content/{digest}", "A scan or picture that a visible document refers to."),
    Route(
        "put_content",
        "PUT",
        "/v1/content/{digest}",
        "Upload such a scan or picture.",
        success=204,
        max_binary=attachments.MAX_ATTACHMENT_BYTES,
    ),
    Route(
        "registry_batch",
        "POST",
        "/v1/registry/batches",
        "Up to 1,000 rows of the source of this machine; each is reported. A batch may be sent again.",
        BatchRequest,
        BatchReport,
    ),
    Route(
        "registry_numbers",
        "GET",
        "/v1/registry/batches",
        "The numbers of the last batches of the source and of this machine: after a restore they are lower.",
        response_type=BatchNumbers,
    ),
    Route(
        "registry_report",
        "GET",
        "/v1/registry/batches/{batch}",
        "A batch of the source of this machine, with its refused rows.",
        response_type=BatchReport,
    ),
    Route(
        "registry_status_list",
        "PUT",
        "/v1/registry/status-lists/{number}",
        "A newer signed list of revoked licences of this issuer.",
        success=204,
        max_binary=MAX_LIST_BYTES,
    ),
    Route(
        "registry_trust_list",
        "PUT",
        "/v1/registry/trust-list",
        "A newer list of trusted issuers, signed by the root key.",
        success=204,
        max_binary=MAX_LIST_BYTES,
    ),
    Route(
        "registry_answer",
        "GET",
        "/v1/registry/answers/{key}",
        "What an administrator has asked of the registry by the entry with this key; for ten minutes.",
        response_type=RegistryAnswer,
    ),
    Route(
        "post_application",
        "POST",
        "/v1/applications",
        "A portal sends an application; sent again, it is the same one.",
        ApplicationRequest,
        ApplicationAnswer,
        body_limits=bodies.QUESTION,
        success=201,
        other_success=(200,),
    ),
    Route(
        "get_application",
        "GET",
        "/v1/applications/{application}",
        "What became of an application of this portal.",
        response_type=ApplicationAnswer,
    ),
    Route(
        "delete_application",
        "DELETE",
        "/v1/applications/{application}",
        "The applicant withdraws an application of this portal that has no end; repeated, it stays withdrawn.",
        response_type=ApplicationAnswer,
    ),
    Route("livez", "GET", "/livez", "The program runs.", authenticated=False, logged=False),
    Route("readyz", "GET", "/readyz", "The store can be written.", authenticated=False, restricted=True, logged=False),
    Route("metrics", "GET", "/metrics", "Metrics for Prometheus.", authenticated=False, restricted=True, logged=False),
)
_ROUTES_BY_NAME = {route.name: route for route in ROUTES}
_SCHEMA_REFERENCE = "#/components/schemas/{name}"
_ERROR_DESCRIPTIONS = {
    "400": "The message could not be read.",
    "401": "The node is not known, or its key is wrong.",
    "403": "The node has been shut out.",
    "404": "Nothing that the node may see.",
    "405": "Another method; see Allow.",
    "409": "A rule refuses this.",
    "413": "Too large.",
    "429": "Too many requests, or a limit of the city; see Retry-After.",
    "503": "The store is out of reach; see Retry-After.",
}
_BODY_DESCRIPTION = (
    "JSON, plain or with Content-Encoding: zstd; at most {limits.sent} bytes as sent and "
    "{limits.decompressed} bytes decompressed. Unknown fields are ignored."
)
_BINARY_CONTENT = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}


def body_limits(name: str) -> bodies.BodyLimits:
    """Return the limits of the bodies of a route."""
    return _ROUTES_BY_NAME[name].body_limits


def describe_route(route: Route) -> dict[str, Any]:
    """Return the OpenAPI 3.1 operation of a route."""
    success = {"description": "Done.", **(_json_content(route.response_type) if route.response_type else {})}
    responses: dict[str, Any] = {str(status): success for status in (route.success, *route.other_success)}
    if route.path.startswith("/v1"):
        responses |= {
            status: {"description": description, **_json_content(ErrorBody)}
            for status, description in _ERROR_DESCRIPTIONS.items()
        }
    operation: dict[str, Any] = {"operationId": route.name, "responses": responses}
    if route.request_type:
        operation["requestBody"] = {
            "required": True,
            "description": _BODY_DESCRIPTION.format(limits=route.body_limits),
            **_json_content(route.request_type),
        }
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "pattern": pattern}}
        for name, pattern in _PATH_PATTERNS.items()
        if f"{{{name}}}" in route.path
    ]
    if parameters:
        operation["parameters"] = parameters
    if route.max_binary:
        operation["requestBody"] = {
            "required": True,
            "description": f"At most {route.max_binary} bytes.",
            "content": _BINARY_CONTENT,
        }
    if route.name == "get_content":
        success["content"] = _BINARY_CONTENT
    if route.authenticated:
        operation["security"] = [{"node": []}]
    return operation


def add_documentation(app: FastAPI, require_access: Callable[[Request], None]) -> None:
    """Add the page /openapi.json with the schemas of the messages, and a readable one at /docs.

    `require_access` raises an error for a request that may not read them.
    """
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            page = generate()
            components = page.setdefault("components", {})
            _references, components["schemas"] = msgspec.json.schema_components(
                _schema_types(), ref_template=_SCHEMA_REFERENCE
            )
            scheme = {"type": "apiKey", "in": "header", "name": "Authorization", "description": f"{SCHEME} NODE:KEY"}
            components["securitySchemes"] = {"node": scheme}
            app.openapi_schema = page
        return app.openapi_schema

    async def schema(request: Request) -> HttpResponse:
        require_access(request)
        return JSONResponse(openapi())

    async def docs(request: Request) -> HttpResponse:
        require_access(request)
        return HTMLResponse(_render_page(openapi()), headers={"content-security-policy": "default-src 'none'"})

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI documents this override
    app.add_route("/docs", docs, include_in_schema=False)
    app.add_route("/openapi.json", schema, include_in_schema=False)


def _schema_types() -> list[type[msgspec.Struct]]:
    """Return the message types of all routes, changed so that msgspec can generate their JSON schemas."""
    entry = _with_optional_json(EntryMessage)
    entries = Annotated[tuple[entry, ...], msgspec.Meta(max_length=MAX_ENTRIES)]  # type: ignore[valid-type]
    described = {
        PushRequest: _with_optional_json(PushRequest, entries=entries),
        CallRequest: _with_optional_json(CallRequest, entry=entry),
    }
    messages = [ErrorBody, *(route.request_type for route in ROUTES), *(route.response_type for route in ROUTES)]
    return [
        described.get(message) or _with_optional_json(message)
        for message in dict.fromkeys(messages)
        if message is not None
    ]


def _with_optional_json(message: type[msgspec.Struct], **field_types: Any) -> type[msgspec.Struct]:
    """Return the message type with `field_types` replaced, and with optional Raw fields as Any.

    A schema cannot contain the default of a Raw field.
    """
    changed: list[tuple[str, Any, Any]] = [
        (name, field_type, msgspec.NODEFAULT) for name, field_type in field_types.items()
    ]
    changed += [
        (field.name, Any, msgspec.field(name=field.encode_name, default=None))
        for field in msgspec.structs.fields(message)
        if isinstance(field.default, msgspec.Raw)
    ]
    return msgspec.defstruct(
        message.__name__, changed, bases=(message,), namespace={"__doc__": message.__doc__}, frozen=True, kw_only=True
    )


def _json_content(message: type[msgspec.Struct]) -> dict[str, Any]:
    schema = {"$ref": _SCHEMA_REFERENCE.format(name=message.__name__)}
    return {"content": {"application/json": {"schema": schema}}}


def _render_page(schema: dict[str, Any]) -> str:
    routes = "".join(
        f"<h2>{escape(method.upper())} {escape(path)}</h2>"
        f"<p>{escape(operation.get('summary', ''))}</p>{_render_json(operation)}"
        for path, operations in schema["paths"].items()
        for method, operation in operations.items()
    )
    messages = "".join(
        f"<h2 id='{escape(name)}'>{escape(name)}</h2>{_render_json(message)}"
        for name, message in schema["components"]["schemas"].items()
    )
    title = escape(schema["info"]["title"])
    return f"<!doctype html><meta charset='utf-8'><title>{title}</title><h1>{title}</h1>{routes}<hr>{messages}"


def _render_json(value: object) -> str:
    return f"<pre>{escape(json.dumps(value, indent=1, ensure_ascii=False))}</pre>"
