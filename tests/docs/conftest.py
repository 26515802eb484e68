"""The fixtures of the command line's tests, shared."""

from tests.cli.conftest import clerk, folder, home

__all__ = ["clerk", "folder", "home"]
