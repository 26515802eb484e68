"""Which cameras this machine has, without opening one: opening takes it from another program. Standard library only."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class CameraDevice:
    """A camera: the source text that opens it, and what it calls itself ("" if that cannot be known)."""

    source: str
    name: str


def cameras(system: Path = Path("/sys/class/video4linux")) -> tuple[CameraDevice, ...]:
    """The cameras of this machine, in the order of their numbers.

    Read from sysfs on Linux, where a camera's further nodes (metadata) have an index above 0 and are left out.
    Elsewhere they cannot be listed without opening them: the first one is offered.
    """
    if sys.platform != "linux":
        return (CameraDevice("0", ""),)
    nodes = [node for node in system.glob("video*") if _text(node / "index") in ("0", "")]
    numbered = sorted((int(number), node) for node in nodes if (number := node.name.removeprefix("video")).isdigit())
    return tuple(CameraDevice(str(number), _text(node / "name")) for number, node in numbered)


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8", "replace").strip()
    except OSError:
        return ""
