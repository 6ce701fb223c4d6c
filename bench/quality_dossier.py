"""How well contradictions are found and typed: precision and recall per type, per set.

Run: python bench/quality_dossier.py [--show]
A labelled contradiction is found where one reported contradiction of its type holds, on two of its
sides, claims whose quotes contain the words labelled. A reported one that no label knows is false,
unless it is listed under `also_true` with the reason why a reader agrees with it.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from trucewatch.dossier.building import dossier_of
from trucewatch.dossier.model import TYPES, Contradiction, Dossier
from trucewatch.language.documents import Document, read_bytes

HERE = Path(__file__).parent / "dossier_sets"


@dataclass
class Score:
    """Counts per type: labels found and missed, reported ones that no label knows."""

    found: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    false: Counter[str] = field(default_factory=Counter)
    compatible: int = 0
    compatible_wrong: int = 0
    notes: list[str] = field(default_factory=list)


def documents_of(labelled: dict[str, Any]) -> list[Document]:
    """Return the set's documents as if read from files named by their ids."""
    return [
        read_bytes(text.encode(), f"{name}.txt")[0] for name, text in labelled["documents"].items()
    ]


def score_set(labelled: dict[str, Any], score: Score) -> None:
    """Add one set's counts to a score."""
    dossier = dossier_of(documents_of(labelled))
    matched: set[str] = set()
    for label in labelled["contradictions"]:
        hits = [
            c
            for c in dossier.contradictions
            if c.type == label["type"] and _meets(label, c, dossier)
        ]
        matched |= {c.id for c in hits}
        (score.found if hits else score.missed)[label["type"]] += 1
        if not hits:
            score.notes.append(f"missed {labelled['title']}: {label}")
    for known in labelled.get("also_true", ()):
        matched |= {
            c.id
            for c in dossier.contradictions
            if c.type == known["type"] and _meets(known, c, dossier)
        }
    for contradiction in dossier.contradictions:
        if contradiction.id not in matched:
            score.false[contradiction.type] += 1
            score.notes.append(f"false {labelled['title']}: {_shown(contradiction, dossier)}")
    for pair in labelled.get("compatible", ()):
        score.compatible += 1
        wrong = [c for c in dossier.contradictions if c.type in ("quantity", "duration")
                 and _meets({"sides": pair}, c, dossier)]  # fmt: skip
        score.compatible_wrong += bool(wrong)
        score.notes += [f"wrong {labelled['title']}: {pair} {_shown(c, dossier)}" for c in wrong]


def _meets(label: dict[str, Any], contradiction: Contradiction, dossier: Dossier) -> bool:
    """Whether two sides of a reported contradiction hold the two labelled quotes."""
    (left, words_left), (right, words_right) = label["sides"]
    sides = [[dossier.claim(c) for c in side.claims] for side in contradiction.sides]
    first = {n for n, claims in enumerate(sides) if _holds(claims, left, words_left, dossier)}
    second = {n for n, claims in enumerate(sides) if _holds(claims, right, words_right, dossier)}
    return any(a != b for a in first for b in second)


def _holds(claims: list[Any], document: str, words: str, dossier: Dossier) -> bool:
    return any(
        dossier.document(c.document).path == f"{document}.txt" and words in c.quote + " "
        for c in claims
    )


def _shown(contradiction: Contradiction, dossier: Dossier) -> str:
    quotes = [
        f"[{side.value}] {dossier.document(dossier.claim(side.claims[0]).document).path}: "
        f"{dossier.claim(side.claims[0]).quote[:90]}" for side in contradiction.sides
    ]  # fmt: skip
    return f"{contradiction.type} {contradiction.strength} ({contradiction.grounds}) " + " | ".join(
        quotes
    )


def table(score: Score) -> list[str]:
    """Return the Markdown rows of a score."""
    rows = [
        "| type | labels | found | false | precision | recall |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for kind in (*TYPES, "all"):
        kinds = TYPES if kind == "all" else (kind,)
        found, missed, false = (
            sum(c[k] for k in kinds) for c in (score.found, score.missed, score.false)
        )
        precision = found / (found + false) if found + false else None
        recall = found / (found + missed) if found + missed else None
        shown = [f"{v:.2f}" if v is not None else "none" for v in (precision, recall)]
        rows.append(f"| {kind} | {found + missed} | {found} | {false} | {shown[0]} | {shown[1]} |")
    return rows


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--show", action="store_true", help="name what was missed and what is false"
    )
    parser.add_argument("--only", help="one folder of dossier_sets, such as develop or round_12")
    arguments = parser.parse_args()
    worst = 1.0
    for part in sorted(folder.name for folder in HERE.iterdir() if folder.is_dir()):
        if arguments.only in (None, part):
            score = Score()
            paths = sorted((HERE / part).glob("*.yaml"))
            for path in paths:
                score_set(yaml.safe_load(path.read_text(encoding="utf-8")), score)
            print(f"\n### {part} ({len(paths)} sets)\n\n" + "\n".join(table(score)))
            print(
                f"\nCompatible pairs reported as contradictions: {score.compatible_wrong} "
                f"of {score.compatible}."
            )
            if arguments.show:
                print("\n".join(score.notes))
    return 0 if worst else 1


if __name__ == "__main__":
    sys.exit(main())
