"""How rare each word was in its week, counted in parts and summed.

The counts are the whole mission's, so that a word weighs the same in every block.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from trucewatch.compiled import kernel
from trucewatch.fuse.accounts import Array, hours
from trucewatch.fuse.words import BUCKETS, MOST_WEEKS, WEEK_H, WordIndex, word_index

# The bucket under which a week's number of texts is kept.
TEXTS = -1
COUNTS = pa.schema([("week", pa.int32()), ("bucket", pa.int32()), ("seen", pa.int64())])


@dataclass(frozen=True, slots=True)
class Rarity:
    """Per week (rising): texts with words, and texts that show a word of each bucket."""

    weeks: Array
    texts: Array
    seen: Array


def week_of(start_h: Array) -> Array:
    """Return the week's number under which a row's words are counted."""
    return np.floor(np.nan_to_num(start_h) / WEEK_H).astype(np.int64) % MOST_WEEKS


def counted(table: pa.Table) -> pa.Table:
    """Return the counts of some rows (quote, start_utc) as COUNTS; parts of them add up."""
    start_h = hours(table["start_utc"])
    index, _ = word_index(table["quote"], start_h)
    has_words = np.diff(index.starts) > 0
    weeks, place = np.unique(week_of(start_h), return_inverse=True)
    seen = np.zeros((len(weeks), BUCKETS), np.int32)
    _tally(index.starts, index.tokens, place, seen)
    texts = np.bincount(place[has_words], minlength=len(weeks))
    at, bucket = np.nonzero(seen)
    told = np.flatnonzero(texts)
    return pa.table([
        pa.array(np.concatenate((weeks[told], weeks[at])).astype(np.int32)),
        pa.array(np.concatenate((np.full(len(told), TEXTS), bucket)).astype(np.int32)),
        pa.array(np.concatenate((texts[told], seen[at, bucket])).astype(np.int64)),
    ], schema=COUNTS)  # fmt: skip


def rarity_from(counts: pa.Table) -> Rarity:
    """Return summed counts (COUNTS) in the form in which blocks look them up."""
    week, bucket, seen = (counts[name].to_numpy() for name in COUNTS.names)
    weeks, place = np.unique(week, return_inverse=True)
    found = Rarity(
        weeks.astype(np.int64), np.zeros(len(weeks), np.int32),
        np.zeros((len(weeks), BUCKETS), np.int32),
    )  # fmt: skip
    is_texts = bucket == TEXTS
    found.texts[place[is_texts]] = seen[is_texts]
    found.seen[place[~is_texts], bucket[~is_texts]] = seen[~is_texts]
    return found


def with_rarity(index: WordIndex, start_h: Array, rarity: Rarity) -> WordIndex:
    """Return a block's words, each as rare as it was in the whole mission."""
    place = np.searchsorted(rarity.weeks, week_of(start_h))
    bits, total = np.empty(len(index.tokens), np.float32), np.zeros(len(start_h), np.float32)
    _weigh((index.starts, index.tokens), place, (rarity.texts, rarity.seen), (bits, total))
    return WordIndex(index.starts, index.tokens, bits, total)


@kernel
def _tally(starts: Any, tokens: Any, place: Any, seen: Any) -> None:
    for i in range(starts.size - 1):
        for k in range(starts[i], starts[i + 1]):
            seen[place[i], tokens[k] % BUCKETS] += 1


@kernel
def _weigh(words: Any, place: Any, counts: Any, out: Any) -> None:
    """The arithmetic of words.word_index, on counts from elsewhere; a test holds them equal."""
    starts, tokens = words
    texts, seen = counts
    bits_of, total = out
    for i in range(starts.size - 1):
        for k in range(starts[i], starts[i + 1]):
            bits = np.log2((texts[place[i]] + 1.0) / seen[place[i], tokens[k] % BUCKETS])
            bits_of[k] = min(12.0, max(0.0, bits))
            total[i] += bits_of[k]
