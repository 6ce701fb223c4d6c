"""A capture's bytes as text: the view `record_raw`, one row a record, nothing interpreted.

Everything is text here, so that a value that is no number or no date can still be shown as it
stood. Lines the parser cannot split go to quarantine; the rest goes on.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from trucewatch.errors import ReadError, StoreError
from trucewatch.sources.lines import (
    MAX_LINE_BYTES,
    Rejected,
    column_lists,
    ends_in_quote,
    holds_nul,
    split_lines,
)
from trucewatch.sources.spec import SourceSpec
from trucewatch.store import Store

MAX_HEADER_BYTES = 1 << 16
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_DELIMITERS = (",", ";", "\t", "|")


def quoted(name: str) -> str:
    """Return an identifier quoted for SQL, whatever characters a header holds."""
    return '"' + name.replace('"', '""') + '"'


def load_records(store: Store, path: Path, spec: SourceSpec, name: str) -> list[Rejected]:
    """Make the temporary view record_raw(record_no, one column a field); return rejected lines.

    Columns that the source declares and the file lacks are NULL. Raises ReadError where the
    file as a whole is not this source's.
    """
    if path.stat().st_size == 0:
        raise ReadError(
            name, found="an empty file", expected=f"records of {spec.source_id}",
            mend="Fetch the file again, or remove it from the mission.",
        )  # fmt: skip
    shape = shape_of(path, spec, name)
    if shape == "parquet":
        return _load_parquet(store, path, spec, name)
    if shape in ("json", "jsonl"):
        return _load_json(store, path, spec, (name, shape))
    return _load_csv(store, path, spec, name)


def shape_of(path: Path, spec: SourceSpec, name: str) -> str:
    """Return csv, parquet, json or jsonl: what a file's first bytes say its records are."""
    with path.open("rb") as opened:
        start = opened.read(4096)
    if start[:4] == b"PAR1":
        return "parquet"
    if start.startswith(_UTF16):
        raise ReadError(
            name, found="UTF-16 text", expected="UTF-8 text", mend="Save the file as UTF-8."
        )
    if start.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        return next((shape for shape in ("json", "jsonl") if shape in spec.formats), "csv")
    return "csv"


def header_of(path: Path, name: str, wanted: set[str] | None = None) -> tuple[list[str], str]:
    """Return a CSV file's column names and its delimiter; raises ReadError where there are none."""
    with path.open("rb") as opened:
        line = opened.readline(MAX_HEADER_BYTES + 1)
    if len(line) > MAX_HEADER_BYTES:
        raise ReadError(
            name, found=f"a first line longer than {MAX_HEADER_BYTES} bytes",
            expected="a line of column names", mend="Check that the file is a CSV table.",
        )  # fmt: skip
    if b"\x00" in line:
        raise ReadError(
            name, found="NUL bytes in the first line", expected="a line of column names",
            mend="The file is binary or damaged; fetch it again.",
        )  # fmt: skip
    try:
        text = line.decode("utf-8-sig").strip("\r\n")
    except UnicodeDecodeError as error:
        raise ReadError(
            name, found=f"a first line that is not UTF-8 (byte {error.start})",
            expected="UTF-8 text", mend="Save the file as UTF-8.",
        ) from error  # fmt: skip
    if "\r" in text:
        raise ReadError(
            f"{name}:1", found="carriage returns inside the first line",
            expected="lines that end in a line feed (or carriage return and line feed)",
            mend="Save the file again as 'CSV UTF-8', not 'CSV (Macintosh)'.",
        )  # fmt: skip
    split = {d: _split(text, d) for d in _DELIMITERS}
    best = max(_DELIMITERS, key=lambda d: (len(set(split[d]) & (wanted or set())), len(split[d])))
    return split[best], best


def _header(path: Path, spec: SourceSpec, name: str) -> tuple[list[str], str]:
    if spec.headerless:
        return list(spec.headerless), "\t"
    return header_of(path, name, set(spec.field_names))


def _split(line: str, delimiter: str) -> list[str]:
    return [name.strip() for name in next(csv.reader(io.StringIO(line), delimiter=delimiter), [])]


