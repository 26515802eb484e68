#!/usr/bin/env python3
"""Verifies an export of a log with the standard library of Python (3.8 or newer) and openssl (3.0 or newer).

    python3 verify_log.py [FOLDER] [--key FINGERPRINT]

The folder has `log.jsonl` (an entry per line), `checkpoints.txt` (C2SP signed notes) and `keys/NAME.pem`. The program
recomputes the link of each entry, the Merkle tree over the links (RFC 6962) and its root at each checkpoint, and has
openssl verify the signatures. It prints what is wrong with its place, and exits with 1 if something is.
FINGERPRINT is the SHA-256 of the log's public key, in hex, as the center showed it to you.
"""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_HASHED = ("previous", "heading", "command", "personal_digest", "decision")
_SIGNED, _COSIGNED = 1, 4  # signature types of C2SP signed-note


class Tree:
    """Root of a Merkle tree whose leaves are appended one by one."""

    def __init__(self) -> None:
        self.roots = [hashlib.sha256(b"").digest()]  # after each number of leaves
        self._peaks: list[bytes] = []

    def append(self, data: bytes) -> None:
        """Add a leaf."""
        self._peaks.append(digest(b"\0", data))
        size = len(self.roots)
        while size % 2 == 0:
            right = self._peaks.pop()
            self._peaks[-1] = digest(b"\1", self._peaks[-1], right)
            size //= 2
        root = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            root = digest(b"\1", peak, root)
        self.roots.append(root)


class Note:
    """A checkpoint with its signatures: (name, key id and signature)."""

    def __init__(self, body: str, signatures: str) -> None:
        self.body = body + "\n"
        self.origin, size, root = body.split("\n")
        self.size, self.root = int(size), base64.b64decode(root)
        lines = [line[2:].rsplit(" ", 1) for line in signatures.split("\n")]
        self.signatures = [(name, base64.b64decode(data)) for name, data in lines]


def digest(*parts: bytes) -> bytes:
    """Return the SHA-256 of all parts."""
    return hashlib.sha256(b"".join(parts)).digest()


def verify_entries(folder: Path, problems: list[str]) -> list[bytes]:
    """Add what is wrong with the entries to `problems`; return the roots of the tree after each number of entries."""
    tree = Tree()
    tips: dict[tuple[str, int], bytes] = {}
    newest: dict[str, int] = {}
    with open(folder / "log.jsonl", encoding="utf-8") as lines:
        for line, text in enumerate(lines, 1):
            try:
                entry = json.loads(text)
                link = base64.b64decode(entry["link"])
                computed = digest(*[digest(base64.b64decode(entry[name] or "")) for name in _HASHED])
                node, incarnation, number = json.loads(base64.b64decode(entry["heading"]))[:3]
            except (ValueError, KeyError, TypeError) as error:
                problems.append(f"line {line}: not an entry ({error})")
                continue
            where = f"line {line}, entry {number} of {node}"
            if entry["position"] != line:
                problems.append(f"{where}: entries before it are missing or out of order")
            if computed != link:
                problems.append(f"{where}: altered")
            before = tips.get((node, incarnation), tips.get((node, newest.get(node, 0)), bytes(32)))
            if base64.b64decode(entry["previous"]) != before:
                problems.append(f"{where}: the entry before it in its chain was altered, removed or replaced")
            tips[node, incarnation] = link
            newest[node] = max(incarnation, newest.get(node, 0))
            tree.append(link)
    return tree.roots


def read_notes(folder: Path) -> Iterator[Note]:
    """Yield the checkpoints of an export."""
    parts = (folder / "checkpoints.txt").read_text(encoding="utf-8").strip("\n").split("\n\n")
    for at in range(0, len(parts) - 1, 2):
        yield Note(parts[at], parts[at + 1])


def read_key(path: Path) -> bytes:
    """Return the 32 bytes of a public key file."""
    lines = path.read_text(encoding="ascii").split("\n")
    return base64.b64decode("".join(line for line in lines if "-----" not in line))[-32:]


def is_verified_by_openssl(key: Path, text: bytes, signature: bytes) -> bool:
    """Return whether openssl finds the Ed25519 signature of a text right."""
    with tempfile.TemporaryDirectory() as place:
        body, signed = Path(place, "body"), Path(place, "signature")
        body.write_bytes(text)
        signed.write_bytes(signature)
        command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", str(key), "-rawin"]
        command += ["-in", str(body), "-sigfile", str(signed)]
        return subprocess.run(command, capture_output=True).returncode == 0


def find_signer(folder: Path, body: str, name: str, data: bytes) -> tuple[int, str]:
    """Return the type of a signature and the SHA-256 of the key that made it; (0, "") if none of the keys did."""
    for key in sorted((folder / "keys").glob("*.pem")):
        raw = read_key(key)
        for kind in (_SIGNED, _COSIGNED):
            if data[:4] != digest(name.encode(), b"\n", bytes([kind]), raw)[:4]:
                continue
            text, signature = body.encode(), data[4:]
            if kind == _COSIGNED:
                seconds = int.from_bytes(data[4:12], "big")
                text, signature = f"cosignature/v1\ntime {seconds}\n{body}".encode(), data[12:]
            if is_verified_by_openssl(key, text, signature):
                return kind, hashlib.sha256(raw).hexdigest()
    return 0, ""


def verify_note(folder: Path, note: Note, roots: list[bytes], expected_key: str) -> tuple[str, set[str]]:
    """Return what is wrong with a checkpoint ("" if nothing is), and the names of those who cosigned it."""
    found = [(name, *find_signer(folder, note.body, name, data)) for name, data in note.signatures]
    own_keys = {key for name, kind, key in found if kind == _SIGNED and name == note.origin}
    count = len(roots) - 1
    if not own_keys or (expected_key and expected_key not in own_keys):
        return "not signed by the key of the log", set()
    if note.size > count:
        return f"the log ends after {count} entries: {note.size - count} were cut off", set()
    if roots[note.size] != note.root:
        return f"another log was signed: an entry up to line {note.size} was rewritten", set()
    return "", {name for name, kind, _key in found if kind == _COSIGNED}


def main(words: list[str]) -> int:
    """Verify the export named by the words of the command line."""
    expected_key = words.pop(words.index("--key") + 1).lower() if "--key" in words[:-1] else ""
    folder = Path(next((word for word in words if not word.startswith("-")), str(Path(__file__).parent)))
    problems: list[str] = []
    witnesses: set[str] = set()
    proved = 0
    roots = verify_entries(folder, problems)
    for note in read_notes(folder):
        problem, cosigned = verify_note(folder, note, roots, expected_key)
        if problem:
            problems.append(f"checkpoint over {note.size} entries: {problem}")
        else:
            proved = max(proved, note.size)
            witnesses |= cosigned
    for key in sorted((folder / "keys").glob("*.pem")):
        print_line(f"key {key.stem}: {hashlib.sha256(read_key(key)).hexdigest()}")
    for problem in problems:
        print_line(problem)
    names = ", ".join(sorted(witnesses)) or "nobody else"
    print_line(f"{len(roots) - 1} entries; 1 to {proved} proved; cosigned by {names}; {len(problems)} problems")
    return 1 if problems else 0


def print_line(text: Any) -> None:
    """Print a line to stdout."""
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
