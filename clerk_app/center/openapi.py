"""The documentation of the routes: /openapi.json for programs, /docs (without scripts) for people."""

from __future__ import annotations

import json
from collections.abc import Callable
from html import escape
from typing import Annotated, Any

import msgspec
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse
from starlette.responses import Response as HttpResponse

from clerk_app.cases.media_types import MEDIA_TYPES
from clerk_app.center.authentication import SCHEME
from clerk_app.center.routes import ROUTES, Route
from clerk_app.ledger.replication.messages import (
    MAX_ENTRIES,
    CallRequest,
    EntryMessage,
    ErrorBody,
    PushRequest,
)

_PATH_PATTERNS = {
    "digest": "^[0-9a-f]{64}$",
    "piece": "^(0|[1-9][0-9]{0,2})$",
    "number": "^(0|[1-9][0-9]{0,8})$",
    "batch": "^[1-9][0-9]{0,8}$",
    "key": "^[A-Za-z0-9._-]{1,100}$",
    "application": "^SQ[0-9]{12}$",
    "upload": "^[0-9a-f]{32}$",
    "file": "^[1-9][0-9]?$",
    "secret": "^[A-Za-z0-9_-]{22}$",
}
"""Forms of the parameters in the addresses of routes."""

_SCHEMA_REFERENCE = "#/components/schemas/{name}"
_ERROR_DESCRIPTIONS = {
    "400": "The message could not be read.",
    "401": "The node is not known, or its key is wrong.",
    "403": "The node has been shut out.",
    "404": "Nothing that the node may see.",
    "405": "Another method; see Allow.",
    "409": "A rule refuses this.",
    "410": "It has ended.",
    "413": "Too large.",
    "429": "Too many requests, or a limit of the city; see Retry-After.",
    "503": "The store is out of reach; see Retry-After.",
}
_BODY_DESCRIPTION = (
    "JSON, plain or with Content-Encoding: zstd; at most {limits.sent} bytes as sent and "
    "{limits.decompressed} bytes decompressed. Unknown fields are ignored."
)
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_BINARY_CONTENT = {"application/octet-stream": _BINARY}
_HTML_CONTENT: dict[str, Any] = {"content": {"text/html": {"schema": {"type": "string"}}}}
_FORM_SCHEMA = {"type": "object", "properties": {"file": {"type": "array", "items": _BINARY["schema"]}}}
_FILES_CONTENT = {"multipart/form-data": {"schema": _FORM_SCHEMA}, **dict.fromkeys(MEDIA_TYPES, _BINARY)}


def describe_route(route: Route) -> dict[str, Any]:
    """Return the OpenAPI 3.1 operation of a route."""
    content = _HTML_CONTENT if route.is_page else _json_content(route.response_type) if route.response_type else {}
    success = {"description": "Done.", **content}
    responses: dict[str, Any] = {str(status): success for status in (route.success, *route.other_success)}
    if route.path.startswith("/v1") or route.is_page:
        errors = _HTML_CONTENT if route.is_page else _json_content(ErrorBody)
        responses |= {
            status: {"description": description, **(_json_content(ErrorBody) if status == "405" else errors)}
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
            "content": _FILES_CONTENT if route.is_page else _BINARY_CONTENT,
        }
    if route.name in ("get_content", "get_content_piece", "get_uploaded_file"):
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
