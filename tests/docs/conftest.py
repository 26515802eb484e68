"""The fixtures of the command line's tests, shared."""

from tests.cli.conftest import clerk, home
from tests.cli.test_store import folder

__all__ = ["clerk", "folder", "home"]
