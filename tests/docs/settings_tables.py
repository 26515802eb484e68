"""Tables of settings, generated from their schemas.

`python -m tests.docs.settings_tables` writes them into the page.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from clerk_app.catalogue.hall import HallConfiguration
from clerk_app.catalogue.policy import CityPolicy
from clerk_app.composition.settings import Settings
from clerk_app.composition.settings_schema import make_model
from tests.docs.code_blocks import DOCS

PAGE = DOCS / "settings.md"
_MARKED = re.compile(r"(<!-- table of (\w+) -->\n\n).*?(?=\n\n<!-- end of table -->)", re.DOTALL)
_TYPES = {"string": "text", "integer": "whole number", "boolean": "true or false"}
_HEAD = "| key | meaning | default | range |"
_RULE = "|---|---|---|---|"

Schema = dict[str, Any]


def settings_table() -> str:
    """Return the table of the keys of `office.toml`."""
    return "\n".join([_HEAD, _RULE, *(f"| {' | '.join(row[:4])} |" for row in _rows(make_model(Settings)))])


def policy_table() -> str:
    """Return the table of the fields of a city's policy, with their sources."""
    return _table_with_sources(CityPolicy)


def hall_table() -> str:
    """Return the table of the fields of the section `hall`, with their sources."""
    return _table_with_sources(HallConfiguration)


def _table_with_sources(model: type[BaseModel]) -> str:
    return "\n".join([_HEAD + " source |", _RULE + "---|", *(f"| {' | '.join(row)} |" for row in _rows(model))])


def with_current_tables(page: str) -> str:
    """Return the text of the page with the tables that the schemas give."""
    tables = {"settings": settings_table(), "policy": policy_table(), "hall": hall_table()}
    return _MARKED.sub(lambda match: match[1] + tables[match[2]], page)


def _rows(model: type[BaseModel]) -> list[tuple[str, ...]]:
    schema = model.model_json_schema(by_alias=True)
    return list(_object_rows(schema, schema.get("$defs", {}), ""))


def _object_rows(schema: Schema, definitions: dict[str, Schema], prefix: str) -> Iterator[tuple[str, ...]]:
    required = schema.get("required", ())
    for key, field in schema["properties"].items():
        resolved = _resolve(field, definitions)
        default = "required" if key in required else _format_default(resolved.get("default"))
        inner = _resolve(resolved["items"], definitions) if "items" in resolved else resolved
        if "properties" in inner and set(inner["properties"]) != {"zh", "en"}:
            yield from _object_rows(inner, definitions, f"{prefix}{key}{'[]' if 'items' in resolved else ''}.")
        else:
            name = f"`{prefix}{key}`"
            yield name, field["description"], default, _format_range(resolved, inner), resolved.get("source", "")


def _resolve(schema: Schema, definitions: dict[str, Schema]) -> Schema:
    """Return the schema with its definition and its only alternative besides null filled in."""
    alternatives = [part for part in schema.get("anyOf", ()) if part.get("type") != "null"]
    for part in (*alternatives, *schema.get("allOf", ()), *([{"$ref": schema["$ref"]}] if "$ref" in schema else ())):
        target = definitions[part["$ref"].rpartition("/")[2]] if "$ref" in part else part
        schema = {**target, **{key: value for key, value in schema.items() if key != "$ref"}}
    return schema


def _format_default(value: object) -> str:
    return "none" if value is None else f"`{json.dumps(value, ensure_ascii=False)}`"


def _format_range(field: Schema, inner: Schema) -> str:
    if "properties" in inner:
        return "text in `zh` and `en`"
    if _is_map(inner):
        return f"name: {_format_range({}, inner['additionalProperties'])}"
    if "enum" in inner:
        text = " or ".join(f"`{json.dumps(value)}`" for value in inner["enum"])
    elif "minimum" in inner and "maximum" in inner:
        text = f"{inner['minimum']} to {inner['maximum']}"
    elif "pattern" in inner:
        text = f"`{inner['pattern']}`".replace("|", r"\|")  # inside a table
    else:
        text = _TYPES[inner["type"]]
    return f"list of {text}" if "items" in field else text


def _is_map(schema: Schema) -> bool:
    """Return whether a value has any names, with values of one schema."""
    return schema.get("type") == "object" and isinstance(schema.get("additionalProperties"), dict)


if __name__ == "__main__":
    PAGE.write_text(with_current_tables(PAGE.read_text("utf-8")), "utf-8")
