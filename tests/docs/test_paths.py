"""Every file and folder that the documentation names exists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.code_blocks import DOCS, PAGES, ROOT, read_inline_code

PATH = re.compile(r"\.{0,2}/?([\w.*-]+/)*[\w.*-]+(/|\.(py|pyi|md|sql|json|toml|yaml|po|pem|cose|lock))")
FOLDER = re.compile(r"([\w.-]+)(/[\w.-]+)+")
PARTICIPANT = re.compile(r"^ *participant \w+ as .*\((.+)\)$", re.MULTILINE)
LINK = re.compile(r"\]\(([^)#:]+)\)")
BASES = (ROOT, ROOT / "clerk_app", DOCS)
HOWTO_FILES = re.compile(r"^(?:# |/\* )(?:file: )?([\w/.-]+\.\w+)", re.MULTILINE)  # files that a how-to creates

# Files of an office's folder, of a catalogue, and of the service that runs the program.
OTHER_FOLDERS = {
    "office.toml", "camera.log", "clerk.log", "store.db", "store.db-use", "safe.json", "screen.json", "center.key",
    "content/", "keys/", "trust/", "trust/trust.cose", "trust/date.cose", "trust/root.pem", "trust/status/",
    "catalogue.yaml",
    "reasons.json", "held_tasks.json", "log.jsonl", "checkpoints.txt", "verify_log.py", "keys/store-key.json",
    "keys/store-key.hex", "keys/staff-list.json", "keys/shut-nodes.json", "keys.age", "clerk-DATE-TIME.age",
    "one_things/", "spool/", "clerk-DATE-TIME.db", ".toml", "FILE.html", "trust/status/ISSUER-NUMBER.cose",
    "announced-calls.json", "lists-seen.json", "trust-draft.json", "trust/root.cose", "root.cose", "keys/root.pem",
    "keys/CODE-KEYID.pem", "keys/root-KEYID.pem",
    "hall-clock.json", "hall.yaml", "kiosk-counts.json",
    "opened/", "papers/", "KIND.yaml", "fragments.yaml", "logo.png", "paper-kinds.yaml",
}  # fmt: skip


def named_paths(page: Path) -> Iterator[str]:
    """Yield the paths in backticks and in diagrams on a page."""
    for code in read_inline_code(page):
        folder = FOLDER.fullmatch(code)
        if (PATH.fullmatch(code) and not code.startswith("/")) or (folder and (ROOT / folder[1]).is_dir()):
            yield code
    yield from PARTICIPANT.findall(page.read_text("utf-8"))


def exists(path: str) -> bool:
    """Return whether a path, or a file that matches its pattern, exists below one of the bases."""
    return any(any(base.glob(path.rstrip("/"))) for base in BASES)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_path_on_a_page_exists(page: Path) -> None:
    created = set(HOWTO_FILES.findall(page.read_text("utf-8"))) if page.parent.name == "howto" else set()
    missing = {path for path in named_paths(page) if not exists(path)} - OTHER_FOLDERS - created
    assert sorted(missing) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_on_a_page_leads_to_a_file(page: Path) -> None:
    links = LINK.findall(page.read_text("utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []
