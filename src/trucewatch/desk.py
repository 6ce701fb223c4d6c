"""What a duty officer does: read files in, decide, look up, and publish. The verbs' library."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trucewatch.errors import ConfigError, EvidenceError, Fault
from trucewatch.evidence import Bundled, CaptureFolder, Contents, write_bundle
from trucewatch.ids import content_id, noun_of
from trucewatch.mission import Mission
from trucewatch.records import record_text
from trucewatch.store import KEYS, Run, Store

if TYPE_CHECKING:
    from trucewatch.drawing import Figure
    from trucewatch.publish import Report, SourceFacts
    from trucewatch.sources import Reading

Tell = Callable[[str, int, int | None], None]
_PEOPLE = "people"
STEPS = Path(__file__).parent / "sql"
LATEST = "latest"
PICTURED = ("html", "pdf")
# A warning sets its days against so many before them (trucewatch.outcomes).
REFERENCE_DAYS = 56
PLAIN_FORMS = ("html", "md", "json", "csv")
# Positions of observers and people's decisions are in these: a bundle is not for the public.
BUNDLED = ("observation", "watch", "claim", "notice", "incident", "member", "finding", "review")


def read_files(
    store: Store, mission: Mission, paths: Sequence[Path], source: str | None = None,
    tell: Tell | None = None,
) -> list[Reading]:  # fmt: skip
    """Read the files a user names, folders included; none named: what mission.yaml lists.

    Raises ConfigError for files that no source can read, after the others were read.
    """
    from trucewatch.sources import read_path
    from trucewatch.sources.room import read_listed

    run = Run("run-read", "sources", datetime.now(UTC))
    if not paths:
        return read_listed(store, mission, run)
    files = [file for path in paths for file in _files_in(path)]
    readings: list[Reading] = []
    faults: list[Fault] = []
    for done, file in enumerate(files):
        if tell:
            tell(f"reading {file.name}", done, len(files))
        try:
            readings.append(read_path(store, mission, run, file, source))
        except ConfigError as error:
            faults += error.faults
    if faults:
        raise ConfigError(list(dict.fromkeys(faults)))
    return readings


def kept_out(store: Store, reading: Reading, most: int = 5) -> list[str]:
    """Return in words why records of a capture wait in quarantine, the first ones of it."""
    rows = store.query(
        "SELECT record_no, field, found, expected, mend, count(*) OVER () AS kept_out "
        "FROM quarantine_now WHERE capture_id = $id ORDER BY record_no NULLS FIRST, field "
        "LIMIT $most", {"id": reading.capture_id, "most": most},
    ).to_pylist()  # fmt: skip
    told = [_told(reading.origin, row) for row in rows]
    left = rows[0]["kept_out"] - len(rows) if rows else 0
    return told + [f"{left:,} more of {reading.origin}"] * (left > 0)


def _told(origin: str, row: dict[str, Any]) -> str:
    record = "" if row["record_no"] is None else f", record {row['record_no']}"
    field = "" if row["field"] is None else f", {row['field']}"
    return str(Fault(f"{origin}{record}{field}", None, row["found"], row["expected"], row["mend"]))


def _files_in(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(p for p in path.rglob("*") if p.is_file() and not p.is_symlink())
    if not path.is_file():
        raise ConfigError.at(
            path, None, found="nothing there", expected="a file or a folder",
            mend="Check the path.",
        )  # fmt: skip
    return [path]


def decide(store: Store, noun: str, row: dict[str, Any], decided_utc: datetime) -> str:
    """Append a judgement or a review; return its id. Nothing is overwritten: a later one counts."""
    subjects = [
        value for name, value in row.items() if name in ("left_id", "right_id", "subject_id")
    ]
    for subject in subjects:
        find(store, str(subject))
    row_id = content_id(noun, *row.values(), decided_utc.isoformat())
    run = Run("run-people", _PEOPLE, decided_utc)
    store.append(noun, [{f"{noun}_id": row_id, **row, "supersedes": None}], run)
    return row_id


def find(store: Store, row_id: str) -> tuple[str, dict[str, Any]]:
    """Return (table, row) of an id, open or closed; raises ConfigError where there is none.

    A provision is cited as AGREEMENT/ID, with or without 'prv-' before it.
    """
    table = noun_of(row_id) or ("provision" if "/" in row_id else None)
    if table in KEYS:
        rows = store.query(
            f"SELECT * FROM {table}_history WHERE {KEYS[table][0]} = $id "
            "ORDER BY known_to_utc DESC NULLS FIRST LIMIT 1",
            {"id": row_id.removeprefix("prv-")},
        ).to_pylist()
        if rows:
            return table, rows[0]
    raise ConfigError.at(
        "the command line", None, found=f"the id {row_id!r}", expected="an id of this mission",
        mend="Ids stand in every report beside the figures; run the mission first.",
    )  # fmt: skip


def lineage(store: Store, mission: Mission, row_id: str) -> dict[str, Any]:
    """Return a row with everything it came from, down to the record in the captured bytes."""
    table, row = find(store, row_id)
    document: dict[str, Any] = {"id": row_id, "noun": table, "row": _without_nulls(row)}
    if table == "provision":
        document["row"] |= {"documents_say": provision_said(store, row["provision_id"])}
    if row.get("capture_id"):
        document["capture"] = _capture(store, mission, row)
    parents = _parents(store, table, row) or _counts_behind(store, mission, table, row)
    if parents:
        document["from"] = [lineage(store, mission, parent) for parent in parents[:50]]
        document["from_count"] = len(parents)
    return document


def provision_said(store: Store, provision_id: str) -> dict[str, Any] | None:
    """Return what documents say of a provision, None where none takes a stand on it.

    Keys: status, stated (the agreement's file), differs, says: a list of status, who, roots,
    documents with their claims. The newest version counts where none is cited.
    """
    rows = store.table(
        "provision_said", ("provision_id", "status", "stated", "differs", "says"),
        "provision_id = $id OR starts_with(provision_id, $id || '@')", {"id": provision_id},
    ).to_pylist()  # fmt: skip
    if not rows:
        return None
    row = rows[-1]
    return {**row, "says": json.loads(row["says"])}


def explanation(store: Store, mission: Mission, cited: str) -> list[str]:
    """Return the lines that explain a finding or a provision of a mission, with its documents."""
    from trucewatch.agreements.commands import explain

    if cited.startswith("fnd-"):
        return explain(cited, find(store, cited)[1])
    cited = cited.removeprefix("prv-")
    said = provision_said(store, cited)
    return explain(cited, said=said, among=mission.agreements, base=mission.root)


def _without_nulls(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value is not None}


def _parents(store: Store, table: str, row: dict[str, Any]) -> list[str]:
    if table == "incident":
        found = store.query(
            "SELECT observation_id FROM member WHERE incident_id = $id "
            "GROUP BY ALL ORDER BY observation_id", {"id": row["incident_id"]},
        )  # fmt: skip
        return list(found["observation_id"].to_pylist())
    if table == "finding":
        return _ids_in(row["trace"])
    if table == "conflict":
        return [row["left_observation_id"], row["right_observation_id"]]
    if table == "directive":
        return [row["basis_id"]] if noun_of(str(row["basis_id"])) in KEYS else []
    if table == "provision":
        held = {"id": row["provision_id"]}
        linked = store.table("provision_claim", ("claim_id",), "provision_id = $id", held)
        return list(linked["claim_id"].to_pylist())
    if table == "hypothesis":
        return [value for value in (row["finding_id"], row["incident_id"]) if value]
    return []


def _counts_behind(store: Store, mission: Mission, table: str, row: dict[str, Any]) -> list[str]:
    """The stated counts a warning was made of, newest first: its zone's, as known when issued."""
    if table != "warning":
        return []
    from trucewatch.warn.given import PREFERRED, stated_counts

    rows = stated_counts(store, mission)
    kind = next((k for k in PREFERRED if any(count["kind"] == k for count in rows)), None)
    day = mission.clock.day_containing(row["issued_utc"])
    regions = {region.id for region in mission.regions}
    behind = [
        count for count in rows
        if count["kind"] == kind and count["zone"] in ({row["zone"]} & regions or regions)
        and count["known_day"] <= day and (day - count["last_day"]).days < REFERENCE_DAYS
    ]  # fmt: skip
    behind.sort(key=lambda count: (count["last_day"], count["observation_id"]), reverse=True)
    return [str(count["observation_id"]) for count in behind]


def _ids_in(trace: str) -> list[str]:
    """Ids named anywhere in a trace, in their order."""
    found: dict[str, None] = {}

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)
        elif isinstance(node, str) and noun_of(node) in ("incident", "observation", "watch"):
            found[node] = None

    walk(json.loads(trace))
    return list(found)


