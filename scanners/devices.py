"""Lists the cameras and serial ports of this machine without opening them, since other programs may be using them."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from serial.tools.list_ports_common import ListPortInfo


SERIAL_SCHEME = "serial:"
"""Prefix of the source text of a serial scanner, such as `serial:/dev/ttyACM0`."""


@dataclass(frozen=True, slots=True)
class Device:
    """A camera or serial port: the source text that opens it, and the name of the device ("" if unknown)."""

    source: str
    name: str


def list_cameras(system: Path = Path("/sys/class/video4linux")) -> tuple[Device, ...]:
    """Return the cameras of this machine, sorted by number.

    On Linux they are read from sysfs; the metadata nodes of a camera, which have an index above 0, are left out. On
    other systems cameras cannot be listed without opening them, so only `0`, the first camera, is returned.
    """
    if sys.platform != "linux":
        return (Device("0", ""),)
    nodes = [node for node in system.glob("video*") if _read_text(node / "index") in ("0", "")]
    numbered = sorted((int(number), node) for node in nodes if (number := node.name.removeprefix("video")).isdigit())
    return tuple(Device(str(number), _read_text(node / "name")) for number, node in numbered)


def list_serial_ports(listed: Iterable[ListPortInfo] | None = None) -> tuple[Device, ...]:
    """Return the serial ports that have a hardware id, sorted by name. They may belong to scanners or other devices.

    Ports without hardware, of which Linux lists dozens, are left out. A port that is left out can still be opened by
    its source text, such as `serial:/dev/ttyS0`. `listed` are ports as found by pyserial; by default those of this
    machine.
    """
    if listed is None:
        from serial.tools.list_ports import comports

        listed = comports()
    known = [port for port in listed if port.hwid not in ("", _UNKNOWN)]
    names = {port.device: port.product or port.description or "" for port in known}
    return tuple(Device(SERIAL_SCHEME + device, name.replace(_UNKNOWN, "")) for device, name in sorted(names.items()))


_UNKNOWN = "n/a"  # value that pyserial uses for unknown


def _read_text(file: Path) -> str:
    try:
        return file.read_text("utf-8", "replace").strip()
    except OSError:
        return ""
