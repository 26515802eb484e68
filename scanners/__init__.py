"""How a code gets in: light to text, nothing more.

    Lens                    a camera, looked through from the program (standard library only)
    cameras                 which cameras this machine has
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
    from scanners.devices import CameraDevice, cameras
    from scanners.errors import ScanError
    from scanners.lens import Lens
    from scanners.views import Code, View, Want
    from scanners.wedge import Typed, Wedge, fold_width

__all__ = [
    "CameraDevice",
    "Code",
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
]

_HOME = {
    "CameraDevice": "devices",
    "Code": "views",
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
}


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