def _capture(store: Store, mission: Mission, row: dict[str, Any]) -> dict[str, Any]:
    rows = store.query(
        "SELECT * FROM capture WHERE capture_id = $id", {"id": row["capture_id"]}
    ).to_pylist()
    if not rows:
        raise EvidenceError(f"the capture {row['capture_id']} is not in the store")
    capture = _without_nulls(rows[0])
    path = CaptureFolder(mission.captures_path).open(capture["sha256"])
    record = record_text(store, path, row, origin=str(capture["origin"]))
    return {**capture, "path": str(path), "record": record}


def symmetry_audit(store: Store) -> dict[str, Any]:
    """Return the audit of evenness over a mission's findings, watches, accounts and reviews."""
    from trucewatch.agreements.symmetry import audit

    exposure = store.step(STEPS / "watched_hours.sql").to_pylist()
    reviews = store.table("review", ["subject_id", "who", "decision"]).to_pylist()
    return audit(
        findings=store.table("finding", ["party", "outcome", "provision_id"]).to_pylist(),
        exposure_h={row["control_side"]: row["area_hours"] for row in exposure},
        accounts=store.table("observation", ["observer", "control_side"],
                             where="observer IS NOT NULL AND control_side IS NOT NULL").to_pylist(),
        ratings=[(row["subject_id"], row["who"], row["decision"]) for row in reviews],
    )  # fmt: skip


def coverage_rows(
    store: Store, mission: Mission, without: str | None, patrol: str | None
) -> list[dict[str, Any]]:
    """Return coverage rows: as they stand, without an observer, or for one more patrol."""
    from trucewatch.coverage.room import best_next_patrol, continuity

    try:
        if without is not None:
            return continuity(store, mission, without)
        if patrol is not None:
            return best_next_patrol(store, mission, kind=patrol)
    except ValueError as error:
        raise ConfigError.at(
            "the command line", None, found=str(error), expected="a name that watches have",
            mend="Names stand in: trucewatch coverage --json",
        ) from error  # fmt: skip
    columns = ("zone", "kind", "window_end_utc", "watches", "watched_share", "outage_share",
               "detection_probability", "missed_upper")  # fmt: skip
    last = "window_end_utc = (SELECT max(window_end_utc) FROM coverage_now)"
    rows: list[dict[str, Any]] = store.table("coverage", columns, where=last).to_pylist()
    return sorted(rows, key=lambda row: (row["zone"], row["kind"]))


def warm_up() -> None:
    """Run a small synthetic truce once, away from any mission: its compiled kernels are kept."""
    from tempfile import TemporaryDirectory

    from trucewatch.exercise import ExerciseOptions, write
    from trucewatch.mission import read_mission
    from trucewatch.pipeline import open_mission, run_rooms

    with TemporaryDirectory(prefix="trucewatch-") as name:
        folder = Path(name) / "truce"
        write(folder, ExerciseOptions(days=20, observations=400, seed=1))
        small = read_mission(folder)
        with open_mission(small) as store:
            run_rooms(store, small)


def product(
    store: Store, mission: Mission, *, kind: str = "daily", day: date | None = None,
    audience: str = "mission",
) -> Report:  # fmt: skip
    """Return the facts of a report of a reporting day; None: the last one that has an account."""
    from trucewatch.publish import Asked, read_report
    from trucewatch.version import code_version

    asked = Asked(
        kind=kind, audience=audience, data_utc=store.as_of_utc, code_version=code_version(),
        sources=_source_facts(mission), run_id=_last_run(store),
    )  # fmt: skip
    return read_report(store, mission, day=day, asked=asked)


