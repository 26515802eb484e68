"""Builders of small catalogues for tests."""

from __future__ import annotations

from typing import Any

from clerk_app.catalogue.model import Catalogue


def make_text(words: str) -> dict[str, str]:
    return {"zh": words, "en": words}


def make_matter(name: str, **more: Any) -> dict[str, Any]:
    return {
        "id": name,
        "name": make_text(name),
        "organ": "office",
        "kind": "permit",
        "statutory_days": 20,
        "promised_days": 1,
        **more,
    }


def make_one_thing(matters: list[str], **more: Any) -> dict[str, Any]:
    return {
        "id": "bundle",
        "name": make_text("bundle"),
        "initials": "b",
        "lead": "office",
        "handling": "promised",
        "parties": [{"id": "applicant", "name": make_text("applicant"), "applicant": True}],
        "matters": matters,
        "promised_days": 100,
        "before": {"steps": 0, "days": 0, "papers": 0, "visits": 0},
        **more,
    }


def make_catalogue(matters: list[dict[str, Any]], bundle: dict[str, Any] | None = None, **more: Any) -> Catalogue:
    """Build a catalogue with one bundle of these matters."""
    return Catalogue.model_validate(
        {
            "id": "small",
            "version": 1,
            "name": make_text("small"),
            "city": make_text("small"),
            "time_zone": "Asia/Shanghai",
            "valid_from": "2026-01-01",
            "organs": [{"id": "office", "name": make_text("office"), "level": "city"}],
            "matters": matters,
            "one_things": [make_one_thing([matter["id"] for matter in matters], **(bundle or {}))],
            **more,
        }
    )


def make_yes_no_fields(*names: str) -> list[dict[str, Any]]:
    return [{"id": name, "name": make_text(name), "kind": "yes_no"} for name in names]


def make_material(name: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "name": make_text(name), "form": "original", "origin": "applicant", **more}
