"""Runs the HTTP service in a process: listening address, lock of the folder, signals and shutdown."""

from __future__ import annotations

import asyncio
import fcntl
import gc
import ipaddress
import os
import resource
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from logging import getLogger
from pathlib import Path
from typing import cast

import uvicorn

from clerk_app.center.connections import Connection
from clerk_app.center.service import Service
from clerk_app.errors import BadData, Refused

_TICKS_PER_SECOND = 10  # calls of `on_tick` by uvicorn
_SHUTDOWN_SECONDS = 20  # time in which running requests may end
_log = getLogger("clerk.center")


@dataclass(frozen=True)
class ListenAddress:
    """The address on which the service listens, and its TLS certificate."""

    host: str
    port: int
    certificate: Path | None = None
    key: Path | None = None

    @classmethod
    def parse(cls, text: str, certificate: Path | None, key: Path | None) -> ListenAddress:
        """Parse HOST:PORT; an IPv6 host is in brackets.

        Raises BadData if the text is invalid, or Refused for plain HTTP on an address other than loopback.
        """
        host, _colon, port = text.rpartition(":")
        host = host.removeprefix("[").removesuffix("]")
        if not host or not port.isascii() or not port.isdigit() or int(port) > 65535:
            raise BadData("An address to listen on is HOST:PORT, such as 127.0.0.1:8440, not {text}.", text=text)
        if (certificate is None) != (key is None):
            raise BadData("A certificate needs its key, and a key its certificate.")
        if certificate is None and not _is_loopback(host):
            raise Refused(
                "plain",
                "Plain HTTP stays on this machine. To listen on {host}, name --certificate and --key.",
                host=host,
            )
        return cls(host, int(port), certificate, key)


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@contextmanager
def lock_folder(folder: Path) -> Iterator[None]:
    """Hold the lock of the folder during the block. Raises Refused if another process holds it.

    The operating system releases the lock when the process ends.
    """
    file = os.open(folder / "center.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(
                "second",
                "A center already runs on {folder}. With a PostgreSQL store there may be several.",
                folder=folder,
            ) from None
        yield
    finally:
        os.close(file)


class Server(uvicorn.Server):
    """The HTTP server of a service. It ends the long polls before it shuts down."""

    def __init__(self, service: Service, address: ListenAddress) -> None:
        self._service = service
        self._address = address
        config = uvicorn.Config(
            service.app(),
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=True,
            proxy_headers=False,
            timeout_keep_alive=75,  # seconds; longer than a long poll, and longer than load balancers keep a connection
            timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
            ssl_certfile=address.certificate,
            ssl_keyfile=address.key,
            ws="none",
            http=cast(type[asyncio.Protocol], partial(Connection, table=service.connections)),
        )
        super().__init__(config)

    def run_until_signalled(self) -> None:
        """Serve until SIGTERM or SIGINT. Raises OSError if the address is in use."""
        with _bind_socket(self._address) as bound:
            handlers = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGTERM, signal.SIGINT)}
            try:
                self.run(sockets=[bound])
            finally:
                for number, handler in handlers.items():
                    signal.signal(number, handler)
        _log.info("stopped")

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        gc.collect()
        gc.freeze()  # excludes modules and routes from collections; traversing them cost 70 ms per second under load
        for bound in sockets or ():
            host, port = bound.getsockname()[:2]
            url_host = f"[{host}]" if ":" in host else host
            scheme = "https" if self._address.certificate else "http"
            _log.info("listening", extra={"address": f"{scheme}://{url_host}:{port}"})

    async def on_tick(self, counter: int) -> bool:
        if counter % _TICKS_PER_SECOND == 0:
            self._service.connections.close_expired()
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._service.notifier.close()
        await super().shutdown(sockets)


def _bind_socket(address: ListenAddress) -> socket.socket:
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((address.host, address.port))
    except OSError:
        bound.close()
        raise
    return bound


def raise_open_files_limit() -> None:
    """Raise the soft limit of open files to the hard limit, because each long poll needs a connection."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
