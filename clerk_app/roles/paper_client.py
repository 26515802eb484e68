"""The child process of this program that reads papers; it is started for the first file or photograph."""

from __future__ import annotations

from scanners import PaperClient

PAPER_CLIENT = PaperClient()
