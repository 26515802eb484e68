"""An RTSP camera (RFC 2326) on the loopback interface that sends JPEG over RTP (RFC 2435)."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator

CHUNK = 1400
CLOCK = 90_000  # RTP clock rate for video


class RtspCamera:
    """Sends the JPEGs of `parts` (baseline, 4:2:0, sides multiples of 16) until it is switched off."""

    def __init__(self, parts: Callable[[], Iterator[bytes]], size: tuple[int, int]) -> None:
        self._parts = parts
        self._size = size
        self._off = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads = [threading.Thread(target=self._serve)]
        self._threads[0].start()

    @property
    def url(self) -> str:
        return f"rtsp://clerk:secret@127.0.0.1:{self._listener.getsockname()[1]}/live"

    def switch_off(self) -> None:
        if self._off.is_set():
            return
        self._off.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join()

    def _serve(self) -> None:
        while not self._off.is_set():
            try:
                connection, _address = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._handle_connection, args=(connection,))
            self._threads.append(thread)
            thread.start()

    def _handle_connection(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as requests:
            while line := requests.readline():
                act = line.split(b" ")[0].decode()
                number = ""
                while header := requests.readline().strip():
                    name, _colon, value = header.partition(b":")
                    number = value.strip().decode() if name.lower() == b"cseq" else number
                connection.sendall(self._build_response(act, number))
                if act == "PLAY":
                    break
                if act == "TEARDOWN":
                    return
            try:
                self._play(connection)
            except OSError:
                return  # the client has disconnected

    def _build_response(self, act: str, number: str) -> bytes:
        more, body = "", ""
        if act == "OPTIONS":
            more = "Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN\r\n"
        elif act == "DESCRIBE":
            about = ("v=0", "o=- 0 0 IN IP4 0.0.0.0", "s=camera", "c=IN IP4 0.0.0.0", "t=0 0", "m=video 0 RTP/AVP 26")
            body = "".join(f"{line}\r\n" for line in about)
            more = f"Content-Type: application/sdp\r\nContent-Length: {len(body)}\r\n"
        elif act == "SETUP":
            more = "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\nSession: 1\r\n"
        elif act == "PLAY":
            more = "Session: 1\r\n"
        return f"RTSP/1.0 200 OK\r\nCSeq: {number}\r\n{more}\r\n{body}".encode()

    def _play(self, connection: socket.socket) -> None:
        sequence = 0
        for time, jpeg in enumerate(self._parts()):
            if self._off.wait(0.03):
                return
            tables, scan = split(jpeg)
            for at in range(0, len(scan), CHUNK):
                chunk, last = scan[at : at + CHUNK], at + CHUNK >= len(scan)
                width, height = self._size
                head = struct.pack(">IBBBB", at, 1, 255, width // 8, height // 8)  # kind 1: 4:2:0; 255: tables follow
                if at == 0:
                    head += struct.pack(">BBH", 0, 0, len(tables)) + tables
                rtp = struct.pack(">BBHII", 0x80, 26 | (0x80 if last else 0), sequence & 0xFFFF, time * CLOCK // 30, 1)
                sequence += 1
                packet = rtp + head + chunk
                connection.sendall(b"$\0" + struct.pack(">H", len(packet)) + packet)


def split(jpeg: bytes) -> tuple[bytes, bytes]:
    """Return the concatenated quantization tables of a JPEG, and the data after its headers (ITU-T T.81 annex B)."""
    tables, at = b"", 2
    while True:
        marker, length = jpeg[at + 1], int.from_bytes(jpeg[at + 2 : at + 4], "big")
        segment = jpeg[at + 4 : at + 2 + length]
        at += 2 + length
        if marker == 0xDB:
            while segment:
                tables, segment = tables + segment[1:65], segment[65:]
        if marker == 0xDA:
            return tables, jpeg[at:].removesuffix(b"\xff\xd9")
