"""An agreement held against evidence: findings, each with its trace. Pure: no store, no clock.

Outcomes: 'breach' where the chance that one happened reaches the certainty asked for; 'none_seen'
only where the ledger of coverage bounds what was missed, and then with that bound; else
'undetermined'. No observation is never compliance, and the same rule serves every party.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trucewatch.agreements.acts import ANY_SIDE, ELSEWHERE, Acts, Evidence, Setting, gather
from trucewatch.agreements.agreement import Agreement, Provision, Rule
from trucewatch.agreements.frames import Frame
from trucewatch.agreements.groups import SYSTEMIC_OF_DAYS, Groups, grouped, pattern, severity
from trucewatch.agreements.match import Matched, Matcher, Rows
from trucewatch.agreements.measured import Ledgers, measured
from trucewatch.agreements.power import NOTHING, CoverageBook, Power
from trucewatch.agreements.trace import (
    ActsBook,
    Tree,
    article_text,
    article_tree,
    ids_of,
    text_of,
)
from trucewatch.ids import content_id

HYPOTHETICAL = "hypothetical: "
DAY_S = 86_400.0
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Findings in the columns of the table `finding` (without run_id and known_from_utc).

    unplaced: acts left out because they have no time, or lie in no window.
    passed_over: provisions that were not evaluated, with the reason. owner: per act the number
    (in `owners`) of the first breach by nobody named that it stands in, -1 where there is none;
    owners: (finding_id, threshold of attribution).
    """

    findings: list[Row]
    unplaced: int
    passed_over: dict[str, str]
    acts: Acts
    owner: NDArray[np.int64]
    owners: list[tuple[str, float]]


def evaluate(agreement: Agreement, evidence: Evidence, setting: Setting) -> Evaluation:
    """Hold every provision in scope against the evidence, window by window.

    Linear in acts x rules. Of an agreement's provisions those agreed and in force are evaluated;
    open ones and those not in force only with setting.hypothetical, under readings that begin with
    'hypothetical: '; rejected ones never.
    """
    acts = gather(agreement, evidence, setting)
    bench = _Bench(agreement, evidence, setting, acts)
    findings: list[Row] = []
    passed_over: dict[str, str] = {}
    for provision in agreement.provisions:
        if setting.only is not None and provision.id not in setting.only:
            continue
        reason = _out_of_scope(provision, setting)
        if reason:
            passed_over[provision.id] = reason
        else:
            for rule in provision.rules:
                findings += bench.findings(provision, _scoped(provision, rule))
    given = Frame(evidence.incidents).rows + Frame(evidence.levels).rows + bench.notices.rows
    return Evaluation(findings, given - acts.size, passed_over, acts, bench.owner, bench.owners)


def _out_of_scope(provision: Provision, setting: Setting) -> str:
    if provision.status == "rejected":
        return f"rejected ({', '.join(provision.status_by)})"
    if setting.hypothetical:
        return ""
    if provision.status == "open":
        return f"open ({', '.join(provision.status_by)})"
    if all(rule.in_force_from_utc is None for rule in provision.rules):
        return "not in force"
    return ""


def _scoped(provision: Provision, rule: Rule) -> Rule:
    if provision.status == "open" or rule.in_force_from_utc is None:
        return replace(rule, reading=HYPOTHETICAL + rule.reading)
    return rule


def provision_key(agreement: Agreement, provision: Provision) -> str:
    """Return the id by which people cite a provision: name/article, a later version with @n."""
    version = "" if provision.version == 1 else f"@{provision.version}"
    return f"{agreement.name}/{provision.id}{version}"


def agreement_key(agreement: Agreement) -> str:
    """Return the agreement's row id: a new text has a new one."""
    return content_id("agreement", agreement.name, agreement.sha256)


@dataclass(slots=True)
class _Draft:
    """A finding before its trace is written."""

    window: int
    zone: int
    party: int
    outcome: str
    low: float
    high: float
    group: int | None
    power: Power
    days: int = 0


