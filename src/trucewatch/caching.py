"""Where this user's computed things are kept between runs: nothing in it is evidence."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

CACHE_VARIABLE = "TRUCEWATCH_CACHE"


def cache_folder() -> Path:
    """Return the user's cache folder (TRUCEWATCH_CACHE, else XDG_CACHE_HOME, else ~/.cache)."""
    named = os.environ.get(CACHE_VARIABLE)
    if named:
        return Path(named)
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "trucewatch"


def forget_older(pattern: str, keep: int = 3) -> None:
    """Remove all but the newest `keep` entries of the cache that match, left by earlier versions.

    What another process removes or still holds is passed over.
    """
    found = {path: path.stat().st_mtime for path in cache_folder().glob(pattern) if path.exists()}
    for path in sorted(found, key=lambda each: found[each])[:-keep]:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
