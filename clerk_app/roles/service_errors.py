"""Makes services raise a ClerkError when the store fails, as the contract in `clerk_app.views` requires."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from types import FunctionType
from typing import Any, TypeVar

from clerk_app.composition.store_errors import store_errors_as_out_of_reach

T = TypeVar("T")


def raises_clerk_errors(service: type[T]) -> type[T]:
    """Class decorator: public methods, including inherited ones, raise OutOfReach instead of a StoreError."""
    members = {name: member for base in reversed(service.__mro__) for name, member in vars(base).items()}
    for name, member in members.items():
        if isinstance(member, FunctionType) and not name.startswith("_"):
            setattr(service, name, _convert_store_errors(member))
    return service


def _convert_store_errors(method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    def call(*arguments: Any, **options: Any) -> Any:
        with store_errors_as_out_of_reach():
            return method(*arguments, **options)

    return call
