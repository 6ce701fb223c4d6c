"""Which code this is: the package's version with a hash of its files."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import trucewatch

_SUFFIXES = ("*.py", "*.sql", "*.yaml", "*.json")


@cache
def code_version() -> str:
    """Return the package's version with a hash of its code: another code is another run."""
    package = Path(trucewatch.__file__).parent
    digest = hashlib.sha256()
    for suffix in _SUFFIXES:
        for path in sorted(package.rglob(suffix)):
            digest.update(path.read_bytes())
    return f"{trucewatch.__version__}+{digest.hexdigest()[:12]}"
