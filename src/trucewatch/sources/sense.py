"""Which source a file is of, told by its columns."""

from __future__ import annotations

import json
from pathlib import Path

from trucewatch.errors import ReadError, SourceError
from trucewatch.sources import records
from trucewatch.sources.spec import SourceSpec
from trucewatch.sources.unpacking import unpacked
from trucewatch.store import Store


def fitting(store: Store, path: Path, sources: dict[str, SourceSpec]) -> SourceSpec:
    """Return the one source that can read a file; raises SourceError that says why none fits."""
    shape, header = _header(store, path)
    readable = [spec for spec in sources.values() if shape in (*spec.formats, "parquet")]
    fits = {spec.source_id: count for spec in readable if (count := spec.fits(header))}
    best = max(fits.values(), default=0)
    chosen = [name for name, count in fits.items() if count == best]
    if len(chosen) == 1:
        return sources[chosen[0]]
    raise SourceError.at(
        path, 1, found=f"columns {', '.join(header)[:300] or 'none'}",
        expected="the columns of one known source"
        + (f", not of several ({', '.join(sorted(chosen))})" if chosen else ""),
        mend=f"{_nearest(header, readable)}Name it with --source: {', '.join(sorted(sources))}.",
    )  # fmt: skip


def _nearest(header: list[str], readable: list[SourceSpec]) -> str:
    """Say which source shares most names with a header, case ignored, and what keeps them apart."""
    names = {name.casefold() for name in header}

    def shared(spec: SourceSpec) -> tuple[float, str]:
        wanted = {field.name for field in spec.fields if not field.optional}
        alike = len(names & {name.casefold() for name in spec.field_names})
        return alike / (len(wanted | names) or 1), spec.source_id

    best = max(readable, key=shared, default=None)
    if best is None or not shared(best)[0]:
        return ""
    lacks = [f.name for f in best.fields if not f.optional and f.name not in header]
    strange = records.unknown_columns(header, best)
    parts = [f"lacks {', '.join(lacks)}"] * bool(lacks)
    parts += [f"does not know {', '.join(strange)[:200]}"] * bool(strange)
    return f"Nearest is {best.source_id}, which {' and '.join(parts)}. " if parts else ""


def _header(store: Store, path: Path) -> tuple[str, list[str]]:
    """The shape of a file's records, and the columns or keys they have."""
    try:
        with unpacked(path, path.name) as plain:
            keys = _keys_of_first_line(plain)
            if keys:
                return "jsonl", keys
            shape = records.shape_of(plain, _ANY, path.name)
            return shape, records.columns_of(store, plain, _ANY, path.name)
    except (ReadError, OSError) as error:
        raise SourceError.at(
            path, 1, found=str(error), expected="a table with named columns",
            mend="Name the source with --source, or fetch the file again.",
        ) from error  # fmt: skip


def _keys_of_first_line(path: Path) -> list[str]:
    """The keys of a first line that is one JSON object; none where it is not."""
    with path.open("rb") as opened:
        line = opened.readline(records.MAX_HEADER_BYTES)
    try:
        found = json.loads(line) if line.lstrip(b"\xef\xbb\xbf")[:1] == b"{" else None
    except (ValueError, RecursionError):
        return []
    return sorted(found) if isinstance(found, dict) else []


_ANY = SourceSpec(
    folder=Path(), source_id="any", title="", publisher="", licence="", republish="no",
    reliability="F", fields=(),
)  # fmt: skip
