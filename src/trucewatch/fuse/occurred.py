"""How likely it is that an incident happened at all, and the grades that go beside the number.

Odds form of Bayes: even odds, times r / (1 - r) for each independent root, where r is the share of
its teller's accounts held to be right (fuse.tellers; before it, the Admiralty letter and reviews),
times what the silence of those who watched leaves. Both sides are held off certainty.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from trucewatch.compiled import kernel
from trucewatch.fuse.accounts import Array
from trucewatch.vocabulary import terms

# The letter of a source that nobody has graded: by how its account came about.
LETTER_BY_MODE = {"direct": "B", "remote": "B", "reported": "C", "declared": "D"}
UNGRADED = "C"
# So many accounts weigh as much as the letter that a source was given.
LETTER_COUNTS = 10
FLOOR, CEILING = 0.01, 0.995


@dataclass(frozen=True, slots=True)
class Prior:
    """Share of a source's accounts that are right before anything is learnt of it, and the number
    of accounts that this stands for."""

    share: float
    accounts: float


def usual_prior(mode: str) -> Prior:
    """Return the prior of a source that nobody has graded: by how its account came about."""
    return _of_letter(LETTER_BY_MODE[mode])


def _of_letter(letter: str) -> Prior:
    return Prior(float(terms("reliability")[letter].facts["prior"]), LETTER_COUNTS)


def priors(letters: Mapping[str, str], reviewed: list[dict[str, Any]]) -> dict[str, Prior]:
    """Return the prior of each source that has a letter or that people reviewed.

    letters: Admiralty letter by source id. reviewed: rows of track_record.sql. A letter stands for
    ten accounts; of a reviewed source without one C is taken.
    """
    known = terms("reliability")
    found = {source: _of_letter(letter) for source, letter in letters.items() if letter in known}
    for row in reviewed:
        before = found.get(row["source_id"]) or _of_letter(UNGRADED)
        many = LETTER_COUNTS + row["reviewed"]
        right = before.share * LETTER_COUNTS + row["verified"]
        found[row["source_id"]] = Prior(right / many, many)
    return found


def probability_occurred(
    prior: Array, root: Array, members: Array, starts: Array, missed_bits: Array
) -> Array:
    """Return per group the probability that it happened.

    prior: per record; root: per record, as roots.root_of; missed_bits: per group, 0 or below.
    """
    out = np.empty(len(starts) - 1)
    _occurred(prior, root, (members, starts), missed_bits, out)
    return np.clip(out, FLOOR, CEILING)


@kernel
def _occurred(prior: Any, root: Any, groups: Any, missed_bits: Any, out: Any) -> None:
    members, starts = groups
    for group in range(starts.size - 1):
        bits = missed_bits[group]
        own = members[starts[group] : starts[group + 1]]
        for i in own:
            if root[i] != i:
                continue
            best = prior[i]
            for j in own:
                if root[j] == i:
                    best = max(best, prior[j])
            bits += np.log2(best / (1.0 - best))
        out[group] = 1.0 / (1.0 + 2.0**-bits)


def credibility(probability: float | None, roots: int) -> int:
    """Return the Admiralty credibility, 1 (confirmed by other sources) to 6 (cannot be judged)."""
    if probability is None:
        return 6
    if roots >= 2 and probability >= 0.9:
        return 1
    for grade, least in ((2, 0.8), (3, 0.5), (4, 0.2)):
        if probability >= least:
            return grade
    return 5
