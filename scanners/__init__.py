"""How a code gets in: light to text, nothing more.

    Lens                    a camera, looked through from the program (standard library only)
    cameras, serial_ports   what this machine has to look or listen through
    Wedge                   scanners that type what they read
    scan, read_picture      pictures and files, where there is no screen (imports OpenCV)

The names below are loaded when they are first used, so that importing this room costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scanners.batch import Scanned, read_picture, scan
    from scanners.decode import decoders
    from scanners.devices import Device, cameras, serial_ports
    from scanners.errors import ScanError, shown
    from scanners.lens import Lens
    from scanners.views import Code, View, Want
    from scanners.wedge import Typed, Wedge, fold_width

__all__ = [
    "Code",
    "Device",
    "Lens",
    "ScanError",
    "Scanned",
    "Typed",
    "View",
    "Want",
    "Wedge",
    "cameras",
    "decoders",
    "fold_width",
    "read_picture",
    "scan",
    "serial_ports",
    "shown",
]

_HOME = {
    "Code": "views",
    "Device": "devices",
    "Lens": "lens",
    "ScanError": "errors",
    "Scanned": "batch",
    "Typed": "wedge",
    "View": "views",
    "Want": "views",
    "Wedge": "wedge",
    "cameras": "devices",
    "decoders": "decode",
    "fold_width": "wedge",
    "read_picture": "batch",
    "scan": "batch",
    "serial_ports": "devices",
    "shown": "errors",
}


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
