"""Work shared out over threads, where kernels let go of the interpreter's lock."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise


def shared_out(count: int, threads: int, work: Callable[[slice], object]) -> None:
    """Run work on runs of 0..count that together are all of it, one run for each thread.

    Kernels let go of the interpreter's lock, so that the runs go side by side.
    """
    cuts = [count * n // threads for n in range(threads + 1)]
    with ThreadPoolExecutor(threads) as pool:
        for part in [pool.submit(work, slice(*span)) for span in pairwise(cuts)]:
            part.result()
