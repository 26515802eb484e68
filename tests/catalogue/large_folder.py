"""Writes a catalogue folder of the size of a city, for tests of its limits."""

from __future__ import annotations

from pathlib import Path

from tests.catalogue.good_folder import HEAD, THINGS

_MATTERS_OF_A_FILE = 50


def write_large_folder(folder: Path, matters: int, items: int) -> Path:
    """Write the good folder with so many further matters, each with so many handling items."""
    (folder / "catalogue.yaml").write_text(HEAD, "utf-8")
    (folder / "things.yaml").write_text(THINGS, "utf-8")
    for first in range(0, matters, _MATTERS_OF_A_FILE):
        numbers = range(first, min(first + _MATTERS_OF_A_FILE, matters))
        lines = ["fields:", *(line for number in numbers for line in _field_lines(number, items))]
        lines += ["matters:", *(line for number in numbers for line in _matter_lines(number, items))]
        (folder / f"matters-{first:05d}.yaml").write_text("\n".join(lines) + "\n", "utf-8")
    return folder


def _field_lines(number: int, items: int) -> list[str]:
    choices = [f"      - {{id: i{item}, name: {{zh: 情形{item}, en: Item {item}}}}}" for item in range(items)]
    head = f"  - {{id: item-of-{number}, name: {{zh: 事项{number}情形, en: Item of {number}}}, kind: choice, choices: ["
    return [head, *(f"{choice.strip().removeprefix('- ')}," for choice in choices), "]}"]


def _matter_lines(number: int, items: int) -> list[str]:
    names = f"name: {{zh: 事项{number}, en: Matter {number}}}"
    lines = [f"  - id: matter-{number}", f"    {names}", "    organ: office", "    kind: permit"]
    lines += ["    materials: [card]", "    statutory_days: 5", "    promised_days: 5", "    variants:"]
    for item in range(items):
        name = f"name: {{zh: 事项{number}情形{item}, en: Matter {number} item {item}}}"
        lines.append(f"      - {{id: i{item}, {name}, when: {{field: item-of-{number}, is: i{item}}}, sample: true}}")
    return lines
