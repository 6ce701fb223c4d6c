"""What a case expects of an evaluation, column by column, and what the evaluation says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from trucewatch.agreements.agreement import Agreement
from trucewatch.agreements.cases import NOTHING, Case, parts_of
from trucewatch.agreements.evaluate import HYPOTHETICAL, Evaluation, Row, evaluate

WORST = {NOTHING: 0, "none_seen": 1, "undetermined": 2, "breach": 3}


@dataclass(frozen=True, slots=True)
class Verdict:
    """One expectation and what the evaluation says; holds: they agree."""

    case: Case
    key: str
    expected: str
    found: str

    @property
    def holds(self) -> bool:
        """Whether the case passes."""
        return self.expected == self.found


def run_case(case: Case, agreement: Agreement) -> list[Verdict]:
    """Evaluate a case and hold each of its expectations against the findings."""
    return verdicts(case, agreement, evaluate(agreement, case.evidence, case.setting))


def verdicts(case: Case, agreement: Agreement, result: Evaluation) -> list[Verdict]:
    """Hold the expectations of a case against an evaluation."""
    out = []
    for key, wanted in case.expected.items():
        asked = wanted if isinstance(wanted, Mapping) else {"outcome": wanted}
        found = _answer(key, asked, agreement, result)
        out.append(Verdict(case, key, _said(_plain(asked)), _said(found)))
    return out


def _plain(asked: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _written(value) for name, value in asked.items() if name != "window"}


def _written(value: Any) -> Any:
    if value is None or value == "none":
        return "none"
    return round(float(value), 2) if isinstance(value, int | float) else str(value)


def _said(answer: Mapping[str, Any]) -> str:
    """Return an answer in words: 'breach', or 'breach, bound none, findings 2'."""
    first = [str(answer["outcome"])] if "outcome" in answer else []
    return ", ".join(first + [f"{n} {answer[n]}" for n in sorted(answer) if n != "outcome"])


def _answer(
    key: str, asked: Mapping[str, Any], agreement: Agreement, result: Evaluation
) -> dict[str, Any]:
    rows = [row for row in result.findings if _named(key, row, agreement)]
    if "window" in asked:
        day = date.fromisoformat(str(asked["window"]))
        rows = [r for r in rows if _middle_day(r) == day]
    worst = max(rows, key=lambda r: (WORST[str(r["outcome"])], r["window_start_utc"]), default=None)
    answers = {"findings": float(len(rows)), "outcome": NOTHING}
    if worst is not None:
        answers |= _columns(worst, str(asked.get("because", "")), result)
    return {name: answers.get(name, "none") for name in asked if name != "window"}


def _named(key: str, row: Row, agreement: Agreement) -> bool:
    provision, reading, party = parts_of(key)
    return (
        row["provision_id"].removeprefix(f"{agreement.name}/") == provision
        and reading in (None, str(row["reading"]).removeprefix(HYPOTHETICAL))
        and party in (None, row["party"])
    )


def _middle_day(row: Row) -> date:
    # The middle of a day is of the same date in UTC, wherever its evening lies.
    start, end = row["window_start_utc"], row["window_end_utc"]
    middle: date = (start + (end - start) / 2).date()
    return middle


def _columns(row: Row, because: str, result: Evaluation) -> dict[str, Any]:
    tree = json.loads(row["trace"])
    reasons = [str(reason) for reason in tree.get("reasons", ())]
    owners = [number for number, (owner, _) in enumerate(result.owners)
              if owner == row["finding_id"]]  # fmt: skip
    return {
        **{name: _written(row[name]) for name in (
            "outcome", "zone", "reading", "pattern", "severity", "probability")},
        "bound": _written(row["missed_upper"]),
        "watched_share": _written(tree.get("coverage", {}).get("watched_share")),
        "because": because if any(because in reason for reason in reasons) else str(reasons),
        "open_acts": float(sum(int((result.owner == number).sum()) for number in owners)),
    }  # fmt: skip
