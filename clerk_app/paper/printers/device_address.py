"""Address of a printer as it is written in the settings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from clerk_app.errors import BadData

DeviceKind = Literal["folder", "tcp", "usb", "serial", "cups"]

TCP_PORT = 9100
BAUD = 9600
DEVICE_PATTERN = r"^(folder:.+|tcp://[^/ ]+|usb:[0-9a-f]{4}:[0-9a-f]{4}|serial:/[^@ ]+(@[0-9]+)?|cups:[^ /#]+)$"
"""Regular expression of an address, for the schema of the settings."""
_HOST = re.compile(r"(\[[0-9a-fA-F:.]+\]|[^:]+)(?::([0-9]{1,5}))?")


@dataclass(frozen=True, slots=True)
class DeviceAddress:
    """A parsed address. `place` is the folder, host, device file or queue; numbers that a kind lacks are 0."""

    kind: DeviceKind
    place: str
    port: int = 0  # of tcp
    baud: int = 0  # of serial
    vendor: int = 0  # of usb, as is `product`
    product: int = 0


def parse_device(text: str) -> DeviceAddress:
    """Return the parts of `folder:NAME`, `tcp://HOST:PORT`, `usb:VID:PID`, `serial:FILE@BAUD` or `cups:QUEUE`.

    Raises BadData for another text.
    """
    if not re.fullmatch(DEVICE_PATTERN, text):
        raise BadData("{text} is no address of a printer.", text=text)
    kind, _colon, rest = text.partition(":")
    match kind:
        case "tcp":
            parts = _HOST.fullmatch(rest.removeprefix("//"))
            if parts is None:
                raise BadData("{text} is no address of a printer.", text=text)
            return DeviceAddress("tcp", parts[1].strip("[]"), port=int(parts[2] or TCP_PORT))
        case "usb":
            vendor, _colon, product = rest.partition(":")
            return DeviceAddress("usb", rest, vendor=int(vendor, 16), product=int(product, 16))
        case "serial":
            file, _at, baud = rest.partition("@")
            return DeviceAddress("serial", file, baud=int(baud or BAUD))
        case "cups":
            return DeviceAddress("cups", rest)
        case _:
            return DeviceAddress("folder", rest)
