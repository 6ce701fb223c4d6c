"""The one door to numba: functions keep their types, and are compiled once per machine and code.

Machine code is kept in the user's cache under a hash of every kernel of the same room and of the
vocabulary, whose codes kernels freeze. numba's own rule looks at the function's own file alone: a
kernel that calls a changed one in another file, or that knows one kind fewer than there are, would
go on running the old code.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

from trucewatch.caching import cache_folder, forget_older

F = TypeVar("F", bound=Callable[..., Any])
_MARK = b"compiled import"


def kernel(function: F) -> F:
    """Compile for one core, without the interpreter's lock.

    fastmath stays off: results must come out bit for bit the same in every order of arrival.
    """
    return _kept(function, nogil=True)


def parallel_kernel(function: F) -> F:
    """Compile for every core: worth it from some hundred series on."""
    return _kept(function, parallel=True)


def inlined(function: F) -> F:
    """Compile into whatever calls it."""
    return _kept(function, inline="always")


def _kept(function: F, **options: Any) -> F:
    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(_folder(Path(function.__code__.co_filename).parent))
    try:
        return cast(F, numba.njit(cache=True, **options)(function))
    finally:
        numba.config.CACHE_DIR = before


@cache
def _folder(room: Path) -> Path:
    """Where the machine code of a room is kept; numba falls back where it cannot be written."""
    digest = hashlib.sha256(numba.__version__.encode())
    ground = Path(__file__).parent
    for path in sorted({*room.glob("*.py"), *ground.glob("*.py")}):
        text = path.read_bytes()
        if _MARK in text:
            digest.update(path.name.encode() + text)
    for path in sorted((ground / "vocabulary").glob("*.yaml")):
        digest.update(path.name.encode() + path.read_bytes())
    folder = cache_folder() / "kernels" / f"{room.name}-{digest.hexdigest()[:16]}"
    if not folder.exists():
        forget_older(f"kernels/{room.name}-*")
    return folder
