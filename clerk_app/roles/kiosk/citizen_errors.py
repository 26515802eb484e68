"""Errors of the center in words for a citizen: those of a window state that its work is kept and sent later."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from types import FunctionType
from typing import Any, TypeVar

from clerk_app.errors import CenterOutOfReach, OutOfReach
from clerk_app.roles.service_errors import raises_clerk_errors

T = TypeVar("T")


def raises_citizen_errors(service: type[T]) -> type[T]:
    """Class decorator: like `raises_clerk_errors`, and OutOfReach with a sentence for a citizen without the center."""
    raises_clerk_errors(service)
    for name, member in list(vars(service).items()):
        if isinstance(member, FunctionType) and not name.startswith("_"):
            setattr(service, name, _convert_center_errors(member))
    return service


def _convert_center_errors(method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    def call(*arguments: Any, **options: Any) -> Any:
        try:
            return method(*arguments, **options)
        except CenterOutOfReach as lost:
            raise OutOfReach("The center is out of reach. Please try again later, or ask at a window.") from lost

    return call
