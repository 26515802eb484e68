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

from clerk_app.center import bodies, contents
from clerk_app.center.speaking import SCHEME
from clerk_app.ledger import messages
from clerk_app.ledger.messages import MOST_ENTRIES, Enrol, Lists, Pull, Trouble, Want


class Sent(messages.Sent, frozen=True, kw_only=True):
    """An entry as its node sends it. Times are microseconds UTC."""

    personal: Any = None  # msgspec describes no part that is kept as it came, if it may be missing
    decided: Any = None


class Push(messages.Push, frozen=True, kw_only=True):
    """Entries in order, from number `first` on. `head`: SHA-256 over their digests, base64."""

    entries: Annotated[tuple[Sent, ...], msgspec.Meta(max_length=MOST_ENTRIES)]


class Ask(messages.Ask, frozen=True, kw_only=True):
    """A question that is answered before everything that waits. A repeat with its number gets the same answer."""

    entry: Sent


class Answer(messages.Answer, frozen=True, kw_only=True):
    """The authority's answer to any message."""

    answer: Any = None


class Enrolled(messages.Enrolled, frozen=True, kw_only=True):
    """Who the node is from now on, and what it speaks with: told once."""

    settings: Any = None


_MESSAGES = (Answer, Ask, Enrol, Enrolled, Lists, Pull, Push, Trouble, Want)
_REF = "#/components/schemas/{name}"
_WHY = {
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
    takes: str = ""  # a message's name
    gives: str = ""
    keyed: bool = True
    logged: bool = True
    success: int = 200


ROUTES = (
    Route("push", "POST", "/v1/push", "Entries in order; what changed comes back.", "Push", "Answer"),
    Route("ask", "POST", "/v1/ask", "A question that overtakes what waits.", "Ask", "Answer"),
    Route("pull", "POST", "/v1/pull", "What changed; with `wait`, as soon as something does.", "Pull", "Answer"),
    Route("want", "POST", "/v1/want", "These documents as they are now.", "Want", "Answer"),
    Route("enrol", "POST", "/v1/enrol", "Join with a code for one use.", "Enrol", "Enrolled", keyed=False),
    Route("get_lists", "GET", "/v1/lists", "The signed lists: who is trusted, what was revoked.", gives="Lists"),
    Route("get_content", "GET", "/v1/content/{digest}", "A scan or picture that a document in sight refers to."),
    Route(
        "put_content", "PUT", "/v1/content/{digest}", "The same, brought by the window that took it in.", success=204
    ),
    Route("livez", "GET", "/livez", "The program runs.", keyed=False, logged=False),
    Route("readyz", "GET", "/readyz", "The store can be written.", keyed=False, logged=False),
    Route("metrics", "GET", "/metrics", "Numbers for Prometheus.", keyed=False, logged=False),
)


def described(route: Route) -> dict[str, Any]:
    """What OpenAPI 3.1 is told of a route beside its path."""
    done = {"description": "Done.", **(_json(route.gives) if route.gives else {})}
    answers: dict[str, Any] = {str(route.success): done}
    if route.path.startswith("/v1"):
        answers |= {status: {"description": why, **_json("Trouble")} for status, why in _WHY.items()}
    told: dict[str, Any] = {"operationId": route.name, "responses": answers}
    if route.takes:
        told["requestBody"] = {"required": True, "description": _BODY, **_json(route.takes)}
    if "{digest}" in route.path:
        digest = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
        told["parameters"] = [{"name": "digest", "in": "path", "required": True, "schema": digest}]
        if route.method == "PUT":
            told["requestBody"] = {
                "required": True,
                "description": f"{contents.MOST} bytes at most.",
                "content": _BYTES,
            }
        else:
            done["content"] = _BYTES
    if route.keyed:
        told["security"] = [{"node": []}]
    return told


_BODY = (
    f"JSON, plain or with Content-Encoding: zstd; {bodies.MOST_SENT} bytes at most as sent, "
    f"{bodies.MOST_INFLATED} inflated. Unknown fields are let pass."
)
_BYTES = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}


def add_pages(app: FastAPI) -> None:
    """Puts the messages' schemas into /openapi.json, and a page to read at /docs."""
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            page = plain()
            parts = page.setdefault("components", {})
            _found, parts["schemas"] = msgspec.json.schema_components(_MESSAGES, ref_template=_REF)
            scheme = {"type": "apiKey", "in": "header", "name": "Authorization", "description": f"{SCHEME} NODE:KEY"}
            parts["securitySchemes"] = {"node": scheme}
        assert app.openapi_schema is not None
        return app.openapi_schema

    async def docs(_: Request) -> Response:
        return HTMLResponse(_page(openapi()), headers={"content-security-policy": "default-src 'none'"})

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's own way to extend it
    app.add_route("/docs", docs, include_in_schema=False)


def _json(name: str) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": {"$ref": _REF.format(name=name)}}}}


def _page(schema: dict[str, Any]) -> str:
    routes = "".join(
        f"<h2>{escape(method.upper())} {escape(path)}</h2><p>{escape(act.get('summary', ''))}</p>{_shown(act)}"
        for path, acts in schema["paths"].items()
        for method, act in acts.items()
    )
    parts = "".join(
        f"<h2 id='{escape(name)}'>{escape(name)}</h2>{_shown(part)}"
        for name, part in schema["components"]["schemas"].items()
    )
    title = escape(schema["info"]["title"])
    return f"<!doctype html><meta charset='utf-8'><title>{title}</title><h1>{title}</h1>{routes}<hr>{parts}"


def _shown(value: object) -> str:
    return f"<pre>{escape(json.dumps(value, indent=1, ensure_ascii=False))}</pre>"
