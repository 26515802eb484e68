"""Three PostgreSQL servers under Patroni and etcd on this machine, as in docs/operating.md.

One is the primary; a synchronous standby has every commit before it is answered (synchronous_mode_strict).
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

BINARIES = Path("/usr/lib/postgresql")
TIMEOUT = 90.0  # seconds
_NODE = """\
scope: clerk
name: node{place}
restapi: {{listen: '127.0.0.1:{rest}', connect_address: '127.0.0.1:{rest}'}}
etcd3: {{host: '127.0.0.1:{etcd}'}}
bootstrap:
  dcs:
    ttl: 20
    loop_wait: 2
    retry_timeout: 3
    synchronous_mode: true
    synchronous_mode_strict: true
    postgresql: {{use_slots: true, parameters: {{max_connections: 100}}}}
  initdb: [{{encoding: UTF8}}, {{auth: trust}}]
  pg_hba: ['local all all trust', 'host all all 127.0.0.1/32 trust', 'host replication all 127.0.0.1/32 trust']
postgresql:
  listen: '127.0.0.1:{port}'
  connect_address: '127.0.0.1:{port}'
  data_dir: {folder}/data{place}
  bin_dir: {binaries}
  authentication: {{superuser: {{username: postgres}}, replication: {{username: postgres}}}}
  pgpass: {folder}/pgpass{place}
  parameters: {{unix_socket_directories: '{folder}'}}
"""


def missing_programs() -> str:
    """Return what this machine lacks for a cluster; empty when it has everything."""
    lacking = [name for name in ("etcd", "patroni") if shutil.which(name) is None]
    return ", ".join([*lacking, *([] if _find_binaries() else ["PostgreSQL's server"])])


@dataclass
class Cluster:
    """Three running servers."""

    folder: Path
    ports: list[int]
    programs: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def url(self, database: str) -> str:
        """Return a URL that leads to the primary."""
        hosts = ",".join(f"127.0.0.1:{port}" for port in self.ports)
        return f"postgresql://postgres@{hosts}/{database}?target_session_attrs=read-write&connect_timeout=2"

    def primary(self) -> int | None:
        """Return the index of the server that takes writes now."""
        for place, port in enumerate(self.ports):
            with suppress(psycopg.Error), self._connect(port) as connection:
                row = connection.execute("SELECT pg_is_in_recovery()").fetchone()
                if row is not None and not row[0]:
                    return place
        return None

    def kill_primary(self) -> int:
        """Kill Patroni and every process of the primary at once, as a power cut does; return its index."""
        place = self.primary()
        assert place is not None
        server = int((self.folder / f"data{place}" / "postmaster.pid").read_text().split()[0])
        for process in (*_process_tree(self.programs[f"node{place}"].pid), *_process_tree(server)):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        return place

    def wait_for_another(self, place: int) -> float:
        """Return the seconds until a server other than `place` takes writes."""
        started = time.monotonic()
        while (now := self.primary()) is None or now == place:
            if time.monotonic() - started > TIMEOUT:
                raise TimeoutError("no standby took over")
            time.sleep(0.2)
        return time.monotonic() - started

    def _connect(self, port: int) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(f"host=127.0.0.1 port={port} user=postgres dbname=postgres connect_timeout=1")

    def wait_for_synchronous(self) -> None:
        query = "SELECT count(*) FILTER (WHERE sync_state = 'sync') = 1 AND count(*) = 2 FROM pg_stat_replication"
        started = time.monotonic()
        while True:
            place = self.primary()
            if place is not None:
                with suppress(psycopg.Error), self._connect(self.ports[place]) as connection:
                    row = connection.execute(query).fetchone()
                    if row is not None and row[0]:
                        return
            if time.monotonic() - started > TIMEOUT:
                raise TimeoutError("no synchronous standby came up")
            time.sleep(0.3)


@contextmanager
def run_cluster(folder: Path) -> Iterator[Cluster]:
    """Start etcd and three servers in `folder`; stop them at the end of the block."""
    if os.getuid() == 0:  # servers do not run as root
        shutil.chown(folder, "postgres")
        folder.chmod(0o755)
    etcd, peer, *ports = free_ports(8)
    cluster = Cluster(folder, ports[:3])
    try:
        cluster.programs["etcd"] = _start_program(folder, "etcd", _etcd_command(folder, etcd, peer))
        for place in range(3):
            config = folder / f"node{place}.yml"
            config.write_text(
                _NODE.format(
                    place=place,
                    rest=ports[3 + place],
                    etcd=etcd,
                    port=ports[place],
                    folder=folder,
                    binaries=_find_binaries(),
                )
            )
            cluster.programs[f"node{place}"] = _start_program(folder, f"node{place}", ["patroni", str(config)])
            if place == 0:
                cluster.wait_for_another(-1)
        cluster.wait_for_synchronous()
        yield cluster
    finally:
        for program in reversed(cluster.programs.values()):
            _stop_program(program)


def _etcd_command(folder: Path, client: int, peer: int) -> list[str]:
    client_url, peer_url = f"http://127.0.0.1:{client}", f"http://127.0.0.1:{peer}"
    options = {
        "data-dir": f"{folder}/etcd",
        "listen-client-urls": client_url,
        "advertise-client-urls": client_url,
        "listen-peer-urls": peer_url,
        "initial-advertise-peer-urls": peer_url,
        "initial-cluster": f"default={peer_url}",
    }
    return ["etcd", *(part for name, value in options.items() for part in (f"--{name}", value))]


def _start_program(folder: Path, name: str, command: list[str]) -> subprocess.Popen[bytes]:
    unprivileged = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.getuid() == 0 else []
    with (folder / f"{name}.log").open("wb") as log:
        return subprocess.Popen([*unprivileged, *command], stdout=log, stderr=log, cwd=folder)


def _stop_program(program: subprocess.Popen[bytes]) -> None:
    processes = list(_process_tree(program.pid)) if program.poll() is None else []
    program.terminate()
    try:
        program.wait(15)
    except subprocess.TimeoutExpired:
        for process in processes:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)


def _process_tree(process: int) -> Iterator[int]:
    listing = subprocess.run(["ps", "-o", "pid=", "--ppid", str(process)], capture_output=True, text=True, check=False)
    for child in listing.stdout.split():
        yield from _process_tree(int(child))
    yield process


def free_ports(count: int) -> list[int]:
    """Return free ports."""
    sockets = [socket.socket() for _ in range(count)]
    for opened in sockets:
        opened.bind(("127.0.0.1", 0))
    ports = [opened.getsockname()[1] for opened in sockets]
    for opened in sockets:
        opened.close()
    return ports


def _find_binaries() -> str:
    found = sorted(BINARIES.glob("*/bin/postgres"))
    return str(found[-1].parent) if found else ""
