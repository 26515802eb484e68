"""The page that a phone opens to send pictures of papers: plain HTML without scripts, in the language of the phone.

It contains nothing about the visit or a person.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from html import escape

from starlette.responses import HTMLResponse

from clerk_app.cases.dates import to_local_time
from clerk_app.center.phone_uploads import MAX_BYTES, MAX_FILES
from clerk_app.errors import ClerkError
from clerk_app.ledger.replication.upload_messages import MAX_UPLOADED_FILE_BYTES
from clerk_app.locales import mark, translate_to

_STYLE = (
    "body{font:1.1em/1.5 sans-serif;max-width:34em;margin:0 auto;padding:1em;color:#111;background:#fff}"
    "label{display:block;margin:1.2em 0 .3em;font-weight:bold}input,button{font:inherit;width:100%}"
    "button{margin:1.6em 0;padding:.8em;color:#fff;background:#0b4f9e;border:0;border-radius:.4em}"
    ".note{padding:.8em;border:2px solid #111}"
)
_STYLE_DIGEST = b64encode(sha256(_STYLE.encode()).digest()).decode()
_HEADERS = {
    "content-security-policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_DIGEST}'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex",
}
_QUALITY = re.compile(r";\s*q\s*=\s*([01](?:\.[0-9]{0,3})?)")
UNKNOWN = mark("This link is not valid or has ended. Ask at your window for a new one.")


@dataclass(frozen=True)
class PageSettings:
    """What the pages of one center show: its names by language, and the city's time zone."""

    names: Mapping[str, str]
    time_zone: str


def choose_language(accepted: str) -> str:
    """Return the language of a page by the header Accept-Language: Chinese unless English is preferred."""
    qualities = {"zh": 0.0, "en": 0.0}
    for part in accepted[:1000].split(","):
        found = _QUALITY.search(part)
        language = part.strip()[:2].lower()
        if language in qualities:
            qualities[language] = max(qualities[language], float(found[1]) if found else 1.0)
    return "en" if qualities["en"] > qualities["zh"] else "zh_CN"


def render_form(
    settings: PageSettings, language: str, ends_at: int, received: int, problems: Sequence[ClerkError], status: int
) -> HTMLResponse:
    """Return the page with the form; `received` counts the files that have arrived, `ends_at` is microseconds UTC."""

    def words(sentence: str, **facts: object) -> str:
        return _words(language, sentence, facts)

    end = to_local_time(ends_at, settings.time_zone).strftime("%H:%M")
    notes = (
        [words(mark("Received: {count}. You can send more, or close this page."), count=received)] if received else []
    )
    notes += [words(problem.sentence, **problem.text_facts) for problem in problems]
    body = "".join(f'<p class="note" role="status">{note}</p>' for note in notes)
    body += "".join(
        f"<p>{sentence}</p>"
        for sentence in (
            words(
                mark(
                    "Send pictures of your papers to the window that serves you. The clerk sees them and decides with "
                    "you which are handed in; nothing is handed in by sending it. What is not handed in is deleted."
                )
            ),
            words(mark("You can send until {end}."), end=end),
            words(
                mark("JPEG, PNG and PDF; a file up to {limit} MB, {files} files and {total} MB together."),
                limit=MAX_UPLOADED_FILE_BYTES >> 20,
                files=MAX_FILES,
                total=MAX_BYTES >> 20,
            ),
        )
    )
    photo, files = words(mark("Photograph a paper")), words(mark("Or choose pictures and PDF files"))
    send = words(mark("Send to the window"))
    body += (
        '<form method="post" enctype="multipart/form-data">'
        f'<label for="photo">{photo}</label>'
        '<input id="photo" type="file" name="file" accept="image/*" capture="environment">'
        f'<label for="files">{files}</label>'
        '<input id="files" type="file" name="file" accept="image/*,application/pdf" multiple>'
        f"<button>{send}</button></form>"
    )
    return _render(settings, language, body, status)


def render_sentence(settings: PageSettings, language: str, error: ClerkError, status: int) -> HTMLResponse:
    """Return a page of one sentence."""
    return _render(settings, language, f"<p>{_words(language, error.sentence, error.text_facts)}</p>", status)


def _words(language: str, sentence: str, facts: Mapping[str, object]) -> str:
    return escape(translate_to(language, sentence).format(**facts))


def _render(settings: PageSettings, language: str, body: str, status: int) -> HTMLResponse:
    title = escape(translate_to(language, mark("Papers for your window")))
    name = escape(settings.names.get(language, ""))
    page = (
        f'<!doctype html><html lang="{"en" if language == "en" else "zh-CN"}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>'
        f"<style>{_STYLE}</style></head><body><p>{name}</p><h1>{title}</h1>{body}</body></html>"
    )
    return HTMLResponse(page, status, headers={**_HEADERS, "content-language": "en" if language == "en" else "zh-CN"})