def _check_columns(found: list[str], spec: SourceSpec, name: str) -> None:
    doubled = sorted({column for column in found if found.count(column) > 1})
    missing = [f.name for f in spec.fields if not f.optional and f.name not in found]
    if doubled or missing:
        what = f"no column {', '.join(missing)}" if missing else f"twice {', '.join(doubled)}"
        raise ReadError(
            f"{name}:1", found=f"{what} (columns: {', '.join(found)[:300]})",
            expected=f"the columns of {spec.source_id}: {', '.join(spec.field_names)}",
            mend="If the source changed its shape, mend source.yaml; else use another --source.",
        )  # fmt: skip


def unknown_columns(found: list[str], spec: SourceSpec) -> list[str]:
    """Return the columns that the source neither uses nor ignores by name."""
    return [c for c in found if c and c not in spec.field_names and c not in spec.ignored]


def _select_fields(found: list[str], spec: SourceSpec, cast: bool = False) -> str:
    def column(field: str) -> str:
        if field not in found:
            return f"NULL::VARCHAR AS {quoted(field)}"
        text = f"CAST({quoted(field)} AS VARCHAR)" if cast else quoted(field)
        return f"{text} AS {quoted(field)}"

    return ", ".join(column(field) for field in spec.field_names)


def _keep(
    store: Store, select: str, bound: dict[str, object], *, is_numbered: bool = False
) -> None:
    """Take records in, with the number that the SELECT gives each or else that of its row.

    A window function would number them too, but on one thread: the rows of a table just made
    have numbers already, from 0, in the order of the file.
    """
    store.execute(f"CREATE OR REPLACE TEMP TABLE record_text AS {select}", bound)
    number = "" if is_numbered else "rowid + 1 AS record_no, "
    store.execute(f"CREATE OR REPLACE TEMP VIEW record_raw AS SELECT {number}* FROM record_text")


@contextmanager
def _refusing(name: str, expected: str, mend: str) -> Iterator[None]:
    """Raise ReadError, with what the engine said, where it cannot parse a capture's bytes."""
    try:
        yield
    except StoreError as error:
        found = str(error.__cause__ or error).splitlines()[0]
        raise ReadError(name, found=found, expected=expected, mend=mend) from error


def _load_csv(store: Store, path: Path, spec: SourceSpec, name: str) -> list[Rejected]:
    found, delimiter = _header(path, spec, name)
    _check_columns(found, spec, name)
    # A trailing delimiter gives a nameless column: it is read and left out.
    names = [column or f"nameless {index}" for index, column in enumerate(found)]
    if holds_nul(path) or ends_in_quote(path, delimiter):
        return _load_lines(store, path, spec, (names, delimiter))
    try:
        return _parse_csv(store, path, spec, (names, delimiter))
    except StoreError:
        return _load_lines(store, path, spec, (names, delimiter))


def _parse_csv(
    store: Store, path: Path, spec: SourceSpec, shape: tuple[list[str], str]
) -> list[Rejected]:
    names, delimiter = shape
    columns = ", ".join(f"{_text(n)}: 'VARCHAR'" for n in names)
    store.execute("DROP TABLE IF EXISTS csv_rejects")
    store.execute("DROP TABLE IF EXISTS csv_scans")
    # Quoted text with line breaks is only safe with one parser thread; large numeric files
    # have none, and there the second core pays.
    parallel = path.stat().st_size > (64 << 20)
    _keep(
        store,
        f"SELECT {_select_fields(names, spec)} FROM read_csv("
        f"$path, auto_detect = false, header = {str(not spec.headerless).lower()}, "
        f"columns = {{{columns}}}, delim = $delimiter, "
        "quote = '\"', escape = '\"', store_rejects = true, rejects_table = 'csv_rejects', "
        f"rejects_scan = 'csv_scans', rejects_limit = 100000, parallel = {str(parallel).lower()}, "
        f"max_line_size = {MAX_LINE_BYTES}, new_line = '{_line_end(path)}')",
        {"path": str(path), "delimiter": delimiter},
    )
    rows = store.query(
        "SELECT line, any_value(error_message) AS message, any_value(csv_line) AS record "
        "FROM csv_rejects GROUP BY line ORDER BY line"
    ).to_pylist()
    return [
        Rejected(row["line"], row["message"].splitlines()[0], "a line of this table", row["record"])
        for row in rows
    ]


