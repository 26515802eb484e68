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
    from scanners.batch import ScanResult, read_picture, scan_sources
    from scanners.camera.client import CameraClient
    from scanners.camera.views import View
    from scanners.codes import Code, ScanPurpose
    from scanners.devices import Device, list_cameras, list_serial_ports
    from scanners.errors import ScanError, hide_credentials
    from scanners.qr.decoder import available_decoders
    from scanners.wedge import KeyboardWedge, WedgeScan, fold_width

__all__ = [
    "CameraClient",
    "Code",
    "Device",
    "KeyboardWedge",
    "ScanError",
    "ScanPurpose",
    "ScanResult",
    "View",
    "WedgeScan",
    "available_decoders",
    "fold_width",
    "hide_credentials",
    "list_cameras",
    "list_serial_ports",
    "read_picture",
    "scan_sources",
]

_HOME = {
    "CameraClient": "camera.client",
    "Code": "codes",
    "Device": "devices",
    "KeyboardWedge": "wedge",
    "ScanError": "errors",
    "ScanPurpose": "codes",
    "ScanResult": "batch",
    "View": "camera.views",
    "WedgeScan": "wedge",
    "available_decoders": "qr.decoder",
    "fold_width": "wedge",
    "hide_credentials": "errors",
    "list_cameras": "devices",
    "list_serial_ports": "devices",
    "read_picture": "batch",
    "scan_sources": "batch",
}


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
