"""Receipt printers on a serial line (a pseudo-terminal) and on USB (a backend of pyusb without a device)."""

from __future__ import annotations

import contextlib
import os
import select
import threading
import tty
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import usb.backend
import usb.backend.libusb1
from usb.core import USBError, USBTimeoutError

from clerk_app.errors import OutOfReach
from clerk_app.paper.printers.printer import Printer, PrintJob, PrintOutcome
from clerk_app.paper.printers.printer_set import PrinterSet
from clerk_app.paper.printers.printer_settings import PrinterSettings
from tests.paper.tcp_printer import TcpPrinter, serve_line

pytestmark = pytest.mark.usefixtures("english")
DATA = b"\x1b@" + b"0123456789abcdef\n" * 100 + b"\x1dV\x00"


def open_printer(folder: Path, device: str) -> Printer:
    settings = PrinterSettings(name="p", device=device, patience_seconds=2)
    return PrinterSet(folder, "spool", 80, [settings]).for_paper("receipt")


class _DescriptorLine:
    """The printer's end of a line with two file descriptors."""

    def __init__(self, reading: int, writing: int) -> None:
        self._reading, self._writing = reading, writing

    def receive(self) -> bytes | None:
        if not select.select([self._reading], [], [], 0.02)[0]:
            return b""
        try:
            return os.read(self._reading, 4096) or None
        except OSError:
            return None

    def send(self, data: bytes) -> None:
        os.write(self._writing, data)


@contextlib.contextmanager
def served(state: TcpPrinter, line: _DescriptorLine) -> Iterator[None]:
    end = threading.Event()
    thread = threading.Thread(target=serve_line, args=(line, state, end), daemon=True)
    thread.start()
    try:
        yield
    finally:
        end.set()
        thread.join(5)


@pytest.fixture
def serial_printer() -> Iterator[tuple[TcpPrinter, str]]:
    """A printer at a pseudo-terminal, and the file of its line."""
    printer_end, line_end = os.openpty()
    tty.setraw(line_end)
    state = TcpPrinter()
    with served(state, _DescriptorLine(printer_end, printer_end)):
        yield state, f"serial:{os.ttyname(line_end)}@19200"
    os.close(printer_end)
    os.close(line_end)


def test_a_printer_on_a_serial_line_confirms(tmp_path: Path, serial_printer: tuple[TcpPrinter, str]) -> None:
    state, device = serial_printer
    assert open_printer(tmp_path, device).send(PrintJob(id="p1", name="r", data=DATA)) is PrintOutcome.PRINTED
    assert bytes(state.printed) == DATA


@pytest.mark.wide
def test_a_mute_printer_on_a_serial_line_never_has_enough_paper(
    tmp_path: Path, serial_printer: tuple[TcpPrinter, str]
) -> None:
    """The status of python-escpos is "enough paper" without an answer."""
    state, device = serial_printer
    state.mode = "mute"
    with pytest.raises(OutOfReach, match="does not answer"):
        open_printer(tmp_path, device).send(PrintJob(id="p1", name="r", data=DATA))


def test_a_serial_line_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert "not there" in open_printer(tmp_path, f"serial:{tmp_path}/none").read_state().problem


