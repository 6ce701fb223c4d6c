"""The agreements room: evidence in; agreement, provision, finding and hypothesis out."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trucewatch import vocabulary
from trucewatch.agreements import unchanged
from trucewatch.agreements.acts import Evidence, Setting
from trucewatch.agreements.agreement import Agreement, Provision, Rule
from trucewatch.agreements.attribution import Asked, hypotheses
from trucewatch.agreements.evaluate import (
    Evaluation,
    agreement_key,
    evaluate,
    provision_key,
)
from trucewatch.agreements.frames import Frame
from trucewatch.agreements.load import read_agreement
from trucewatch.errors import ConfigError
from trucewatch.mission import FILE, Mission
from trucewatch.store import RoomResult, Run, Store

STEPS = Path(__file__).parent / "sql"
# Days that are listed in full even where nothing happened, and days with power to say so.
LAST_DAYS, WATCHED_DAYS = 1, 400
# A mission of a hundred years; a date beyond is a slip of a source.
MOST_DAYS = 36_600
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Options:
    """mission.options.agreements: days, watched_days, hypothetical, certainty, hypotheses.

    days: last reporting days listed in full. watched_days: newest days with watches that are too.
    hypotheses: greatest number of incidents that get hypotheses, the newest first.
    """

    days: int = LAST_DAYS
    watched_days: int = WATCHED_DAYS
    hypothetical: bool = False
    certainty: float = 0.8
    hypotheses: int = 20_000


def run(store: Store, mission: Mission, run: Run) -> RoomResult:
    """Evaluate the mission's agreements for every reporting day with evidence, and the last day.

    A day gets findings of the provisions that something was held against (an act, a count, a zero);
    the last `days` days, and the newest days with power to see, one of every provision in force.
    """
    options = _options(mission)
    agreements = [read_agreement(name, mission.root) for name in mission.agreements]
    if not agreements:
        return _written(store, run, [], [], [])
    evidence = _evidence(store, agreements, run, options)
    known, held = unchanged.stated(store), unchanged.Held.of(store)
    texts, provisions, parts = [], [], []
    for number, agreement in enumerate(agreements):
        run.tell(f"holding the evidence against {agreement.name}", number, len(agreements))
        setting = _setting(mission, agreement, evidence, run, options)
        inputs = unchanged.inputs_sha256(store, agreement, setting, options.hypotheses)
        changed = unchanged.to_evaluate(agreement, known, inputs)
        part = _evaluated(agreement, evidence, setting, options, (changed, held))
        ids = _text_ids(agreement, known)
        texts.append(_text_row(agreement))
        provisions += [_provision_row(agreement, p, ids, inputs) for p in agreement.provisions]
        for row in part.findings:
            row["agreement_id"] = ids[row["provision_id"]]
        parts.append(part)
    return _written(store, run, texts, provisions, parts)


@dataclass(frozen=True, slots=True)
class _Part:
    """What one agreement gives: findings of what was evaluated, the provisions (their ids) whose
    findings stand as they are, all hypotheses, and the number of provisions evaluated."""

    findings: list[Row]
    standing: frozenset[str]
    guesses: list[Row]
    evaluated: int


def _evaluated(
    agreement: Agreement, evidence: Evidence, setting: Setting, options: Options,
    before: tuple[frozenset[str], unchanged.Held],
) -> _Part:  # fmt: skip
    """Evaluate the provisions that changed; the whole text where only that tells who owns what."""
    changed, held = before
    every = frozenset(p.id for p in agreement.provisions)
    if changed != every:
        result = evaluate(agreement, evidence, replace(setting, only=changed))
        asked = _asked(evidence, result, options)
        ids = Frame(evidence.incidents).texts("incident_id")
        provision = {r["finding_id"]: r["provision_id"] for r in result.findings}
        fresh = {str(ids[a.row]): provision[a.finding_id] for a in asked}
        kept = unchanged.shared_out(agreement, held, changed, fresh)
        if kept is not None and len(kept | fresh.keys()) < options.hypotheses:
            new = [a for a in asked if str(ids[a.row]) not in kept]
            old = [row for i in sorted(kept) for row in unchanged.bare(held.rows[i])]
            standing = {p.id: provision_key(agreement, p) for p in agreement.provisions}
            return _Part(
                result.findings, frozenset(standing[i] for i in every - changed),
                old + hypotheses(agreement, evidence, setting, new), len(changed),
            )  # fmt: skip
    result = evaluate(agreement, evidence, setting)
    asked = _asked(evidence, result, options)
    guesses = hypotheses(agreement, evidence, setting, asked)
    return _Part(result.findings, frozenset(), guesses, len(every))


def _written(
    store: Store, run: Run, texts: list[Row], provisions: list[Row], parts: list[_Part]
) -> RoomResult:
    # A text stays on record when a newer one takes its place: past findings are explained by it.
    added = store.append("agreement", texts, run)
    findings = [row for part in parts for row in part.findings]
    guesses = [row for part in parts for row in part.guesses]
    standing = sorted({key for part in parts for key in part.standing})
    evaluated = sum(part.evaluated for part in parts)
    altered = "NOT list_contains($standing, provision_id)"
    changes = (
        store.replace("provision", provisions, run),
        store.replace("finding", findings, run, altered, {"standing": standing}),
        store.replace("hypothesis", guesses, run),
    )
    outcomes = Counter(store.table("finding", ("outcome",))["outcome"].to_pylist())
    return RoomResult(
        rows=added + sum(c.added for c in changes),
        detail={"findings": outcomes.total(), **dict(sorted(outcomes.items())),
                "hypotheses": len(guesses), "evaluated": evaluated,
                "unchanged": len(provisions) - evaluated,
                "kept": sum(c.kept for c in changes),
                "retired": sum(c.retired for c in changes)},
    )  # fmt: skip


def _options(mission: Mission) -> Options:
    given = mission.options.get("agreements") or {}
    try:
        options = Options(
            days=int(given.get("days", LAST_DAYS)),
            watched_days=int(given.get("watched_days", WATCHED_DAYS)),
            hypothetical=bool(given.get("hypothetical", False)),
            certainty=float(given.get("certainty", 0.8)),
            hypotheses=int(given.get("hypotheses", 20_000)),
        )  # fmt: skip
    except (TypeError, ValueError) as error:
        raise _bad_options(error) from error
    sound = 0 <= options.days <= MOST_DAYS and 0.5 <= options.certainty < 1
    if not sound or set(given) - {f.name for f in options.__dataclass_fields__.values()}:
        raise _bad_options(given)
    return options


def _bad_options(found: object) -> ConfigError:
    return ConfigError.at(
        FILE, None, found=f"options.agreements: {found}",
        expected="days, watched_days, hypothetical, certainty (0.5 to 1), hypotheses",
        mend="Correct options.agreements in mission.yaml.",
    )  # fmt: skip


def _rules(agreements: Iterable[Agreement], options: Options) -> list[Rule]:
    return [
        rule for agreement in agreements for p in agreement.provisions for rule in p.rules
        if p.status == "agreed" or options.hypothetical
    ]  # fmt: skip


def _evidence(
    store: Store, agreements: Sequence[Agreement], run: Run, options: Options
) -> Evidence:
    import pyarrow as pa

    rules = _rules(agreements, options)
    wanted = {k for r in rules for k in (*r.acts, *(_after(r)))}
    counted = {k for r in rules for k in r.counts}
    classes = {k: t.facts["class"] for k, t in vocabulary.kinds().items()}
    levels = {
        r.level_kind or "commitment_stage" for r in rules if r.kind in ("ceiling", "delivery")
    }
    states = {k for k in wanted if classes.get(k) == "state"}
    bound = {
        "kinds": sorted(wanted), "standing": sorted(states | counted | levels),
        "until_utc": run.data_utc,
    }  # fmt: skip
    acts = store.step(STEPS / "acts.sql", bound)
    hindrances = store.step(STEPS / "hindrances.sql", bound)
    return Evidence(
        incidents=pa.concat_tables([acts, hindrances], promote_options="default"),
        levels=store.step(STEPS / "standing.sql", bound),
        coverage=store.table("coverage"), notices=store.table("notice"),
    )  # fmt: skip


def _after(rule: Rule) -> frozenset[str]:
    return rule.condition.after_kinds if rule.condition else frozenset()


def _setting(
    mission: Mission, agreement: Agreement, evidence: Evidence, run: Run, options: Options
) -> Setting:
    """Return the reporting days that hold evidence, and which of them are listed in full."""
    edges = _edges(mission, agreement, evidence, run, options)
    firsts = np.array([e.timestamp() for e in edges])
    last = len(edges) - 2
    held = _days_of(firsts, _middles(evidence))
    watched = sorted(_days_of(firsts, _watched(evidence)))[-max(0, options.watched_days) :]
    full = set(watched if options.watched_days else ()) | set(
        range(max(0, last - options.days + 1), last + 1))  # fmt: skip
    days = sorted(held | full)
    return Setting(
        windows=[(edges[d], edges[d + 1]) for d in days], regions=mission.regions,
        parties=mission.parties, now_utc=run.data_utc, hypothetical=options.hypothetical,
        certainty=options.certainty,
        complete=frozenset(i for i, d in enumerate(days) if d in full),
    )  # fmt: skip


def _edges(
    mission: Mission, agreement: Agreement, evidence: Evidence, run: Run, options: Options
) -> list[datetime]:
    """Return the evenings from the first evidence in force to the last one before now."""
    begun = [r.in_force_from_utc for r in _rules([agreement], options) if r.in_force_from_utc]
    middles = _middles(evidence)
    known = middles[np.isfinite(middles)]
    now = run.data_utc
    since = datetime.fromtimestamp(float(known.min()), now.tzinfo) if len(known) else now
    if begun and not options.hypothetical:
        since = max(since, min(begun))
    clock = mission.clock
    last = clock.day_containing(now)
    # The reporting day still running is listed with what is known of it so far.
    first = max(clock.day_containing(min(since, now)), last - timedelta(days=MOST_DAYS))
    count = (last - first).days + 1
    return [clock.evening_of(first + timedelta(days=n - 1)) for n in range(count + 1)]


def _middles(evidence: Evidence) -> NDArray[np.float64]:
    parts = []
    for table in (evidence.incidents, evidence.levels):
        frame = Frame(table)
        start, end = frame.seconds("start_utc"), frame.seconds("end_utc")
        parts.append((start + np.where(np.isnan(end), start, end)) / 2)
    return np.concatenate(parts)


def _watched(evidence: Evidence) -> NDArray[np.float64]:
    frame = Frame(evidence.coverage)
    middle = (frame.seconds("window_start_utc") + frame.seconds("window_end_utc")) / 2
    return np.asarray(middle[np.nan_to_num(frame.floats("detection_probability")) > 0])


def _days_of(firsts: NDArray[np.float64], moments: NDArray[np.float64]) -> set[int]:
    known = moments[np.isfinite(moments)]
    inside = known[(known >= firsts[0]) & (known < firsts[-1])]
    return {int(d) for d in np.unique(np.searchsorted(firsts, inside, side="right") - 1)}


def _text_ids(agreement: Agreement, known: Mapping[str, unchanged.Stated]) -> dict[str, str]:
    """Return per provision the text it stands in: an unchanged one keeps the text it came with.

    So a new text with one changed provision leaves every other finding as it was.
    """
    new = agreement_key(agreement)
    out = {}
    for provision in agreement.provisions:
        key = provision_key(agreement, provision)
        found = known.get(key)
        same = found is not None and found.fingerprint == provision.fingerprint
        out[key] = found.agreement_id if found is not None and same else new
    return out


def _text_row(agreement: Agreement) -> Row:
    texts = list(agreement.instruments.values())
    begins = [t.in_force_from_utc for t in texts if t.in_force_from_utc]
    ends = [t.in_force_to_utc for t in texts]
    return {
        "agreement_id": agreement_key(agreement), "name": agreement.name,
        "title": agreement.title, "version_sha256": agreement.sha256,
        "signed": min(t.signed for t in texts), "in_force_from_utc": min(begins, default=None),
        "in_force_to_utc": max((e for e in ends if e), default=None) if all(ends) else None,
        "text": json.dumps(agreement.raw, ensure_ascii=False, sort_keys=True),
    }  # fmt: skip


def _provision_row(
    agreement: Agreement, provision: Provision, ids: Mapping[str, str], inputs: str
) -> Row:
    key, rule = provision_key(agreement, provision), provision.rules[0]
    own = ("distance_km", "reference", "deadline", "limit", "unit", "level", "stage", "sunset",
           "weapons", "acts", "zone", "condition", "exceptions", "ambiguity", "categories",
           "within_h", "within_km", "lead_h", "threshold", "severity", "words")  # fmt: skip
    parameters = {name: provision.raw[name] for name in own if name in provision.raw}
    parameters |= {
        "parties": list(rule.parties), "fingerprint": provision.fingerprint,
        "inputs": inputs,
        "readings": [r.reading for r in provision.rules], "topic": provision.topic,
        "status_by": list(provision.status_by),
    }  # fmt: skip
    return {
        "provision_id": key, "agreement_id": ids[key], "article": provision.article,
        "kind": provision.kind, "party": ", ".join(rule.parties), "says": provision.says,
        "parameters": json.dumps(parameters, ensure_ascii=False, sort_keys=True),
        "in_force_from_utc": rule.in_force_from_utc, "in_force_to_utc": rule.in_force_to_utc,
        "status": provision.status, "reference": ", ".join(sorted(set(rule.reference.values())))
        or None, "ambiguity": provision.ambiguity,
    }  # fmt: skip


def _asked(evidence: Evidence, result: Evaluation, options: Options) -> list[Asked]:
    """Return the newest incidents that a breach by nobody named stands on."""
    incidents = Frame(evidence.incidents).rows
    open_acts = np.flatnonzero((result.owner >= 0) & (result.acts.origin < incidents))
    order = np.argsort(-result.acts.start_s[open_acts], kind="stable")
    newest = open_acts[order[: options.hypotheses]]
    return [Asked(int(result.acts.origin[a]), *result.owners[int(result.owner[a])]) for a in newest]
