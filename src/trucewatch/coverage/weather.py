"""Cloud by region and day, from a plain table."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trucewatch.errors import ConfigError
from trucewatch.mission import Mission

if TYPE_CHECKING:
    import pyarrow as pa

COLUMNS = ("region", "day", "cloud_share")


def read_weather(path: Path) -> pa.Table:
    """Return a weather table from CSV or Parquet; raises ConfigError where it is not one."""
    import pyarrow as pa
    from pyarrow import csv, parquet

    try:
        table = parquet.read_table(path) if path.suffix == ".parquet" else csv.read_csv(path)
    except (OSError, pa.ArrowException) as error:
        raise _fault(path, str(error).splitlines()[0], "CSV or Parquet that can be read") from error
    missing = [column for column in COLUMNS if column not in table.column_names]
    if missing:
        raise _fault(path, f"no column {', '.join(missing)}", f"columns {', '.join(COLUMNS)}")
    return table.select(list(COLUMNS))


def clouds(rows: pa.Table, mission: Mission, path: Path | None = None) -> dict[Any, float]:
    """Return cloud share, 0 clear to 1 overcast, by (zone id, local day).

    rows: region (id, name or alias of a mission's region), day, cloud_share; a missing share and
    a region that is no zone are left out. Raises ConfigError for a share outside 0..1 (a table
    in per cent would make every satellite blind) or a day that is no date.
    """
    found: dict[Any, float] = {}
    known = {name: mission.region_named(name) for name in set(rows["region"].to_pylist()) if name}
    for number, row in enumerate(rows.to_pylist(), start=2):
        zone, share = known.get(row["region"]), row["cloud_share"]
        if zone is None or share is None:
            continue
        if not (isinstance(share, int | float) and 0 <= share <= 1):
            raise _fault(path, f"cloud_share {share!r}", "0..1 (per cent divided by 100)", number)
        found[zone.id, _day(row["day"], path, number)] = float(share)
    return found


def _day(value: Any, path: Path | None, number: int) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError as error:
        raise _fault(path, f"day {value!r}", "a date such as 2021-06-01", number) from error


def _fault(path: Path | None, found: str, expected: str, line: int | None = None) -> ConfigError:
    mend = "Correct the table; mission.yaml names it under options: coverage: weather."
    return ConfigError.at(path or "weather", line, found=found, expected=expected, mend=mend)