def _last_run(store: Store) -> str | None:
    """The newest run known by then, of the last room where several are as new."""
    found = store.query(
        "SELECT run_id FROM run WHERE $known IS NULL OR known_from_utc <= $known "
        "ORDER BY known_from_utc DESC, room = 'respond' DESC, run_id LIMIT 1",
        {"known": store.as_of_utc},
    ).to_pylist()
    return str(found[0]["run_id"]) if found else None


def _source_facts(mission: Mission) -> dict[str, SourceFacts]:
    """What the sources say of themselves, whether they may be published again among it."""
    from trucewatch.publish import SourceFacts
    from trucewatch.sources import known_sources
    from trucewatch.sources.spec import read_spec

    specs = known_sources(mission.root)
    mapped = [read_spec(mission.root / use.mapping) for use in mission.sources if use.mapping]
    return {
        spec.source_id: SourceFacts(
            source_id=spec.source_id, title=spec.title, publisher=spec.publisher,
            licence=spec.licence, reliability=spec.reliability, address=spec.homepage or "",
            republish=spec.republish == "yes", derived=spec.republish in ("yes", "derived"),
        )
        for spec in (*specs.values(), *mapped)
    }  # fmt: skip


def write_daily(store: Store, mission: Mission) -> tuple[Report, Path]:
    """Write the last day's report in every plain form; return its facts and the HTML's path."""
    report = product(store, mission)
    paths = [write(store, mission, report, form) for form in PLAIN_FORMS]
    (_folder(store, mission) / LATEST).write_text(paths[0].name, encoding="utf-8")
    return report, paths[0]


def latest_daily(store: Store, mission: Mission) -> Path | None:
    """Return the report that the last run wrote, or None where it is not there."""
    folder = _folder(store, mission)
    try:
        path = folder / Path((folder / LATEST).read_text(encoding="utf-8")).name
    except (OSError, UnicodeDecodeError):
        return None
    return path if path.is_file() else None


def write(store: Store, mission: Mission, report: Report, form: str) -> Path:
    """Write one product into the mission's out folder; a look at the past has its own folder."""
    from trucewatch.publish import write_report

    figures = warning_figures(store, mission, report) if form in PICTURED else {}
    return write_report(report, form, _folder(store, mission), figures=figures)


def warning_figures(store: Store, mission: Mission, report: Report) -> dict[str, Figure]:
    """Return the pictures of the warnings in a report, by the forecasts that it states.

    None where the report holds no warning, and none for an audience that sees less than all.
    """
    if not report.warnings or report.head.redaction is not None:
        return {}
    from trucewatch.warn.figures import figures_of

    issued = max(w.issued_utc for w in report.warnings)
    return figures_of(
        store, mission, Run("run-pictures", "warn", issued, options=mission.options.get("warn", {}))
    )


def bundle(store: Store, mission: Mission, path: Path, *, whole: bool = False) -> Bundled:
    """Write captures, their chain and the tables made from them into one file to hand over.

    whole: with the bytes of sources whose `republish` is "no", for use inside the mission.
    """
    passed_on = {f.source_id for f in _source_facts(mission).values() if f.derived}
    captures = store.query("SELECT * FROM capture ORDER BY received_utc, capture_id").to_pylist()
    known = store.query("SELECT max(known_from_utc) AS known FROM capture")["known"][0].as_py()
    contents = Contents(
        title=mission.title, known_utc=known.isoformat() if known else None, captures=captures,
        tables={table: store.table(table) for table in BUNDLED},
        withheld=set() if whole else {row["source_id"] for row in captures} - passed_on,
    )  # fmt: skip
    return write_bundle(path, CaptureFolder(mission.captures_path), contents)


def _folder(store: Store, mission: Mission) -> Path:
    if store.as_of_utc is None:
        return mission.out_path
    return mission.out_path / ("as-of-" + store.as_of_utc.strftime("%Y%m%dT%H%M%SZ"))
