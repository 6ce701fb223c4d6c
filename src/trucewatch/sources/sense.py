"""Which source a file is of, told by its columns."""

from __future__ import annotations

from pathlib import Path

from trucewatch.errors import ReadError, SourceError
from trucewatch.sources import records
from trucewatch.sources.spec import SourceSpec
from trucewatch.sources.unpacking import unpacked
from trucewatch.store import Store


def fitting(store: Store, path: Path, sources: dict[str, SourceSpec]) -> SourceSpec:
    """Return the one source that can read a file; raises SourceError that says why none fits."""
    header = _header(store, path)
    fits = {spec.source_id: count for spec in sources.values() if (count := spec.fits(header))}
    best = max(fits.values(), default=0)
    chosen = [name for name, count in fits.items() if count == best]
    if len(chosen) == 1:
        return sources[chosen[0]]
    raise SourceError.at(
        path, 1, found=f"columns {', '.join(header)[:300] or 'none'}",
        expected="the columns of one known source"
        + (f", not of several ({', '.join(sorted(chosen))})" if chosen else ""),
        mend=f"Name it with --source: {', '.join(sorted(sources))}.",
    )  # fmt: skip


def _header(store: Store, path: Path) -> list[str]:
    try:
        with unpacked(path, path.name) as plain:
            return records.columns_of(store, plain, _ANY, path.name)
    except (ReadError, OSError) as error:
        raise SourceError.at(
            path, 1, found=str(error), expected="a table with named columns",
            mend="Name the source with --source, or fetch the file again.",
        ) from error  # fmt: skip


_ANY = SourceSpec(
    folder=Path(), source_id="any", title="", publisher="", licence="", republish="no",
    reliability="F", fields=(),
)  # fmt: skip
