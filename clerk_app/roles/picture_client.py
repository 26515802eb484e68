"""The child process of this program that decodes and draws pictures; it is started for the first one."""

from __future__ import annotations

from scanners import CellClient

PICTURE_CLIENT = CellClient()
