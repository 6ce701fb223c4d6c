"""Writing a file whole or not at all: a product for people, or what the user's cache keeps."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from trucewatch.caching import cache_folder, forget_older
from trucewatch.errors import StoreError


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file, its folder with it; raises StoreError where the folder takes no file."""
    try:
        _write(path, content)
    except OSError as error:
        raise StoreError(f"writing {path}: {error.strerror or error}") from error


def keep(name: str, text: str, *, pattern: str, most: int = 3) -> None:
    """Keep a text in the user's cache, of those that match the pattern the newest `most`.

    A cache that takes no file costs the next process its work again, nothing else.
    """
    with suppress(OSError):
        _write(cache_folder() / name, text)
        forget_older(pattern, keep=most)


def _write(path: Path, content: str | bytes) -> None:
    half = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        half.write_bytes(content.encode() if isinstance(content, str) else content)
        half.replace(path)
    except OSError:
        with suppress(OSError):
            half.unlink()
        raise
