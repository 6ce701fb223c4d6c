"""What the command line offers on agreements: check, diff, explain. No printing here."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from trucewatch.agreements.agreement import PLAIN_READING, Agreement, Provision, Rule
from trucewatch.agreements.cases import case_files, read_cases
from trucewatch.agreements.load import LIBRARY, library_names, read_agreement
from trucewatch.agreements.trace import article_tree
from trucewatch.agreements.verdicts import Verdict, run_case
from trucewatch.errors import AgreementError, Fault
from trucewatch.when import iso_utc


@dataclass(slots=True)
class CheckResult:
    """What a check found: agreements and provisions read, faults, cases run and those that fail."""

    agreements: list[str] = field(default_factory=list)
    provisions: int = 0
    readings: int = 0
    cases: int = 0
    faults: list[Fault] = field(default_factory=list)
    failed: list[Verdict] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether every file is sound and every case passes."""
        return not self.faults and not self.failed

    def as_json(self) -> dict[str, Any]:
        """Return the result as one JSON document."""
        return {
            "holds": self.holds, "agreements": self.agreements, "provisions": self.provisions,
            "readings": self.readings, "cases": self.cases,
            "faults": [str(fault) for fault in self.faults],
            "failed": [
                {"case": v.case.title, "path": str(v.case.path), "line": v.case.line, "of": v.key,
                 "expected": v.expected, "found": v.found} for v in self.failed
            ],
        }  # fmt: skip


def check(path: str | Path | None = None, cases: Path | None = None) -> CheckResult:
    """Check one agreement (a library name or a path), or the whole library, with their cases.

    A file of one's own has its cases in `cases`, or beside it in cases/NAME.yaml.
    """
    result = CheckResult()
    for name in [str(path)] if path is not None else library_names():
        try:
            agreement = read_agreement(name)
        except AgreementError as error:
            result.faults += error.faults
            continue
        result.agreements.append(agreement.name)
        result.provisions += len(agreement.provisions)
        result.readings += sum(len(p.rules) for p in agreement.provisions)
        for file in _cases_of(agreement, cases):
            _run(result, agreement, file)
    return result


def _cases_of(agreement: Agreement, cases: Path | None) -> list[Path]:
    if cases is not None:
        return [cases]
    if agreement.path.parent == LIBRARY:
        return case_files(agreement.path.stem)
    beside = agreement.path.parent / "cases" / agreement.path.name
    return [beside] if beside.is_file() else []


def _run(result: CheckResult, agreement: Agreement, file: Path) -> None:
    try:
        listed = read_cases(file, agreement)
    except AgreementError as error:
        result.faults += error.faults
        return
    for case in listed:
        result.cases += 1
        result.failed += [v for v in run_case(case, agreement) if not v.holds]


def diff(old: str | Path | Agreement, new: str | Path | Agreement) -> list[dict[str, Any]]:
    """Return what changed between two texts: provisions added, removed, changed, key by key.

    A provision whose own words are the same but whose line, zone, definition or instrument changed
    is listed too, as changed in what it 'depends on'.
    """
    left = old if isinstance(old, Agreement) else read_agreement(old)
    right = new if isinstance(new, Agreement) else read_agreement(new)
    before = {(p.id, p.version): p for p in left.provisions}
    after = {(p.id, p.version): p for p in right.provisions}
    out: list[dict[str, Any]] = []
    for key in sorted(before.keys() | after.keys()):
        was, now = before.get(key), after.get(key)
        if was is None or now is None:
            out.append({"provision": key[0], "change": "added" if was is None else "removed",
                        "says": (now or was or left.provisions[0]).says})  # fmt: skip
        elif was.fingerprint != now.fingerprint:
            out.append({"provision": key[0], "change": "changed", "of": _changed(was, now)})
    return out


def _changed(was: Provision, now: Provision) -> dict[str, list[Any]]:
    names = sorted(set(was.raw) | set(now.raw))
    own = {n: [was.raw.get(n), now.raw.get(n)] for n in names if was.raw.get(n) != now.raw.get(n)}
    return own or {"depends on": ["a line, zone, definition or text that it names", "changed"]}


