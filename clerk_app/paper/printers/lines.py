"""Lines to receipt printers: TCP, serial and USB, opened by python-escpos.

python-escpos opens the device; reading and waiting are done here, because its `Serial` waits for 16 bytes at each read
and writes without a limit of time, and its `Network` leaves a socket open when the printer refuses.
"""

from __future__ import annotations

import socket
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from clerk_app.errors import OutOfReach
from clerk_app.paper.printers import escpos as _escpos  # noqa: F401  # prepares python-escpos before its first import
from clerk_app.paper.printers.device_address import DeviceAddress
from clerk_app.paper.printers.printer_line import WRITE_SECONDS, LineError, PrinterLine

if TYPE_CHECKING:
    from escpos.printer.serial import Serial
    from escpos.printer.usb import Usb

CONNECT_SECONDS = 2.0
_READ_BYTES = 64
_PIN_IN = 0x80  # bit of an endpoint's address: towards the computer
_PRINTER_CLASS = 7  # of a USB interface


def open_line(address: DeviceAddress) -> PrinterLine:
    """Open the line to a printer. Raises OutOfReach if it is not there, or a library for it is missing."""
    try:
        if address.kind == "tcp":
            return NetworkLine(address.place, address.port)
        return SerialLine(address.place, address.baud) if address.kind == "serial" else _open_usb(address)
    except OutOfReach:
        raise
    except Exception as error:  # python-escpos, pyserial, pyusb and the system have no common error
        if "ermission denied" in str(error) or "Access denied" in str(error):
            raise OutOfReach(
                "This user may not open the printer's device {device}. Tell the administrator.", device=address.place
            ) from error
        raise OutOfReach("The printer is not there. Check that it is connected and switched on.") from error


class NetworkLine:
    """A TCP connection, usually to port 9100."""

    def __init__(self, host: str, port: int) -> None:
        from escpos.printer.network import Network

        self._device = Network(host, port, timeout=CONNECT_SECONDS)
        self._socket = socket.create_connection((host, port), timeout=CONNECT_SECONDS)
        self._device.device = self._socket

    def write(self, data: bytes) -> None:
        """Send a piece. Raises LineError."""
        self._socket.settimeout(WRITE_SECONDS)
        try:
            self._device._raw(data)
        except OSError as error:
            raise LineError(str(error)) from error

    def read(self, seconds: float) -> bytes:
        """Return what was received. Raises LineError if the printer closed the connection."""
        self._socket.settimeout(max(seconds, 0.001))
        try:
            received = self._socket.recv(_READ_BYTES)
        except TimeoutError:
            return b""
        except OSError as error:
            raise LineError(str(error)) from error
        if not received:
            raise LineError("closed by the printer")
        return received

    def close(self) -> None:
        """Close the connection."""
        with suppress(OSError):
            self._device.close()


class SerialLine:
    """A serial port, without a limit on when the printer reads."""

    def __init__(self, file: str, baud: int) -> None:
        from escpos.printer.serial import Serial

        self._device: Serial = Serial(file, baudrate=baud, timeout=CONNECT_SECONDS)
        self._device.open()
        self._port: Any = self._device.device
        self._port.write_timeout = WRITE_SECONDS

    def write(self, data: bytes) -> None:
        """Send a piece. Raises LineError, also if the flow control of the printer stops it."""
        try:
            self._device._raw(data)
        except OSError as error:  # serial.SerialException is one
            raise LineError(str(error)) from error

    def read(self, seconds: float) -> bytes:
        """Return what was received. Raises LineError if the port is gone."""
        try:
            self._port.timeout = max(seconds, 0.001)
            first: bytes = self._port.read(1)
            return first + self._port.read(self._port.in_waiting) if first else b""
        except (OSError, TypeError) as error:  # TypeError: the port was closed by an unplug
            raise LineError(str(error)) from error

    def close(self) -> None:
        """Close the port; what the printer has not taken yet is dropped, else closing would wait for it."""
        with suppress(Exception):
            if self._port.out_waiting:
                time.sleep(min(1.0, 10 * self._port.out_waiting / self._port.baudrate))
            self._port.reset_output_buffer()
        with suppress(Exception):
            self._port.close()


def _open_usb(address: DeviceAddress) -> UsbLine:
    try:
        import usb.core  # noqa: F401  # the extra `usb`
    except ImportError as error:
        raise OutOfReach(
            "A printer on USB needs the package pyusb: install the program with its extra `usb`."
        ) from error
    return UsbLine(address.vendor, address.product)


def _printer_interface(configuration: Any) -> Any:
    """Return the interface of the class of printers in a USB configuration; the first one if there is none."""
    interfaces = list(configuration)
    printers = [interface for interface in interfaces if interface.bInterfaceClass == _PRINTER_CLASS]
    return (printers or interfaces)[0]


class UsbLine:
    """A printer on USB: the endpoints of its printer interface."""

    def __init__(self, vendor: int, product: int) -> None:
        from escpos.printer.usb import Usb
        from usb.core import NoBackendError

        try:
            self._device: Usb = Usb(vendor, product, timeout=int(WRITE_SECONDS * 1000))
            self._device.open()
        except NoBackendError as error:
            raise OutOfReach("A printer on USB needs the library libusb: apt-get install libusb-1.0-0.") from error
        for endpoint in _printer_interface(self._device.device.get_active_configuration()):
            if endpoint.bEndpointAddress & _PIN_IN:
                self._device.in_ep = endpoint.bEndpointAddress
            else:
                self._device.out_ep = endpoint.bEndpointAddress

    def write(self, data: bytes) -> None:
        """Send a piece. Raises LineError."""
        try:
            self._device._raw(data)
        except OSError as error:  # usb.core.USBError is one
            raise LineError(str(error)) from error

    def read(self, seconds: float) -> bytes:
        """Return what was received. Raises LineError if the printer was unplugged."""
        from usb.core import USBTimeoutError

        try:
            return bytes(self._device.device.read(self._device.in_ep, _READ_BYTES, max(1, int(seconds * 1000))))
        except USBTimeoutError:
            return b""
        except OSError as error:
            raise LineError(str(error)) from error

    def close(self) -> None:
        """Release the printer."""
        with suppress(Exception):
            self._device.close()
