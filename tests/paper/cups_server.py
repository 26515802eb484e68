"""A CUPS server of its own for the tests, in a temporary folder and without systemd."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

PDF_DRIVER = Path("/usr/share/ppd/cups-pdf/CUPS-PDF_opt.ppd")
_PROGRAM = shutil.which("cupsd") or "/usr/sbin/cupsd"
_SETTINGS = """Listen 127.0.0.1:{port}
LogLevel warn
WebInterface No
Browsing Off
DefaultAuthType None
<Location />
  Order allow,deny
  Allow 127.0.0.1
</Location>
<Policy default>
  JobPrivateAccess default
  JobPrivateValues none
  <Limit All>
    Order allow,deny
    Allow 127.0.0.1
  </Limit>
</Policy>
"""
_FILES = """ServerRoot {folder}/root
RequestRoot {folder}/spool
CacheDir {folder}/cache
StateDir {folder}/state
TempDir {folder}/spool/tmp
ErrorLog {folder}/log/error
AccessLog {folder}/log/access
PageLog {folder}/log/page
SystemGroup root lpadmin
"""


def has_cups() -> bool:
    """Return whether the server, its commands and its PDF printer are installed."""
    return Path(_PROGRAM).exists() and shutil.which("lpadmin") is not None and PDF_DRIVER.exists()


@contextmanager
def cups_server() -> Iterator[str]:
    """Run a server; yield its address for the variable CUPS_SERVER."""
    with TemporaryDirectory(prefix="cups-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # filters and backends run as another user
        yield from _run_server(folder)


def _run_server(folder: Path) -> Iterator[str]:
    for name in ("root", "spool/tmp", "cache", "state", "log"):
        (folder / name).mkdir(parents=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    (folder / "root/cupsd.conf").write_text(_SETTINGS.format(port=port))
    (folder / "root/cups-files.conf").write_text(_FILES.format(folder=folder))
    files = ("-c", folder / "root/cupsd.conf", "-s", folder / "root/cups-files.conf")
    with (folder / "log/out").open("wb") as output:
        server = subprocess.Popen([_PROGRAM, "-f", *files], stdout=output, stderr=output)
    try:
        _wait_for(port)
        yield f"127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(20)


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return


def add_queue(name: str, address: str, *words: str) -> None:
    """Add a print queue, or change its address."""
    subprocess.run(["lpadmin", "-p", name, "-E", "-v", address, *words], check=True, capture_output=True, timeout=30)
