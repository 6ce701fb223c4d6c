"""Traces: why a finding says what it says, from the article's words to the acts and watches."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import numpy as np

from trucewatch.agreements.acts import Acts
from trucewatch.agreements.agreement import PLAIN_READING, Agreement, Provision, Rule
from trucewatch.agreements.match import Matched, Rows
from trucewatch.when import iso_utc

MOST_ACTS = 10
Tree = dict[str, Any]


def text_of(article: str, tree: Mapping[str, Any]) -> str:
    """Return a trace as JSON: the article's part, written once a rule, and the finding's own."""
    return f"{article[:-1]}, {json.dumps(tree, ensure_ascii=False, sort_keys=True)[1:]}"


def article_text(tree: Mapping[str, Any]) -> str:
    """Return the article's part of a trace as JSON."""
    return json.dumps(tree, ensure_ascii=False, sort_keys=True)


def article_tree(agreement: Agreement, provision: Provision, rule: Rule) -> Tree:
    """Return the part of a trace that quotes the text: article, reading, places, what it needs."""
    instrument = agreement.instruments[provision.instrument]
    return {
        "agreement": agreement.name, "provision": provision.id, "article": provision.article,
        "instrument": instrument.title, "signed": str(instrument.signed), "kind": rule.kind,
        "says": provision.says, "status": provision.status,
        "status_by": list(provision.status_by),
        "in_force": [_text(rule.in_force_from_utc), _text(rule.in_force_to_utc)],
        **_reading_tree(provision, rule), **_parameters(rule), **_geometry(agreement, rule),
        "exceptions": [{"id": e.id, "says": e.says, "burden": e.burden} for e in rule.exemptions],
        "sources": list(provision.raw.get("sources", instrument.sources)),
    }  # fmt: skip


def _reading_tree(provision: Provision, rule: Rule) -> Tree:
    if rule.reading == PLAIN_READING:
        return {"reading": rule.reading, "ambiguity": provision.ambiguity}
    return {"reading": rule.reading, "reading_says": rule.says, "ambiguity": provision.ambiguity}


def _parameters(rule: Rule) -> Tree:
    found: Tree = {
        "distance_km": rule.distance_km, "deadline": _text(rule.deadline_utc),
        "limit": rule.limit, "unit": rule.unit, "lead_h": rule.lead_h,
        "condition": list(rule.condition.topics) if rule.condition else None,
    }  # fmt: skip
    return {key: value for key, value in found.items() if value is not None}


def _geometry(agreement: Agreement, rule: Rule) -> Tree:
    named = dict(rule.reference)
    zone = agreement.zones.get(rule.zone or "")
    if zone is not None and zone.line is not None:
        named["zone"] = zone.line
    lines = {
        party: {"line": line.id, "name": line.name, "uncertainty_km": line.uncertainty_km,
                "illustrative": line.illustrative, "claimants": list(line.claimants)}
        for party, line_id in named.items() for line in [agreement.lines[line_id]]
    }  # fmt: skip
    out: Tree = {"lines": lines} if lines else {}
    if zone is not None:
        out["zone_definition"] = {
            "zone": zone.id, "name": zone.name, "illustrative": zone.illustrative,
            "uncertainty_km": zone.uncertainty_km,
        }  # fmt: skip
    return out


class ActsBook:
    """What traces say of single acts; each act is described once, however many rules it meets."""

    def __init__(self, acts: Acts) -> None:
        self.acts = acts
        self._said: dict[int, Tree] = {}

    def tree(self, matched: Matched, chosen: Rows) -> Tree:
        """Return the acts of a finding, the surest first, at most MOST_ACTS; with their number."""
        few = chosen
        if len(chosen) > MOST_ACTS:
            few = _surest(matched, chosen)
        low, high = matched.low[few].round(4).tolist(), matched.high[few].round(4).tolist()
        apart = None if matched.distance_km is None else matched.distance_km[few].round(3).tolist()
        told = []
        for index, row in enumerate(matched.rows[few].tolist()):
            said = self._act(row) | {"low": low[index], "high": high[index]}
            if apart is not None and apart[index] == apart[index]:
                said["from_line_km"] = apart[index]
            told.append(said)
        return {"incident_count": len(chosen), "incidents": told}

    def _act(self, row: int) -> Tree:
        if row not in self._said:
            self._said[row] = self._describe(row)
        return self._said[row]

    def _describe(self, row: int) -> Tree:
        acts = self.acts
        weapon, calibre = acts.combos[acts.combo[row]]
        out: Tree = {
            "id": acts.ids[row], "kind": acts.kind_words[acts.kind[row]],
            "start": seconds_text(float(acts.start_s[row])),
            "place": acts.place_words[acts.place[row]] if acts.place[row] >= 0 else None,
            "occurred": _round(acts.occurred[row]),
        }  # fmt: skip
        further = {
            "weapon": weapon, "calibre_mm": _round(calibre), "count": _round(acts.count[row]),
            "radius_km": _round(acts.places.radius_km[row]),
        }  # fmt: skip
        return out | {k: v for k, v in further.items() if v not in (None, 0.0)}


def _surest(matched: Matched, chosen: Rows) -> Rows:
    """Return the MOST_ACTS surest of some acts; of equally sure ones those that come first."""
    low = matched.low[chosen]
    least = np.partition(low, len(low) - MOST_ACTS)[len(low) - MOST_ACTS]
    sure = np.flatnonzero(low >= least)
    return np.asarray(chosen[sure[np.argsort(-low[sure], kind="stable")[:MOST_ACTS]]])


def ids_of(acts: Acts, rows: Rows) -> list[str]:
    """Return the ids of some acts, at most MOST_ACTS."""
    return [str(i) for i in acts.ids[rows[:MOST_ACTS]]]


def _round(value: Any) -> float | None:
    return None if value is None or not np.isfinite(value) else round(float(value), 4)


def seconds_text(seconds: float) -> str | None:
    """Return seconds since 1970 as ISO text, None where there is none."""
    return None if not np.isfinite(seconds) else iso_utc(datetime.fromtimestamp(seconds, UTC))


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else iso_utc(moment)