def explain(
    cited: str, finding: Mapping[str, Any] | None = None, *,
    said: Mapping[str, Any] | None = None, among: Sequence[str] = (), base: Path | None = None,
) -> list[str]:  # fmt: skip
    """Return the lines that explain a provision ('minsk/PM-2-1'), or a finding by its row.

    said: what the mission's documents say of the provision (status, stated, differs, says).
    among: the mission's agreements, names or paths below base, looked at first.
    Raises AgreementError where the agreement or the provision is not known.
    """
    if finding is not None:
        return _finding_lines(finding)
    name, _, article = cited.partition("/")
    agreement = _named(name, among, base)
    provision = agreement.provision(article)
    if provision is None:
        raise AgreementError.at(
            agreement.path, None, found=f"no provision {article!r}",
            expected=", ".join(p.id for p in agreement.provisions), mend="Cite it as NAME/ID.",
        )  # fmt: skip
    lines = [f"{agreement.name}/{provision.id}: {provision.says}",
             f"status: {provision.status}{_by(provision)}"]  # fmt: skip
    lines += said_lines(said) if said else []
    if provision.ambiguity:
        lines.append(f"ambiguity: {provision.ambiguity}")
    for rule in provision.rules:
        lines += _rule_lines(agreement, provision, rule)
    return lines


def _named(name: str, among: Sequence[str], base: Path | None) -> Agreement:
    own = (read_agreement(listed, base) for listed in among)
    return next((a for a in own if a.name == name), None) or read_agreement(name, base)


def said_lines(said: Mapping[str, Any]) -> list[str]:
    """Return what documents say of a provision, line by line: status, who, documents, claims."""
    aside = ", other than its text: for people to settle" if said["differs"] else ""
    lines = [f"documents say: {said['status']}{aside}"]
    for held in said["says"]:
        who = ", ".join(held["who"]) or "no one named"
        roots = f"{held['roots']} independent root" + ("s" if held["roots"] != 1 else "")
        lines.append(f"  {held['status']}: {who} ({roots})")
        lines += [f"    {d['origin']} ({', '.join(d['claims'])})" for d in held["documents"]]
    return lines


def _by(provision: Provision) -> str:
    return f", by {', '.join(provision.status_by)}" if provision.status_by else ""


def _rule_lines(agreement: Agreement, provision: Provision, rule: Rule) -> list[str]:
    tree = article_tree(agreement, provision, rule)
    begins = "not in force" if rule.in_force_from_utc is None else (
        f"in force from {iso_utc(rule.in_force_from_utc)}")  # fmt: skip
    lines = [] if rule.reading == PLAIN_READING else [f"reading '{rule.reading}': {rule.says}"]
    lines.append(f"  {rule.kind}, {begins}, binds {', '.join(rule.parties)}")
    if rule.distance_km is not None:
        lines.append(f"  at least {rule.distance_km:g} km from " + ", ".join(
            f"{line} ({party})" for party, line in rule.reference.items()))  # fmt: skip
    if rule.acts or rule.topics:
        lines.append(f"  acts: {', '.join(sorted(rule.acts | rule.topics))}")
    lines += [
        f"  except {e['id']} (burden: {e['burden']}): {e['says']}" for e in tree["exceptions"]
    ]
    for party, line in tree.get("lines", {}).items():
        mark = ", illustrative" if line["illustrative"] else ""
        lines.append(f"  line for {party}: {line['name']}, +-{line['uncertainty_km']:g} km{mark}")
    lines += [f"  source: {url}" for url in tree["sources"]]
    return lines


def _finding_lines(finding: Mapping[str, Any]) -> list[str]:
    trace = json.loads(finding["trace"])
    span = f"{iso_utc(finding['window_start_utc'])} to {iso_utc(finding['window_end_utc'])}"
    lines = [
        f"{finding['finding_id']}: {finding['outcome']} of {finding['provision_id']} "
        f"({finding['reading']}), {finding['party']}, "
        f"{trace.get('zone_name', finding['zone'])}, {span}",
        f"article {trace['article']} of {trace['instrument']}: {trace['says']}",
    ]
    lines += [f"because {reason}" for reason in trace.get("reasons", ())]
    for act in trace.get("incidents", ()):
        lines.append(f"  {act['id']} {act['kind']} {act['start']} {act['place'] or ''} "
                     f"low {act['low']} high {act['high']}")  # fmt: skip
    lines += [f"  zero: {row}" for row in trace.get("zeros", ())]
    if "pattern" in trace:
        lines.append(f"  pattern {trace['pattern']['is']}: {trace['pattern']['because']}")
    return lines
