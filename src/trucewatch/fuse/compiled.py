"""One door to numba, so that kernels keep their types and are compiled once per machine."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from numba import njit

Kernel = TypeVar("Kernel", bound=Callable[..., object])


def kernel(function: Kernel) -> Kernel:
    """Compile a function without the interpreter's lock; the machine code is kept on disk.

    fastmath stays off: weights must come out bit for bit the same in every order of arrival.
    """
    return cast(Kernel, njit(nogil=True, cache=True)(function))
