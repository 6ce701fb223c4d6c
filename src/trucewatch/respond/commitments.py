"""The commitments board: from pledge to delivery, with evidence, score and what would call it."""

from __future__ import annotations

import csv
import io
import json
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

from trucewatch.config import read_yaml
from trucewatch.errors import ReadError
from trucewatch.ids import content_id
from trucewatch.model import STAGES
from trucewatch.when import instant, iso_utc

Row = Mapping[str, Any]

# Shares of what was owed from which a delivery counts as intermediate and as full.
INTERMEDIATE, FULL = 0.5, 0.99
CSV_COLUMNS = ("provision_id", "party", "stage", "amount", "unit", "stage_utc", "deadline_utc",
               "observation_id")  # fmt: skip
CSV_MAX = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the board: a commitment of one party with where it stands.

    score: 0 none, 1 minimal, 2 intermediate, 3 full. delivered_share: of what is owed, 0..1 or
    more, NULL where no amount is known. is_lapsed: past its own sunset. called_by: findings that
    would call on the commitment.
    """

    provision_id: str
    party: str
    stage: str | None
    owed: float | None
    unit: str | None
    amounts: Mapping[str, float]
    delivered_share: float | None
    deadline_utc: datetime | None
    is_late: bool
    is_lapsed: bool
    score: int
    evidence: tuple[str, ...]
    called_by: tuple[str, ...]


def deliveries(provisions: Iterable[Row]) -> list[dict[str, Any]]:
    """Return the delivery provisions with their parameters unpacked; others are left out."""
    return [
        {**row, "terms": _terms(row["parameters"])} for row in provisions
        if row["kind"] == "delivery"
    ]  # fmt: skip


def _terms(text: str) -> dict[str, Any]:
    try:
        terms = json.loads(text)
    except ValueError:
        return {}
    return terms if isinstance(terms, dict) else {}


def stage_rows(provisions: Iterable[Row], observations: Iterable[Row]) -> list[dict[str, Any]]:
    """Return the rows of `commitment`: one per account of a stage that fits a provision.

    observations: kind commitment_stage, the stage in attributes.stage or in the description, the
    party in claimed_actor, control_side or claimant. An account names its provision in
    attributes.provision (id or article); without a name it fits by party and unit, if only one
    provision fits. Every agreed provision also has a row 'pledged' per party: the text is the
    pledge. A sum that payer and receiver both tell of is counted once: see _told_once.
    """
    owed = deliveries(provisions)
    found = [
        _pledge_row(provision, party) for provision in owed if provision["status"] == "agreed"
        for party in _parties(provision)
    ]  # fmt: skip
    for row in _told_once(observations):
        told = _terms(row.get("attributes") or "{}")
        stage = told.get("stage") or row.get("description")
        fitting = [provision for provision in owed if _fits(provision, row, told)]
        if stage in STAGES and len(fitting) == 1:
            found.append(_account_row(fitting[0], row, str(stage)))
    unique = {row["commitment_id"]: row for row in found}
    return [unique[key] for key in sorted(unique)]


def _told_once(observations: Iterable[Row]) -> list[Row]:
    """Return the accounts, without the amount of those that another teller's books hold as well.

    Accounts of one payer, stage and sum are counted as often as the one who tells of most of them
    tells: never too much is called delivered.
    """
    tellers: dict[tuple[Any, ...], dict[Any, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in observations:
        told = _terms(row.get("attributes") or "{}")
        stage, sum_told = told.get("stage") or row.get("description"), row.get("quantity")
        key = (row.get("claimed_actor"), stage, told.get("provision"), sum_told, row.get("unit"))
        tellers[key][row.get("claimant")].append(row)
    kept: list[Row] = []
    for by_teller in tellers.values():
        first, *others = sorted(by_teller, key=lambda who: (-len(by_teller[who]), str(who)))
        kept += by_teller[first]
        kept += [
            {**row, "quantity": None, "count_best": None} for who in others
            for row in by_teller[who]
        ]  # fmt: skip
    return kept


def _fits(provision: Row, row: Row, told: Mapping[str, Any]) -> bool:
    named = told.get("provision") or told.get("provision_id")
    if named:
        whole = str(provision["provision_id"])
        return named in (whole, whole.split("/", 1)[-1], provision["article"])
    parties = {str(p).casefold() for p in _parties(provision)}
    who = {str(row.get(c)).casefold() for c in ("claimed_actor", "control_side", "claimant")}
    unit, owed = row.get("unit"), provision["terms"].get("unit")
    same_unit = unit is None or owed is None or str(unit).casefold() == str(owed).casefold()
    return bool(parties & who) and same_unit


def _parties(provision: Row) -> list[str]:
    named = provision["terms"].get("parties")
    if isinstance(named, list) and named:
        return [str(name) for name in named]
    return [part.strip() for part in str(provision["party"]).split(",")]


def _pledge_row(provision: Row, party: str) -> dict[str, Any]:
    terms = provision["terms"]
    return with_id({
        "provision_id": provision["provision_id"], "party": party, "stage": "pledged",
        "amount": _number(terms.get("limit")) or None, "unit": terms.get("unit"),
        "stage_utc": provision["in_force_from_utc"], "deadline_utc": _moment(terms.get("deadline")),
        "observation_id": None,
    })  # fmt: skip


def _account_row(provision: Row, row: Row, stage: str) -> dict[str, Any]:
    who = row.get("claimed_actor") or row.get("control_side") or row.get("claimant")
    best = row.get("quantity") if row.get("quantity") is not None else row.get("count_best")
    return with_id({
        "provision_id": provision["provision_id"], "party": str(who or provision["party"]),
        "stage": stage, "amount": _number(best), "unit": row.get("unit"),
        "stage_utc": row.get("start_utc"),
        "deadline_utc": _moment(provision["terms"].get("deadline")),
        "observation_id": str(row["observation_id"]),
    })  # fmt: skip


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else None


def _moment(value: Any) -> datetime | None:
    try:
        return None if value is None else instant(value)
    except (TypeError, ValueError):
        return None


def board(
    provisions: Iterable[Row], commitments: Iterable[Row], findings: Iterable[Row],
    at_utc: datetime,
) -> list[Line]:  # fmt: skip
    """Return the board at an instant: one line per delivery provision and party.

    The score follows the four steps of the Kroc Peace Accords Matrix (Joshi, Quinn and Regan
    2015); the thresholds on amounts are this project's: 3 at 99% delivered, 2 at half delivered
    or allocated in full, 1 at any stage in law or later. A pledge alone scores 0.
    """
    by_line: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in commitments:
        by_line[row["provision_id"], row["party"]].append(row)
    breaches = [row for row in findings if row["outcome"] == "breach"]
    provisions = list(provisions)
    kinds = {row["provision_id"]: row["kind"] for row in provisions}
    lines = []
    for provision in deliveries(provisions):
        called = _called_by(provision, breaches, kinds)
        parties = sorted(p for i, p in by_line if i == provision["provision_id"])
        for party in parties:
            rows = by_line[provision["provision_id"], party]
            lines.append(_line(provision, party, rows, called, at_utc))
    return lines


def _line(
    provision: Row, party: str, rows: Sequence[Row], called: tuple[str, ...], at_utc: datetime
) -> Line:
    terms = provision["terms"]
    known = [r for r in rows if r["stage_utc"] is None or r["stage_utc"] <= at_utc]
    reached = max((STAGES.index(row["stage"]) for row in known), default=None)
    amounts: dict[str, float] = defaultdict(float)
    for row in known:
        if row["amount"] is not None and row["observation_id"] is not None:
            amounts[row["stage"]] += row["amount"]
    # A limit of 0 says that no amount is public: a stage can be reached, a share cannot be told.
    owed = _number(terms.get("limit")) or None
    share = amounts.get("delivered", 0.0) / owed if owed else None
    deadline, sunset = _moment(terms.get("deadline")), _moment(terms.get("sunset"))
    lapsed = sunset is not None and sunset < at_utc
    stage = None if reached is None else STAGES[reached]
    score = _score(stage, share, amounts, owed)
    wanted = STAGES.index(terms["stage"]) if terms.get("stage") in STAGES else len(STAGES) - 1
    short = reached is None or reached < wanted or (share is not None and share < FULL)
    return Line(
        provision["provision_id"], party, stage, owed, terms.get("unit"), dict(amounts), share,
        deadline, bool(deadline and deadline < at_utc and short and not lapsed), lapsed, score,
        tuple(sorted(str(r["observation_id"]) for r in known if r["observation_id"])), called,
    )  # fmt: skip


def _score(
    stage: str | None, share: float | None, amounts: Mapping[str, float], owed: float | None
) -> int:
    if stage is None or stage == "pledged":
        return 0
    if share is None:
        return 3 if stage == "delivered" else 2 if stage == "allocated" else 1
    if share >= FULL:
        return 3
    allocated = owed is not None and amounts.get("allocated", 0.0) >= FULL * owed
    return 2 if share >= INTERMEDIATE or allocated else 1


@cache
def _calls() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = read_yaml(Path(__file__).parent / "calls.yaml").value
    return rows


def _called_by(
    provision: Row, breaches: Iterable[Row], kinds: Mapping[str, str]
) -> tuple[str, ...]:
    """Return breaches that call on a commitment: by the text's own terms, or by calls.yaml."""
    named = provision["terms"].get("called_by") or ()
    patterns = [str(name) for name in named] if isinstance(named, list) else [str(named)]
    agreement = str(provision["provision_id"]).split("/", 1)[0]
    by_kinds = {
        kind for call in _calls() for kind in call["by_kinds"]
        if provision["terms"].get("topic") in call["topics"]
        and any(fnmatchcase(agreement, pattern) for pattern in call["agreements"])
    }  # fmt: skip
    found = []
    for row in breaches:
        broken = str(row["provision_id"])
        same = broken.split("/", 1)[0] == agreement and kinds.get(broken) in by_kinds
        if same or any(fnmatchcase(broken, pattern) for pattern in patterns):
            found.append(str(row["finding_id"]))
    return tuple(sorted(found))


