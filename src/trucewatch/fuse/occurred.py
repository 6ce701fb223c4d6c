"""How likely it is that an incident happened at all, and the grades that go beside the number.

Odds form of Bayes: even odds, times r / (1 - r) for each independent root, where r is the prior
that an account of this source is right (Admiralty letter, replaced by the source's track record),
times (1 - d) for each watch on the spot that was working, would have noticed with probability d,
and reported nothing of the kind. Both sides are held off certainty.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from trucewatch.compiled import kernel
from trucewatch.fuse.accounts import Accounts, Array, codes
from trucewatch.fuse.options import MODES
from trucewatch.vocabulary import terms

# The letter of a source that nobody has graded: by how its account came about.
LETTER_BY_MODE = {"direct": "B", "remote": "B", "reported": "C", "declared": "D"}
FLOOR, CEILING = 0.01, 0.995
CREDIBILITY = {
    1: "confirmed by other sources", 2: "probably true", 3: "possibly true", 4: "doubtful",
    5: "improbable", 6: "truth cannot be judged",
}  # fmt: skip


def reliability(
    accounts: Accounts, letters: Mapping[str, str], record: Mapping[str, float]
) -> Array:
    """Return, for each record, the prior that its account is right.

    letters: Admiralty letter by source id. record: share of a source's accounts that were right,
    where enough of them were reviewed; it goes before the letter.
    """
    prior = {key: float(term.facts["prior"]) for key, term in terms("reliability").items()}
    usual = np.array([prior[LETTER_BY_MODE[mode]] for mode in MODES])
    source, names = codes(accounts.table["source_id"])
    by_source = [record.get(n, prior.get(letters.get(n, ""), np.nan)) for n in names]
    given = np.array([*by_source, np.nan])[source[accounts.records["row"]]]
    return np.asarray(np.where(np.isnan(given), usual[accounts.records["mode"]], given))


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
