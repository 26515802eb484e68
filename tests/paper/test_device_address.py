"""Addresses of printers in the settings."""

from __future__ import annotations

import pytest

from clerk_app.errors import BadData
from clerk_app.paper.printers.device_address import DeviceAddress, parse_device


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("folder:spool", DeviceAddress("folder", "spool")),
        ("tcp://10.0.0.7:9101", DeviceAddress("tcp", "10.0.0.7", port=9101)),
        ("tcp://printer.local", DeviceAddress("tcp", "printer.local", port=9100)),
        ("tcp://[fe80::1]:9100", DeviceAddress("tcp", "fe80::1", port=9100)),
        ("usb:04b8:0e15", DeviceAddress("usb", "04b8:0e15", vendor=0x04B8, product=0x0E15)),
        ("serial:/dev/ttyUSB0", DeviceAddress("serial", "/dev/ttyUSB0", baud=9600)),
        ("serial:/dev/serial/by-id/a-b:c@19200", DeviceAddress("serial", "/dev/serial/by-id/a-b:c", baud=19200)),
        ("cups:Brother_HL", DeviceAddress("cups", "Brother_HL")),
    ],
)
def test_an_address_has_a_kind_and_a_place(text: str, address: DeviceAddress) -> None:
    assert parse_device(text) == address


@pytest.mark.parametrize("text", ["", "lpt1", "tcp:/10.0.0.7", "tcp://a:b", "usb:4b8:e15", "serial:COM1", "cups:a b"])
def test_another_text_is_refused(text: str) -> None:
    with pytest.raises(BadData, match="打印机地址"):
        parse_device(text)