class _Bench:
    """Acts, places and ledgers made ready once; findings rule by rule."""

    def __init__(
        self, agreement: Agreement, evidence: Evidence, setting: Setting, acts: Acts
    ) -> None:
        self.agreement, self.setting, self.acts = agreement, setting, acts
        self.notices = Frame(evidence.notices)
        self.matcher = Matcher(agreement, acts, self.notices, setting)
        self.coverage = CoverageBook(Frame(evidence.coverage))
        self.ledgers = Ledgers(agreement, Frame(evidence.levels), setting)
        self.id = agreement_key(agreement)
        self.parties = [*(p.id for p in agreement.parties), ANY_SIDE]
        self.zones = [*(r.id for r in setting.regions), ELSEWHERE]
        self.names = {z.id: z.name for z in agreement.zones.values()}
        self.names |= {r.id: r.name for r in setting.regions}
        self.book = ActsBook(acts)
        self.starts, self.ends = acts.span_s
        self.owner = np.full(acts.size, -1, dtype=np.int64)
        self.owners: list[tuple[str, float]] = []

    def findings(self, provision: Provision, rule: Rule) -> Iterator[Row]:
        """Yield the findings of one rule."""
        article = article_text(article_tree(self.agreement, provision, rule))
        if rule.kind in ("ceiling", "delivery"):
            yield from self._measured(provision, rule, article)
            return
        matched = self.matcher.match(rule)
        zone = self.agreement.zones.get(rule.zone or "")
        own = zone is not None and zone.named
        groups = grouped(self.acts, matched, by_region=not own)
        zones = [rule.zone or ""] if own else self.zones
        drafts = self._drafts(rule, groups, zones)
        zeros = self._zeros(matched, own)
        seen = {(d.window, d.zone) for d in drafts}
        drafts += self._empty(rule, zones, seen, zeros)
        _persistence(drafts, self.starts)
        for draft in drafts:
            tree = self._tree(rule, matched, groups, draft)
            tree["zone_name"] = self.names.get(zones[draft.zone], zones[draft.zone])
            silent = zeros.get((draft.window, draft.zone))
            if silent is not None:
                tree["zeros"] = ids_of(self.acts, silent)
            row = self._row(provision, rule, draft, groups, zones, tree)
            row["trace"] = text_of(article, tree)
            self._own(rule, row, draft, matched, groups)
            yield row

    def _own(self, rule: Rule, row: Row, draft: _Draft, matched: Matched, groups: Groups) -> None:
        """Note which acts a breach by nobody named stands on; the first such finding keeps them."""
        if draft.outcome == "breach" and draft.party < 0 and draft.group is not None:
            span = slice(int(groups.first[draft.group]), int(groups.last[draft.group]))
            rows = matched.rows[groups.order[span]]
            self.owner[rows[self.owner[rows] < 0]] = len(self.owners)
            self.owners.append((row["finding_id"], rule.threshold))

    def _drafts(self, rule: Rule, groups: Groups, zones: list[str]) -> list[_Draft]:
        drafts = []
        for index in range(len(groups.first)):
            window, zone = int(groups.window[index]), int(groups.region[index])
            low, high = float(groups.low[index]), float(groups.high[index])
            power = NOTHING
            outcome = "breach" if low >= self.setting.certainty - 1e-9 else "undetermined"
            if outcome != "breach":
                power = self._power(rule, zones[zone], window)
                clear = high <= self.setting.clear
                outcome = "none_seen" if clear and power.stands else "undetermined"
            drafts.append(
                _Draft(window, zone, int(groups.party[index]), outcome, low, high, index, power)
            )
        return drafts

    def _zeros(self, matched: Matched, own: bool) -> dict[tuple[int, int], Rows]:
        found: dict[tuple[int, int], list[int]] = {}
        for row in matched.zeros:
            zone = 0 if own else int(self.acts.region[row])
            found.setdefault((int(self.acts.window[row]), zone), []).append(int(row))
        return {key: np.array(rows) for key, rows in found.items()}

    def _empty(
        self, rule: Rule, zones: list[str], seen: set[tuple[int, int]], zeros: dict[Any, Any]
    ) -> list[_Draft]:
        """Draft the windows and zones in which nothing was held against the rule."""
        regular = len(self.setting.windows)
        complete = self.setting.complete
        whole = range(regular) if complete is None else [w for w in complete if w < regular]
        places = range(len(zones)) if zones[-1] != ELSEWHERE or not self.setting.regions else (
            range(len(zones) - 1))  # fmt: skip
        wanted = {(w, z) for w in whole for z in places} | set(zeros)
        drafts = []
        for window, zone in sorted(wanted - seen):
            if self._binds(rule, window):
                power = self._power(rule, zones[zone], window)
                outcome = "none_seen" if power.stands else "undetermined"
                drafts.append(_Draft(window, zone, -1, outcome, 0.0, 0.0, None, power))
        return drafts

    def _binds(self, rule: Rule, window: int) -> bool:
        first = rule.in_force_from_utc
        if rule.kind == "withdrawal" and rule.deadline_utc is not None:
            first = rule.deadline_utc if first is None else max(first, rule.deadline_utc)
        last = rule.in_force_to_utc
        begun = first is None or first.timestamp() < self.ends[window]
        return begun and (last is None or last.timestamp() > self.starts[window])

    def _power(self, rule: Rule, zone: str, window: int) -> Power:
        names = (zone, f"{self.agreement.name}/{zone}")
        kinds = rule.acts | frozenset(f"notice:{t}" for t in rule.topics)
        span = (float(self.starts[window]), float(self.ends[window]))
        return self.coverage.power(names, kinds, span)

    def _tree(self, rule: Rule, matched: Matched, groups: Groups, draft: _Draft) -> Tree:
        chosen = np.zeros(0, dtype=np.int64)
        if draft.group is not None:
            span = slice(int(groups.first[draft.group]), int(groups.last[draft.group]))
            chosen = groups.order[span]
        tree = self.book.tree(matched, chosen)
        tree["figures"] = {
            "low": round(draft.low, 6), "high": round(draft.high, 6),
            "certainty": self.setting.certainty,
        }  # fmt: skip
        if draft.outcome != "breach":
            tree["coverage"] = draft.power.facts()
        if len(matched.excepted):
            tree["excepted_in_all"] = len(matched.excepted)
        tree["reasons"] = _reasons(rule, draft, matched, self.setting)
        return tree

    def _row(
        self, provision: Provision, rule: Rule, draft: _Draft, groups: Groups, zones: list[str],
        tree: Tree,
    ) -> Row:  # fmt: skip
        grave, shape = None, None
        if draft.group is not None:
            grave, shape = self._gravity(rule, groups, draft, tree)
        stated = draft.group is not None and (
            draft.outcome == "breach" or draft.high - draft.low < 0.01
        )
        return finding_row(
            agreement_id=self.id, provision=provision_key(self.agreement, provision),
            rule=rule, party=self.parties[draft.party], zone=zones[draft.zone],
            span=(float(self.starts[draft.window]), float(self.ends[draft.window])),
        ) | {
            "outcome": draft.outcome, "probability": round(draft.low, 6) if stated else None,
            "severity": grave, "pattern": shape,
            "missed_upper": draft.power.missed_upper if draft.outcome == "none_seen" else None,
            "incidents": tree["incident_count"],
        }  # fmt: skip

    def _gravity(self, rule: Rule, groups: Groups, draft: _Draft, tree: Tree) -> tuple[float, str]:
        at = draft.group or 0
        rounds, heaviest = float(groups.rounds[at]), float(groups.heaviest_mm[at])
        shape, test = pattern(
            acts=int(groups.last[at] - groups.first[at]), rounds=rounds,
            span_s=float(groups.span_s[at]), cells=float(groups.cells[at]),
            heaviest_mm=heaviest, days=draft.days,
        )  # fmt: skip
        tree["pattern"] = {"is": shape, "because": test, "rounds": rounds, "days": draft.days}
        return severity(
            rule.severity, rounds, heaviest, casualties=bool(groups.casualties[at])
        ), shape

    def _measured(self, provision: Provision, rule: Rule, article: str) -> Iterator[Row]:
        for found in measured(rule, self.ledgers, self.coverage, self._binds):
            tree = found.tree
            yield finding_row(
                agreement_id=self.id, provision=provision_key(self.agreement, provision),
                rule=rule, party=found.party, zone=found.zone,
                span=(float(self.starts[found.window]), float(self.ends[found.window])),
            ) | {
                "outcome": found.outcome, "probability": found.probability,
                "severity": rule.severity if found.outcome == "breach" else None,
                "pattern": None, "missed_upper": found.missed_upper,
                "incidents": int(tree.get("incident_count", 0)), "trace": text_of(article, tree),
            }  # fmt: skip


