"""Words of the report in any language: hashed, weighed by how rare they were that week.

No dictionary and no stemming: a word is a run of letters and digits of any script, its case
folded for Latin and Cyrillic. A copied report shares nearly all of them, whatever its language.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from trucewatch.compiled import kernel

MOST_TOKENS = 64
MOST_BYTES = 4000
BUCKETS = 1 << 15
WEEK_H = 168.0
MOST_WEEKS = 2048
COPY_TOKENS = 2
_FNV, _PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)


class WordIndex(NamedTuple):
    """Per row its distinct words in rising order, and how rare each was in the row's week.

    starts: n + 1 offsets. tokens: uint32 hashes. rarity: float32 bits. total: sum by row.
    """

    starts: Any
    tokens: Any
    rarity: Any
    total: Any


def word_index(texts: pa.Array, start_h: np.ndarray) -> tuple[WordIndex, np.ndarray]:
    """Return the words of each text (null: none) and a hash of its whole word sequence.

    The sequence hash is 0 for texts of fewer than two words.
    """
    text = texts.cast(pa.large_string())
    if isinstance(text, pa.ChunkedArray):
        text = text.combine_chunks()
    n = len(text)
    offsets = np.frombuffer(text.buffers()[1], np.int64)[text.offset : text.offset + n + 1]
    body = text.buffers()[2]
    raw = np.frombuffer(body, np.uint8) if body and body.size else np.zeros(1, np.uint8)
    capacity = int(min(offsets[-1] - offsets[0], n * MOST_TOKENS)) + 1
    tokens, starts = np.empty(capacity, np.uint32), np.zeros(n + 1, np.int64)
    sequence = np.zeros(n, np.uint64)
    used = _tokenise(raw, offsets, starts, tokens, sequence)
    tokens = tokens[:used].copy()
    # Dates that lie MOST_WEEKS (39 years) apart share a counter, so that no input can ask for more.
    weeks = np.floor(np.nan_to_num(start_h) / WEEK_H).astype(np.int64) % MOST_WEEKS
    rarity, total = np.empty(used, np.float32), np.zeros(n, np.float32)
    if used:
        known, week = np.unique(weeks[np.diff(starts) > 0], return_inverse=True)
        place = np.zeros(n, np.int64)
        place[np.diff(starts) > 0] = week
        _rarity(starts, tokens, place, len(known), (rarity, total))
    return WordIndex(starts, tokens, rarity, total), sequence


@kernel
def _tokenise(raw: Any, offsets: Any, starts: Any, tokens: Any, sequence: Any) -> int:
    """Fill tokens row by row; return how many there are."""
    used = 0
    row = np.empty(MOST_TOKENS, np.uint32)
    for i in range(offsets.size - 1):
        low, high = offsets[i], min(offsets[i + 1], offsets[i] + MOST_BYTES)
        count, whole, words = _row_tokens(raw, low, high, row)
        ordered = np.sort(row[:count])
        for k in range(count):
            if k == 0 or ordered[k] != ordered[k - 1]:
                tokens[used] = ordered[k]
                used += 1
        starts[i + 1] = used
        if words >= COPY_TOKENS:
            sequence[i] = whole
    return used


@kernel
def _row_tokens(raw: Any, low: int, high: int, row: Any) -> tuple[int, Any, int]:
    """Hash the words of one text; every word counts for the whole, the first 64 are kept."""
    count, words, length, at = 0, 0, 0, low
    state, whole = _FNV, _FNV
    while at <= high:
        first, second, step = _folded(raw, at, high)
        if step > 0:
            state = (state ^ np.uint64(first)) * _PRIME
            if second:
                state = (state ^ np.uint64(second)) * _PRIME
            length += step
        elif length:
            if length > 1:
                mixed = (state ^ (state >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
                mixed ^= mixed >> np.uint64(32)
                whole = (whole ^ mixed) * _PRIME
                words += 1
                if count < MOST_TOKENS:
                    row[count] = np.uint32(mixed & np.uint64(0xFFFFFFFF))
                    count += 1
            state, length = _FNV, 0
        at += abs(step)
    return count, whole, words


@kernel
def _folded(raw: Any, at: int, high: int) -> tuple[int, int, int]:
    """Return one or two folded bytes and the step; a step below 0 means: no part of a word."""
    if at >= high:
        return 0, 0, -1
    byte = int(raw[at])
    if byte < 0x80:
        letter = byte | 32 if 65 <= byte <= 90 else byte
        is_word = 97 <= letter <= 122 or 48 <= letter <= 57
        return letter, 0, 1 if is_word else -1
    if at + 1 >= high:
        return byte, 0, 1
    following = int(raw[at + 1])
    if byte in (0xD0, 0xC3):
        return _folded_pair(byte, following)
    if byte == 0xC2:
        return 0, 0, -2
    if byte == 0xE2 or (byte == 0xE3 and following == 0x80):
        return 0, 0, -3
    return byte, 0, 1


@kernel
def _folded_pair(byte: int, following: int) -> tuple[int, int, int]:
    """Fold the case of a two-byte Cyrillic or Latin letter."""
    if byte == 0xC3:
        if 0x80 <= following <= 0x9E and following != 0x97:
            return byte, following + 0x20, 2
        return byte, following, 2
    if 0x90 <= following <= 0x9F:
        return 0xD0, following + 0x20, 2
    if 0xA0 <= following <= 0xAF:
        return 0xD1, following - 0x20, 2
    if 0x80 <= following <= 0x8F:
        return 0xD1, following + 0x10, 2
    return byte, following, 2


@kernel
def _rarity(starts: Any, tokens: Any, week: Any, weeks: int, out: Any) -> None:
    """Fill bits of rarity: log2 of a week's texts over those with the word.

    Words share BUCKETS counters a week; where two meet, a word seems commoner than it is.
    """
    rarity, total = out
    seen = np.zeros((weeks, BUCKETS), np.int32)
    texts = np.zeros(weeks, np.int32)
    for i in range(starts.size - 1):
        if starts[i + 1] > starts[i]:
            texts[week[i]] += 1
        for k in range(starts[i], starts[i + 1]):
            seen[week[i], tokens[k] % BUCKETS] += 1
    for i in range(starts.size - 1):
        for k in range(starts[i], starts[i + 1]):
            bits = np.log2((texts[week[i]] + 1.0) / seen[week[i], tokens[k] % BUCKETS])
            rarity[k] = min(12.0, max(0.0, bits))
            total[i] += rarity[k]


@kernel
def shared_words(index: WordIndex, i: int, j: int) -> tuple[float, float]:
    """Return (bits of rarity that two texts share, share of all their bits, 0 to 1).

    Both are -1 where one of the two has no words.
    """
    a, a_end, b, b_end = index.starts[i], index.starts[i + 1], index.starts[j], index.starts[j + 1]
    if a == a_end or b == b_end:
        return -1.0, -1.0
    shared = 0.0
    while a < a_end and b < b_end:
        if index.tokens[a] == index.tokens[b]:
            shared += min(index.rarity[a], index.rarity[b])
            a += 1
            b += 1
        elif index.tokens[a] < index.tokens[b]:
            a += 1
        else:
            b += 1
    whole = index.total[i] + index.total[j] - shared
    return shared, (shared / whole if whole > 0 else 0.0)