def write_csv(commitments: Iterable[Row]) -> str:
    """Return the commitments as CSV with the columns of CSV_COLUMNS; times in UTC."""
    out = io.StringIO()
    writer = csv.DictWriter(out, CSV_COLUMNS, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    for row in commitments:
        times = {c: iso_utc(row[c]) for c in ("stage_utc", "deadline_utc") if row[c] is not None}
        writer.writerow({**row, **times})
    return out.getvalue()


def read_csv(text: str, name: str = "commitments.csv") -> list[dict[str, Any]]:
    """Return commitments from CSV; raises ReadError with the line that cannot be read."""
    if len(text) > CSV_MAX:
        raise ReadError(name, found=f"{len(text)} characters", expected=f"at most {CSV_MAX}",
                        mend="Split the file.")  # fmt: skip
    reader = csv.DictReader(io.StringIO(text))
    missing = [c for c in CSV_COLUMNS[:3] if c not in (reader.fieldnames or ())]
    if missing:
        raise ReadError(name, found=f"no column {', '.join(missing)}",
                        expected=", ".join(CSV_COLUMNS), mend="Add the columns.")  # fmt: skip
    return [_csv_row(row, f"{name}:{number}") for number, row in enumerate(reader, start=2)]


def _csv_row(row: dict[str, str | None], where: str) -> dict[str, Any]:
    try:
        amount = row.get("amount")
        times = {c: instant(text) if (text := row.get(c)) else None
                 for c in ("stage_utc", "deadline_utc")}  # fmt: skip
        number = float(amount) if amount else None
    except ValueError as error:
        raise ReadError(where, found=str(error), expected="a number and times with a zone",
                        mend="Correct the line.") from error  # fmt: skip
    if row["stage"] not in STAGES or not row["provision_id"] or not row["party"]:
        wanted = f"provision_id, party and a stage of {', '.join(STAGES)}"
        raise ReadError(where, found=f"stage {row['stage']!r}", expected=wanted,
                        mend="Correct the line.")  # fmt: skip
    return with_id({
        "provision_id": row["provision_id"], "party": row["party"], "stage": row["stage"],
        "amount": number, "unit": row.get("unit") or None, **times,
        "observation_id": row.get("observation_id") or None,
    })  # fmt: skip


def with_id(row: dict[str, Any]) -> dict[str, Any]:
    """Return a commitment with its id: from its observation, or else from its time and amount."""
    when = None if row["stage_utc"] is None else iso_utc(row["stage_utc"])
    account = row["observation_id"] or f"{when} {row['amount']}"
    identity = row["provision_id"], row["party"], row["stage"], account
    return {"commitment_id": content_id("commitment", *identity), **row}
