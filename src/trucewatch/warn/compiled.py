"""Typed doors to numba, so that compiled functions keep their signatures for the checker."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """Compile for one core; the machine code is kept beside the source."""
    return cast(F, numba.njit(cache=True)(function))


def compiled_parallel(function: F) -> F:
    """Compile for every core: worth it from some hundred series on."""
    return cast(F, numba.njit(cache=True, parallel=True)(function))
