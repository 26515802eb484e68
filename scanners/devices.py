"""What this machine has that reads codes, without opening any of it: opening takes it from another program."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from serial.tools.list_ports_common import ListPortInfo


SERIAL_SCHEME = "serial:"
"""Begins the source text of a serial scanner, such as `serial:/dev/ttyACM0`."""


@dataclass(frozen=True, slots=True)
class Device:
    """A camera or serial port: the source text that opens it, and what it calls itself ("" if that is not known)."""

    source: str
    name: str


def list_cameras(system: Path = Path("/sys/class/video4linux")) -> tuple[Device, ...]:
    """The cameras of this machine, in the order of their numbers.

    Read from sysfs on Linux, where a camera's further nodes (metadata) have an index above 0 and are left out.
    Elsewhere they cannot be listed without opening them: the first one is offered.
    """
    if sys.platform != "linux":
        return (Device("0", ""),)
    nodes = [node for node in system.glob("video*") if _read_text(node / "index") in ("0", "")]
    numbered = sorted((int(number), node) for node in nodes if (number := node.name.removeprefix("video")).isdigit())
    return tuple(Device(str(number), _read_text(node / "name")) for number, node in numbered)


def list_serial_ports(listed: Iterable[ListPortInfo] | None = None) -> tuple[Device, ...]:
    """The serial ports with something at them that says what it is, in the order of their names.

    What a hand scanner is plugged into cannot be told from a modem's port, so all are named. Ports without hardware
    behind them, which Linux lists by the dozen, are left out: `serial:/dev/ttyS0` opens one all the same.
    `listed` are pyserial's, this machine's by default.
    """
    if listed is None:
        from serial.tools.list_ports import comports

        listed = comports()
    known = [port for port in listed if port.hwid not in ("", _UNKNOWN)]
    names = {port.device: port.product or port.description or "" for port in known}
    return tuple(Device(SERIAL_SCHEME + device, name.replace(_UNKNOWN, "")) for device, name in sorted(names.items()))


_UNKNOWN = "n/a"  # pyserial's word


def _read_text(file: Path) -> str:
    try:
        return file.read_text("utf-8", "replace").strip()
    except OSError:
        return ""
