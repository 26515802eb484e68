"""Reads codes from cameras, pictures and scanners. It imports no other package of the project.

    CameraClient                      scans a camera in a child process (standard library only)
    CellClient                        draws pictures and crops faces in a child process (standard library only)
    TextClient                        reads the text of pages in a child process (standard library only)
    PaperClient                       reads papers from files and photographs in a child process (standard library only)
    list_cameras, list_serial_ports   the devices of this machine
    KeyboardWedge                     recognises the lines of scanners that type what they read
    scan_sources, read_picture        scan files, pictures and cameras without a screen (import OpenCV)

The public names are imported on first use, so that the import of this package takes no time.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scanners.batch import ScanResult, read_picture, scan_sources
    from scanners.camera.client import CameraClient
    from scanners.camera.views import View
    from scanners.cell_client import CellClient
    from scanners.codes import Code, ScanPurpose
    from scanners.devices import Device, list_cameras, list_serial_ports
    from scanners.errors import ScanError, hide_credentials
    from scanners.faces.photo_rules import PhotoFinding, PhotoRules
    from scanners.papers.client import PaperClient
    from scanners.papers.pages import Page, PageFinding, PaperError
    from scanners.qr.decoder import available_decoders
    from scanners.text.client import PageText, TextClient, TextLine
    from scanners.wedge import KeyboardWedge, WedgeScan, to_half_width

__all__ = [
    "CameraClient",
    "CellClient",
    "Code",
    "Device",
    "KeyboardWedge",
    "Page",
    "PageFinding",
    "PageText",
    "PaperClient",
    "PaperError",
    "PhotoFinding",
    "PhotoRules",
    "ScanError",
    "ScanPurpose",
    "ScanResult",
    "TextClient",
    "TextLine",
    "View",
    "WedgeScan",
    "available_decoders",
    "hide_credentials",
    "list_cameras",
    "list_serial_ports",
    "read_picture",
    "scan_sources",
    "to_half_width",
]

_MODULE_OF_NAME = {
    "CameraClient": "camera.client",
    "CellClient": "cell_client",
    "Code": "codes",
    "Device": "devices",
    "KeyboardWedge": "wedge",
    "PageText": "text.client",
    "Page": "papers.pages",
    "PageFinding": "papers.pages",
    "PaperClient": "papers.client",
    "PaperError": "papers.pages",
    "PhotoFinding": "faces.photo_rules",
    "PhotoRules": "faces.photo_rules",
    "ScanError": "errors",
    "ScanPurpose": "codes",
    "ScanResult": "batch",
    "TextClient": "text.client",
    "TextLine": "text.client",
    "View": "camera.views",
    "WedgeScan": "wedge",
    "available_decoders": "qr.decoder",
    "to_half_width": "wedge",
    "hide_credentials": "errors",
    "list_cameras": "devices",
    "list_serial_ports": "devices",
    "read_picture": "batch",
    "scan_sources": "batch",
}


def __getattr__(name: str) -> object:
    if name not in _MODULE_OF_NAME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULE_OF_NAME[name]}"), name)
