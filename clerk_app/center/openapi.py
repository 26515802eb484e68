"""The routes as they are described: /openapi.json for programs, /docs for people, without a script from elsewhere."""

from __future__ import annotations

import json
from dataclasses import dataclass
from html import escape
from typing import Annotated, Any

import msgspec
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from clerk_app.center import attachments, bodies
from clerk_app.center.authentication import SCHEME
from clerk_app.ledger.replication import messages
from clerk_app.ledger.replication.messages import (
    MAX_ENTRIES,
    EnrolRequest,
    ErrorBody,
    FetchRequest,
    PullRequest,
    TrustListFiles,
)


class SentSchema(messages.EntryMessage, frozen=True, kw_only=True):
    """An entry as its node sends it. Times are microseconds UTC."""

    personal: Any = None  # msgspec describes no part that is kept as it came, if it may be missing
    decision: Any = msgspec.field(name="decided", default=None)


class PushSchema(messages.PushRequest, frozen=True, kw_only=True):
    """Entries in order, from number `first` on. `head`: SHA-256 over their digests, base64."""

    entries: Annotated[tuple[SentSchema, ...], msgspec.Meta(max_length=MAX_ENTRIES)]


class CallSchema(messages.CallRequest, frozen=True, kw_only=True):
    """A question that is answered before everything that waits. A repeat with its number gets the same answer."""

    entry: SentSchema


class ResponseSchema(messages.Response, frozen=True, kw_only=True):
    """The authority's answer to any message."""

    result: Any = msgspec.field(name="answer", default=None)


class EnrolledSchema(messages.EnrolResponse, frozen=True, kw_only=True):
    """Who the node is from now on, and what it speaks with: told once."""

    settings: Any = None


_MESSAGES = (
    ResponseSchema,
    CallSchema,
    EnrolRequest,
    EnrolledSchema,
    TrustListFiles,
    PullRequest,
    PushSchema,
    ErrorBody,
    FetchRequest,
)
_SCHEMA_REFERENCE = "#/components/schemas/{name}"
_ERROR_DESCRIPTIONS = {
    "400": "The message could not be read.",
    "401": "The node is not known, or its key is wrong.",
    "403": "The node has been shut out.",
    "404": "Nothing that the node may see.",
    "409": "A rule says no.",
    "413": "Too large.",
    "429": "Too much to do; Retry-After says when to come again.",
    "503": "The store is out of reach; Retry-After says when to come again.",
}


@dataclass(frozen=True)
class Route:
    """One address, what it takes and what it gives."""

    name: str
    method: str
    path: str
    summary: str
    request_schema: str = ""  # a message's name
    response_schema: str = ""
    authenticated: bool = True
    logged: bool = True
    success: int = 200


ROUTES = (
    Route("push", "POST", "/v1/push", "Entries in order; what changed comes back.", "PushSchema", "ResponseSchema"),
    Route("ask", "POST", "/v1/ask", "A question that overtakes what waits.", "CallSchema", "ResponseSchema"),
    Route(
        "pull",
        "POST",
        "/v1/pull",
        "What changed; with `wait`, as soon as something does.",
        "PullRequest",
        "ResponseSchema",
    ),
    Route("want", "POST", "/v1/want", "These documents as they are now.", "FetchRequest", "ResponseSchema"),
    Route(
        "enrol",
        "POST",
        "/v1/enrol",
        "Join with a code for one use.",
        "EnrolRequest",
        "EnrolledSchema",
        authenticated=False,
    ),
    Route(
        "get_lists",
        "GET",
        "/v1/lists",
        "The signed lists: who is trusted, what was revoked.",
        response_schema="TrustListFiles",
    ),
    Route("get_content", "GET", "/v1/content/{digest}", "A scan or picture that a document in sight refers to."),
    Route(
        "put_content", "PUT", "/v1/content/{digest}", "The same, brought by the window that took it in.", success=204
    ),
    Route("livez", "GET", "/livez", "The program runs.", authenticated=False, logged=False),
    Route("readyz", "GET", "/readyz", "The store can be written.", authenticated=False, logged=False),
    Route("metrics", "GET", "/metrics", "Numbers for Prometheus.", authenticated=False, logged=False),
)


def describe_route(route: Route) -> dict[str, Any]:
    """What OpenAPI 3.1 is told of a route beside its path."""
    done = {"description": "Done.", **(_json_content(route.response_schema) if route.response_schema else {})}
    answers: dict[str, Any] = {str(route.success): done}
    if route.path.startswith("/v1"):
        answers |= {
            status: {"description": why, **_json_content("ErrorBody")} for status, why in _ERROR_DESCRIPTIONS.items()
        }
    told: dict[str, Any] = {"operationId": route.name, "responses": answers}
    if route.request_schema:
        told["requestBody"] = {
            "required": True,
            "description": _BODY_DESCRIPTION,
            **_json_content(route.request_schema),
        }
    if "{digest}" in route.path:
        digest = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
        told["parameters"] = [{"name": "digest", "in": "path", "required": True, "schema": digest}]
        if route.method == "PUT":
            told["requestBody"] = {
                "required": True,
                "description": f"{attachments.MAX_ATTACHMENT_BYTES} bytes at most.",
                "content": _BINARY_CONTENT,
            }
        else:
            done["content"] = _BINARY_CONTENT
    if route.authenticated:
        told["security"] = [{"node": []}]
    return told


_BODY_DESCRIPTION = (
    f"JSON, plain or with Content-Encoding: zstd; {bodies.MAX_SENT_BYTES} bytes at most as sent, "
    f"{bodies.MAX_DECOMPRESSED_BYTES} inflated. Unknown fields are let pass."
)
_BINARY_CONTENT = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}


def add_documentation(app: FastAPI) -> None:
    """Puts the messages' schemas into /openapi.json, and a page to read at /docs."""
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            page = plain()
            parts = page.setdefault("components", {})
            _found, parts["schemas"] = msgspec.json.schema_components(_MESSAGES, ref_template=_SCHEMA_REFERENCE)
            scheme = {"type": "apiKey", "in": "header", "name": "Authorization", "description": f"{SCHEME} NODE:KEY"}
            parts["securitySchemes"] = {"node": scheme}
        assert app.openapi_schema is not None
        return app.openapi_schema

    async def docs(_: Request) -> Response:
        return HTMLResponse(_render_page(openapi()), headers={"content-security-policy": "default-src 'none'"})

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's own way to extend it
    app.add_route("/docs", docs, include_in_schema=False)


def _json_content(name: str) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": {"$ref": _SCHEMA_REFERENCE.format(name=name)}}}}


def _render_page(schema: dict[str, Any]) -> str:
    routes = "".join(
        f"<h2>{escape(method.upper())} {escape(path)}</h2><p>{escape(act.get('summary', ''))}</p>{_render_json(act)}"
        for path, acts in schema["paths"].items()
        for method, act in acts.items()
    )
    parts = "".join(
        f"<h2 id='{escape(name)}'>{escape(name)}</h2>{_render_json(part)}"
        for name, part in schema["components"]["schemas"].items()
    )
    title = escape(schema["info"]["title"])
    return f"<!doctype html><meta charset='utf-8'><title>{title}</title><h1>{title}</h1>{routes}<hr>{parts}"


def _render_json(value: object) -> str:
    return f"<pre>{escape(json.dumps(value, indent=1, ensure_ascii=False))}</pre>"
