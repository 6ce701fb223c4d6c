"""One door to numba, so that kernels keep their types and are compiled once per machine."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import TypeVar, cast

from numba import njit

Kernel = TypeVar("Kernel", bound=Callable[..., object])


def kernel(function: Kernel) -> Kernel:
    """Compile a function without the interpreter's lock; the machine code is kept on disk.

    fastmath stays off: weights must come out bit for bit the same in every order of arrival.
    """
    return cast(Kernel, njit(nogil=True, cache=True)(function))


def shared_out(count: int, threads: int, work: Callable[[slice], object]) -> None:
    """Run work on runs of 0..count that together are all of it, one run for each thread.

    Kernels let go of the interpreter's lock, so that the runs go side by side.
    """
    cuts = [count * n // threads for n in range(threads + 1)]
    with ThreadPoolExecutor(threads) as pool:
        for part in [pool.submit(work, slice(*span)) for span in pairwise(cuts)]:
            part.result()
