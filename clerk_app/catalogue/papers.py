"""A city's own papers: the folder `papers/` of a catalogue, published as its section `papers`.

The section holds templates as they were read; `clerk_app.paper.templates` checks them against the facts of each paper.
"""

from __future__ import annotations

import json
from functools import cached_property
from hashlib import sha256
from typing import Any

from pydantic import Field

from clerk_app.catalogue.base_model import CatalogueModel


class CityPapers(CatalogueModel):
    """Templates of kinds of paper, fragments that they share, and the logo."""

    templates: dict[str, Any] = Field({}, description="Template of each kind of paper that the city changed.")
    fragments: dict[str, Any] = Field({}, description="Blocks that templates share, by name.")
    logo: str | None = Field(None, description="PNG of the logo in Base64.")

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the section, by which prepared templates are cached."""
        content = json.dumps(self.model_dump(mode="json"), ensure_ascii=False, sort_keys=True)
        return sha256(content.encode()).hexdigest()
