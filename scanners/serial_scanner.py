"""Serial scanners (RS-232, or USB as a virtual port), which send one text for each code.

The source text is `serial:PORT`, such as `serial:/dev/ttyACM0`. A code may be framed by STX and ETX, begin with a byte
order mark, and end with CR, LF, Tab, ETX, EOT or NUL, or several of them. It may begin with an AIM identifier, which
names the symbology. The port is set to the factory settings of serial scanners: 9600 baud, 8 bits, no parity. USB ports
ignore these settings.
"""

from __future__ import annotations

import errno
import re
from time import monotonic, sleep

import serial

from scanners.codes import Code, Symbology
from scanners.devices import SERIAL_SCHEME
from scanners.errors import ScanError
from scanners.wedge import TEXT_LIMIT, KeyboardWedge

BAUD_RATE = 9600
RETRY_SECONDS = 1.0
PAUSE_SECONDS = 1.0
"""Seconds without input after which a code counts as complete, until the scanner has ended a code with a character."""

TORN_SECONDS = 3.0
"""The same once it has: a code without its end is waited for longer, since a scanner may pause inside it."""

_ENDS = re.compile(rb"[\r\n\t\x00\x02\x03\x04]")  # also STX, before the next code
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"

MAX_LINE_BYTES = 4 * TEXT_LIMIT
"""Maximum length of a line in bytes; a longer one does not come from a scanner."""


class SerialScanner:
    """An open serial scanner. Raises ScanError if the port does not exist, may not be opened, or is in use."""

    def __init__(self, source: str) -> None:
        self.port = source.removeprefix(SERIAL_SCHEME)
        try:
            self._serial = serial.Serial(self.port, BAUD_RATE, timeout=0, exclusive=True)
        except (OSError, ValueError) as error:  # SerialException is an OSError
            raise _open_error(self.port, error) from error
        self._buffer = b""
        self._last_at = 0.0  # when the last bytes arrived, in seconds of monotonic()
        self._sends_ends = False  # whether the scanner ends its codes with a character

    def read(self, seconds: float) -> Code | None:
        """Return the next code; None after `seconds` without one. Raises ScanError if the scanner was unplugged."""
        until = monotonic() + seconds
        while (left := until - monotonic()) > 0:
            if (code := self._take_code()) is not None:
                return code
            if not self._buffer:
                self._buffer = self._read_bytes(left)
                self._last_at = monotonic()
                continue
            silent = TORN_SECONDS if self._sends_ends else PAUSE_SECONDS
            more = self._read_bytes(max(0.0, min(left, self._last_at + silent - monotonic())))
            if more:
                self._last_at = monotonic()
                self._buffer = (self._buffer + more)[-MAX_LINE_BYTES:]
            elif monotonic() >= self._last_at + silent:
                text, self._buffer = self._buffer, b""
                return _parse_code(text)
        return None

    def _take_code(self) -> Code | None:
        """Take the first complete code from the buffer; None if there is none."""
        while end := _ENDS.search(self._buffer):
            text, self._buffer = self._buffer[: end.start()], self._buffer[end.end() :]
            if text.removeprefix(_BYTE_ORDER_MARK).strip():
                self._sends_ends = True
                return _parse_code(text)
        return None

    def close(self) -> None:
        self._serial.close()

    def _read_bytes(self, seconds: float) -> bytes:
        try:
            self._serial.timeout = seconds
            first = self._serial.read(1)
            return bytes(first + self._serial.read(self._serial.in_waiting)) if first else b""
        except (OSError, TypeError) as error:  # pyserial raises TypeError if the port was closed meanwhile
            raise ScanError(
                "The scanner at {port} was disconnected. It is used again when it is back.", port=self.port
            ) from error


class SerialFeed:
    """Reads a serial scanner and reopens it after an error; the counterpart of FrameFeed."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._scanner: SerialScanner | None = None
        self._retry_at = 0.0
        self.trouble: ScanError | None = None

    def take_newest(self, timeout: float) -> Code | None:
        """Return the next code; None after `timeout` seconds. Set `trouble` to the current problem, or to None."""
        try:
            if self._scanner is None:
                sleep(min(timeout, max(0.0, self._retry_at - monotonic())))
                if monotonic() < self._retry_at:
                    return None
                self._scanner = SerialScanner(self._source)
            self.trouble = None
            return self._scanner.read(timeout)
        except ScanError as trouble:
            self.trouble = trouble
            self._retry_at = monotonic() + RETRY_SECONDS
            self.stop(0.0)
            return None

    def stop(self, timeout: float) -> bool:  # noqa: ARG002  same signature as FrameFeed.stop
        """Release the port and return True."""
        if self._scanner:
            self._scanner.close()
        self._scanner = None
        return True


def _open_error(port: str, error: OSError | ValueError) -> ScanError:
    """Return the error for a port that could not be opened. It depends on errno, which Windows does not set."""
    number = error.errno if isinstance(error, OSError) else None
    if number in (errno.ENOENT, errno.ENXIO, errno.ENODEV):
        return ScanError("The scanner at {port} is not there. It is used as soon as it is plugged in.", port=port)
    if number in (errno.EAGAIN, errno.EBUSY):
        return ScanError("Another program is using the scanner at {port}. It is used as soon as that ends.", port=port)
    if number in (errno.EACCES, errno.EPERM):
        return ScanError("This user may not open the scanner at {port}.", port=port)
    return ScanError("The scanner at {port} cannot be opened: not plugged in, or in use.", port=port)


def _parse_code(line: bytes) -> Code:
    line = line.removeprefix(_BYTE_ORDER_MARK)
    try:
        text = line.decode()
    except UnicodeDecodeError:
        text = line.decode("gb18030", "replace")  # the default encoding of Chinese scanners
    typed = KeyboardWedge().parse_line(text)
    known: Symbology = ""
    if typed and typed.symbology in ("QRCode", "Code128") and typed.trouble is None:
        known = "QRCode" if typed.symbology == "QRCode" else "Code128"
        line, text = line[len(typed.prefix) :], typed.text
    return Code(text, line, known, "serial", (), 0.0)
