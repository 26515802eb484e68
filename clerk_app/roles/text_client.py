"""The child process of this program that reads the text of pages; it is started for the first one."""

from __future__ import annotations

from scanners import TextClient

TEXT_CLIENT = TextClient()
