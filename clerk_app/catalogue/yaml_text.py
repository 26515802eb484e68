"""Writes plain values as the text of a catalogue file."""

from __future__ import annotations

from typing import Any

import yaml

_WIDTH = 120


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]  # C is ten times as fast
    """Writes each value out, as the files of a catalogue have no aliases."""

    def ignore_aliases(self, _data: object) -> bool:
        return True


def dump_yaml(content: dict[str, Any]) -> str:
    """Return a map as YAML in the order of its keys."""
    text: str = yaml.dump(content, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=_WIDTH)
    return text
