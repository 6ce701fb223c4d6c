"""Packed files: gzip, and zip with one member, unpacked within bounds."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from trucewatch.errors import ReadError

# Text compresses about tenfold; a member that swells beyond these is a bomb, not a table.
MAX_SWELL = 200
MAX_UNPACKED_BYTES = 20 << 30
MIN_UNPACKED_BYTES = 64 << 20


@contextmanager
def unpacked(path: Path, name: str) -> Iterator[Path]:
    """Yield a path of plain bytes: the capture itself, or a bounded copy of what is packed in it.

    A gzip file, or a zip archive with one member; the names inside are never used as paths.
    """
    with path.open("rb") as opened:
        magic = opened.read(2)
    unpack = _UNPACKERS.get(magic)
    if unpack is None or (magic == b"PK" and not zipfile.is_zipfile(path)):
        yield path
        return
    with TemporaryDirectory(prefix="trucewatch-") as folder:
        plain = Path(folder) / "plain"
        unpack(path, plain, name)
        yield plain


def _gunzip(path: Path, plain: Path, name: str) -> None:
    try:
        with gzip.open(path, "rb") as packed:
            _copy_bounded(packed, plain, path, name)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise _damaged(name, "gzip file", error) from error


def _unzip(path: Path, plain: Path, name: str) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            if len(members) != 1:
                raise ReadError(
                    name, found=f"a zip archive with {len(members)} files",
                    expected="one table in an archive",
                    mend="Unpack it and hand in the files one by one.",
                )  # fmt: skip
            with archive.open(members[0]) as packed:
                _copy_bounded(packed, plain, path, name)
    except (zipfile.BadZipFile, EOFError, zlib.error, RuntimeError, NotImplementedError) as error:
        raise _damaged(name, "zip archive", error) from error


def _copy_bounded(packed: gzip.GzipFile | IO[bytes], plain: Path, path: Path, name: str) -> None:
    bound = min(MAX_UNPACKED_BYTES, max(MIN_UNPACKED_BYTES, path.stat().st_size * MAX_SWELL))
    written = 0
    with plain.open("wb") as target:
        while block := packed.read(1 << 20):
            written += len(block)
            if written > bound:
                raise ReadError(
                    name, found=f"a packed file that swells beyond {bound} bytes",
                    expected="a table that compresses like a table",
                    mend="If it is meant, unpack it and hand in the plain file.",
                )  # fmt: skip
            target.write(block)


def _damaged(name: str, what: str, error: Exception) -> ReadError:
    return ReadError(
        name, found=f"a {what} that ends early or is damaged ({error})", expected=f"a whole {what}",
        mend="Fetch the file again.",
    )  # fmt: skip


_UNPACKERS = {b"\x1f\x8b": _gunzip, b"PK": _unzip}