class _UsbBackend(usb.backend.IBackend):  # type: ignore[misc]
    """The part of libusb that a printer needs, with pipes as the endpoints of one printer 04b8:0e15."""

    def __init__(self) -> None:
        self.to_printer = os.pipe()
        self.from_printer = os.pipe()
        self.is_plugged = True

    def close(self) -> None:
        for descriptor in (*self.to_printer, *self.from_printer):
            os.close(descriptor)

    def enumerate_devices(self) -> Iterator[str]:
        yield from ["printer"] * self.is_plugged

    def get_device_descriptor(self, _device: str) -> Any:
        fields = ("bLength", "bDescriptorType", "bcdUSB", "bDeviceClass", "bDeviceSubClass", "bDeviceProtocol")
        more = ("bMaxPacketSize0", "bcdDevice", "iManufacturer", "iProduct", "iSerialNumber")
        values = dict.fromkeys((*fields, *more), 0)
        values |= {"idVendor": 0x04B8, "idProduct": 0x0E15, "bNumConfigurations": 1}
        return _record(values | {"address": 1, "bus": 1, "port_number": 1, "port_numbers": (1,), "speed": 2})

    def get_configuration_descriptor(self, _device: str, _config: int) -> Any:
        return _record(
            {"bLength": 9, "bDescriptorType": 2, "wTotalLength": 32, "bNumInterfaces": 1, "bConfigurationValue": 1}
            | {"iConfiguration": 0, "bmAttributes": 0x80, "bMaxPower": 50, "extra_descriptors": []}
        )

    def get_interface_descriptor(self, _device: str, interface: int, alternate: int, _config: int) -> Any:
        if interface or alternate:
            raise IndexError
        return _record(
            {"bLength": 9, "bDescriptorType": 4, "bInterfaceNumber": 0, "bAlternateSetting": 0, "bNumEndpoints": 2}
            | {"bInterfaceClass": 7, "bInterfaceSubClass": 1, "bInterfaceProtocol": 2, "iInterface": 0}
            | {"extra_descriptors": []}
        )

    def get_endpoint_descriptor(self, _device: str, endpoint: int, *_place: int) -> Any:
        return _record(
            {"bLength": 7, "bDescriptorType": 5, "bEndpointAddress": (0x81, 0x03)[endpoint], "bmAttributes": 2}
            | {"wMaxPacketSize": 64, "bInterval": 0, "bRefresh": 0, "bSynchAddress": 0, "extra_descriptors": []}
        )

    def open_device(self, device: str) -> str:
        return device

    def close_device(self, _handle: str) -> None: ...
    def set_configuration(self, _handle: str, _config: int) -> None: ...
    def get_configuration(self, _handle: str) -> int:
        return 1

    def set_interface_altsetting(self, *_words: object) -> None: ...
    def claim_interface(self, *_words: object) -> None: ...
    def release_interface(self, *_words: object) -> None: ...
    def reset_device(self, _handle: str) -> None: ...
    def is_kernel_driver_active(self, *_words: object) -> bool:
        return False

    def bulk_write(self, _handle: str, endpoint: int, _interface: int, data: Any, _timeout: int) -> int:
        self._require_plug(endpoint == 0x03)
        return os.write(self.to_printer[1], bytes(data))

    def bulk_read(self, _handle: str, endpoint: int, _interface: int, buffer: Any, timeout: int) -> int:
        self._require_plug(endpoint == 0x81)
        if not select.select([self.from_printer[0]], [], [], timeout / 1000)[0]:
            raise USBTimeoutError("no answer")
        received = os.read(self.from_printer[0], len(buffer))
        buffer[: len(received)] = type(buffer)("B", received)
        return len(received)

    def _require_plug(self, is_right_endpoint: bool) -> None:
        if not self.is_plugged or not is_right_endpoint:
            raise USBError("no such device", errno=19)


class _record:
    def __init__(self, values: dict[str, Any]) -> None:
        self.__dict__.update(values)


@pytest.fixture
def usb_printer(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[TcpPrinter, _UsbBackend]]:
    backend = _UsbBackend()
    monkeypatch.setattr(usb.backend.libusb1, "get_backend", lambda *_words, **_options: backend)
    state = TcpPrinter()
    with served(state, _DescriptorLine(backend.to_printer[0], backend.from_printer[1])):
        yield state, backend
    backend.close()


def test_a_printer_on_usb_confirms_on_the_endpoints_that_it_has(
    tmp_path: Path, usb_printer: tuple[TcpPrinter, _UsbBackend]
) -> None:
    printer = open_printer(tmp_path, "usb:04b8:0e15")
    assert printer.send(PrintJob(id="p1", name="r", data=DATA)) is PrintOutcome.PRINTED
    assert bytes(usb_printer[0].printed) == DATA


def test_a_printer_that_is_not_on_usb_is_named(tmp_path: Path, usb_printer: tuple[TcpPrinter, _UsbBackend]) -> None:
    assert "not there" in open_printer(tmp_path, "usb:04b8:0001").read_state().problem


def test_usb_without_its_library_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("libusb0", "libusb1", "openusb"):
        monkeypatch.setattr(f"usb.backend.{name}.get_backend", lambda *_words, **_options: None)
    assert "libusb" in open_printer(tmp_path, "usb:04b8:0e15").read_state().problem
