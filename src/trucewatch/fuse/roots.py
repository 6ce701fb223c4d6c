"""Independent roots: what of an incident's accounts goes back to one and the same voice.

Two accounts have one root where their sources say so (root_id), where one repeats the text of the
other (the same words, or nearly), where one names the other as its source, or where one observer
told both. Corroboration counts roots, never articles.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from trucewatch.compiled import kernel
from trucewatch.fuse.accounts import Accounts, Array, codes
from trucewatch.fuse.words import WordIndex, shared_words, word_index

# From this share of their rare words on, two texts are one text. A report that was written
# independently shares its subject's words, not nearly all of them.
COPY_SHARE = 0.8
REPORTED = 2
# Beyond this many members only the sources' own root_id is compared.
COMPARED = 256


def root_of(accounts: Accounts, members: Array, starts: Array) -> Array:
    """Return for each record the number of a record that stands for its root within its group."""
    root = np.arange(len(accounts), dtype=np.int32)
    tellers, names = _tellers(accounts)
    _join_roots(accounts.records, (members, starts), accounts.words, (tellers, names), root)
    return root


def roots_per_group(root: Array, members: Array, starts: Array) -> Array:
    """Return the number of independent roots of each group."""
    stands = (root[members] == members).astype(np.int64)
    return np.add.reduceat(stands, starts[:-1]) if len(stands) else np.zeros(0, np.int64)


def copies(table: pa.Table) -> Array:
    """Return for each row the number of the first row with the same words in its text, or itself.

    For finding exact repeats without any place or time; columns: quote, start_utc. Case and
    punctuation are ignored; texts of fewer than two words stand alone.
    """
    _, text = word_index(table["quote"], np.zeros(table.num_rows))
    rows = np.arange(table.num_rows)
    key = np.where(text == 0, rows.astype(np.uint64), text)
    _, first, inverse = np.unique(key, return_index=True, return_inverse=True)
    return np.where(text == 0, rows, first[inverse])


def _tellers(accounts: Accounts) -> tuple[Array, WordIndex]:
    """Who tells each account (by row), and the words of each teller's name."""
    table = accounts.table
    code, names = codes(table["observer"])
    index, _ = word_index(pa.array(names, pa.string()), np.zeros(len(names)))
    return code, index


@kernel
def _join_roots(records: Any, groups: Any, words: WordIndex, telling: Any, root: Any) -> None:
    members, starts = groups
    for group in range(starts.size - 1):
        low, high = starts[group], starts[group + 1]
        for n in range(low + 1, high):
            for m in range(low, n):
                i, j = members[m], members[n]
                if root[i] == root[j]:
                    continue
                near = n - low < COMPARED
                if _one_root(records[i], records[j], words, telling, near):
                    _merge(members[low:high], root, root[i], root[j])


@kernel
def _merge(own: Any, root: Any, one: int, two: int) -> None:
    kept, gone = min(one, two), max(one, two)
    for k in own:
        if root[k] == gone:
            root[k] = kept


@kernel
def _one_root(a: Any, b: Any, words: WordIndex, telling: Any, near: bool) -> bool:
    if a.root >= 0 and a.root == b.root:
        return True
    tellers, names = telling
    if a.source == b.source and tellers[a.row] >= 0 and tellers[a.row] == tellers[b.row]:
        return True
    if not near or a.mode < REPORTED or b.mode < REPORTED:
        return False
    if a.text != 0 and a.text == b.text:
        return True
    if shared_words(words, a.row, b.row)[1] >= COPY_SHARE:
        return True
    return _names(words, names, a.row, tellers[b.row]) or _names(
        words, names, b.row, tellers[a.row]
    )


@kernel
def _names(words: WordIndex, names: WordIndex, row: int, teller: int) -> bool:
    """Whether a text holds every word of a teller's name (names of one word do not count)."""
    if teller < 0:
        return False
    k, k_end = names.starts[teller], names.starts[teller + 1]
    if k_end - k < 2:
        return False
    at, end = words.starts[row], words.starts[row + 1]
    while k < k_end and at < end:
        if words.tokens[at] == names.tokens[k]:
            k += 1
            at += 1
        elif words.tokens[at] < names.tokens[k]:
            at += 1
        else:
            return False
    return bool(k == k_end)