def _load_lines(
    store: Store, path: Path, spec: SourceSpec, shape: tuple[list[str], str]
) -> list[Rejected]:
    import pyarrow as pa

    names, delimiter = shape
    lines = list(split_lines(path, len(names), delimiter, has_header=not spec.headerless))
    good = [(number, fields) for number, fields in lines if not isinstance(fields, Rejected)]
    columns = column_lists(good, names, spec.field_names)
    schema = [("record_no", pa.int64()), *((name, pa.string()) for name in spec.field_names)]
    with store.lending({"split": pa.table(columns, schema=pa.schema(schema))}):
        _keep(store, "SELECT * FROM split", {}, is_numbered=True)
    return [fields for _, fields in lines if isinstance(fields, Rejected)]


def _line_end(path: Path) -> str:
    with path.open("rb") as opened:
        line = opened.readline(MAX_HEADER_BYTES)
    return "\\r\\n" if line.endswith(b"\r\n") else "\\n"


def _load_parquet(store: Store, path: Path, spec: SourceSpec, name: str) -> list[Rejected]:
    with _refusing(name, "a Parquet file", "Fetch the file again."):
        columns = _parquet_columns(store, path)
        _check_columns(columns, spec, name)
        fields = _select_fields(columns, spec, cast=True)
        _keep(store, f"SELECT {fields} FROM read_parquet($path)", {"path": str(path)})
    return []


def _parquet_columns(store: Store, path: Path) -> list[str]:
    found = store.query("SELECT * FROM read_parquet($path) LIMIT 0", {"path": str(path)})
    return list(found.column_names)


def _load_json(
    store: Store, path: Path, spec: SourceSpec, named: tuple[str, str]
) -> list[Rejected]:
    name, shape = named
    fields = ", ".join(
        f"json_extract_string(line, {_text('$.' + quoted(f))}) AS {quoted(f)}"
        for f in spec.field_names
    )
    with _refusing(name, "JSON objects", "Check line lengths and encoding."):
        store.execute(
            f"CREATE OR REPLACE TEMP TABLE json_line AS {_LINES[shape]}",
            {"path": str(path), "items": f"$.{spec.items}[*]" if spec.items else "$[*]"},
        )
        _keep(
            store, f"SELECT record_no, {fields} FROM json_line "
            "WHERE line IS NOT NULL AND json_valid(line)", {}, is_numbered=True,
        )  # fmt: skip
    rows = store.query(
        "SELECT record_no AS line, left(line, 2000) AS record FROM json_line "
        "WHERE line IS NOT NULL AND NOT json_valid(line) ORDER BY record_no"
    ).to_pylist()
    return [
        Rejected(r["line"], "a line that is no JSON", "one JSON object", r["record"]) for r in rows
    ]


def columns_of(store: Store, path: Path, spec: SourceSpec, name: str) -> list[str]:
    """Return the columns or keys that a file really has, used or not."""
    shape = shape_of(path, spec, name)
    if shape == "csv":
        return _header(path, spec, name)[0]
    if shape == "parquet":
        return _parquet_columns(store, path)
    rows = store.query(
        "SELECT DISTINCT unnest(json_keys(line)) AS key FROM json_line "
        "WHERE json_valid(line) AND json_type(line) = 'OBJECT'"
    )
    return sorted(rows["key"].to_pylist())


_LINES = {
    # The unit separator never stands in JSON text unescaped: every line is one field.
    "jsonl": "SELECT row_number() OVER () AS record_no, line FROM read_csv($path, "
    "auto_detect = false, header = false, columns = {'line': 'VARCHAR'}, delim = chr(31), "
    f"quote = '', escape = '', max_line_size = {MAX_LINE_BYTES}, parallel = false)",
    "json": "SELECT row_number() OVER () AS record_no, CAST(item AS VARCHAR) AS line FROM "
    "(SELECT unnest(json_extract(content, $items)) AS item FROM read_text($path))",
}


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