def finding_row(
    *, agreement_id: str, provision: str, rule: Rule, party: str, zone: str,
    span: tuple[float, float],
) -> Row:  # fmt: skip
    """Return the columns that name a finding; its id stays the same while its outcome changes."""
    start, end = (datetime.fromtimestamp(s, UTC) for s in span)
    return {
        "finding_id": content_id("finding", provision, rule.reading, party, zone,
                                 int(span[0]), int(span[1])),
        "agreement_id": agreement_id, "provision_id": provision, "reading": rule.reading,
        "party": party, "zone": zone, "window_start_utc": start, "window_end_utc": end,
    }  # fmt: skip


def _persistence(drafts: list[_Draft], starts: Any) -> None:
    """Count for each draft the breaches of its zone and party in the seven days up to it."""
    series: dict[tuple[int, int], list[_Draft]] = {}
    for draft in drafts:
        if draft.outcome == "breach":
            series.setdefault((draft.zone, draft.party), []).append(draft)
    for found in series.values():
        found.sort(key=lambda d: float(starts[d.window]))
        first = 0
        for at, draft in enumerate(found):
            since = float(starts[draft.window]) - (SYSTEMIC_OF_DAYS - 0.5) * DAY_S
            while float(starts[found[first].window]) < since:
                first += 1
            draft.days = len({int(starts[d.window] // DAY_S) for d in found[first : at + 1]})


def _reasons(rule: Rule, draft: _Draft, matched: Matched, setting: Setting) -> list[str]:
    out = list(matched.notes)
    if draft.outcome == "breach":
        out.append(f"a breach happened with probability {draft.low:.2f}; "
                   f"asked for: {setting.certainty:.2f}")  # fmt: skip
        return out
    if draft.group is None:
        out.append("no act of the kinds that the provision names is on record")
    elif draft.high > setting.clear:
        out.append(f"what is on record leaves a breach at {draft.low:.2f} to {draft.high:.2f}")
    if draft.power.stands:
        out.append(f"at most {draft.power.missed_upper:.2f} could have been missed (95%)")
    elif draft.power.rows:
        out.append(f"not watched, or with no bound: {', '.join(draft.power.lacking)}")
    else:
        out.append("no coverage row for this zone, kind and window: seeing nothing says nothing")
    if rule.reading.startswith(HYPOTHETICAL):
        out.append("hypothetical: the provision is not agreed, or not in force")
    return out
