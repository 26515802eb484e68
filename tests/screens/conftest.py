"""Fixtures of the screen tests."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from rich.console import RenderableType
from textual._compositor import Compositor
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.screen import Screen

from clerk_app.views.shared import ListAge, Status
from screens.partial_screen import PartialCompositor

_RENDER_UPDATE = Compositor.render_update


@pytest.fixture
def updates_are_painted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Paint updates as in a terminal, for a test that counts what is painted."""
    monkeypatch.setattr(PartialCompositor, "render_update", _RENDER_UPDATE)


@pytest.fixture(autouse=True, scope="package")
def unseen_updates_are_not_painted() -> Iterator[None]:
    """Leave out painting updates for the headless driver, which drops them: it takes a third of the time of the tests.

    A test that reads the screen paints the whole of it then.
    """
    paint = _RENDER_UPDATE

    def render_update(
        compositor: Compositor,
        full: bool = False,
        screen_stack: list[Screen[object]] | None = None,
        simplify: bool = False,
    ) -> RenderableType | None:
        if full:
            return paint(compositor, full, screen_stack, simplify)
        compositor._dirty_regions.clear()
        return None

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Compositor, "render_update", render_update)
        yield


@pytest.fixture(autouse=True, scope="package")
def styles_are_parsed_once() -> Iterator[None]:
    """Share the parsed styles of a theme between the apps: each parses a hundred of them at its start."""
    parse = Stylesheet._parse_rules
    parsed: dict[tuple[object, ...], list[RuleSet]] = {}

    def parse_once(sheet: Stylesheet, css: str, *more: object, **named: object) -> list[RuleSet]:
        key = (css, *more, *named.items(), *sheet._variables.items())
        if key not in parsed:
            parsed[key] = parse(sheet, css, *more, **named)  # type: ignore[arg-type]
        return parsed[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stylesheet, "_parse_rules", parse_once)
        yield


@pytest.fixture
def sample_status() -> Status:
    return Status(
        office="Jing'an Service Centre",
        place="Window 3",
        person="Li Mei",
        connection="online since 08:00",
        connection_level="good",
        unsent=0,
        lists=(ListAge("trust list", "3 h", "good"),),
        waiting=18,
        now=datetime(2026, 11, 20, 9, 30, tzinfo=UTC),
    )
