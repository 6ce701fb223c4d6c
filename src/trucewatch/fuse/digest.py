"""Ids hashed from content, a column at once: the same as trucewatch.ids.content_id row by row.

SHA-256 as in FIPS 180-4. The library call per row costs more than the hash itself.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pyarrow as pa
from numpy import uint32

from trucewatch.compiled import kernel
from trucewatch.fuse.accounts import Array
from trucewatch.fuse.threads import shared_out
from trucewatch.ids import HEX_DIGITS, PREFIXES

BLOCK = 64


def _primes(count: int) -> list[int]:
    found: list[int] = []
    n = 2
    while len(found) < count:
        if all(n % p for p in found):
            found.append(n)
        n += 1
    return found


def _root_bits(number: int, power: int) -> int:
    """The first 32 bits of the fraction of a square or cube root, reckoned in whole numbers."""
    scaled = number << (32 * power)
    root = math.isqrt(scaled) if power == 2 else round(scaled ** (1 / 3))
    while root**power > scaled:
        root -= 1
    while (root + 1) ** power <= scaled:
        root += 1
    return root & 0xFFFFFFFF


ROUND = np.array([_root_bits(p, 3) for p in _primes(64)], np.uint32)
START = np.array([_root_bits(p, 2) for p in _primes(8)], np.uint32)
HEX = np.frombuffer(b"0123456789abcdef", np.uint8)


def content_ids(noun: str, texts: pa.Array, threads: int = 1) -> pa.Array:
    """Return one id per text (no nulls): content_id(noun, text). noun: a key of ids.PREFIXES."""
    whole = texts.cast(pa.large_string())
    offsets, raw = text_bytes(whole)
    prefix = np.frombuffer(f"{PREFIXES[noun]}-".encode(), np.uint8)
    width = len(prefix) + HEX_DIGITS
    letters = np.empty((len(whole), width), np.uint8)

    def hashed(part: slice) -> None:
        _ids(raw, offsets[part.start : part.stop + 1], prefix, letters[part])

    shared_out(len(whole), threads, hashed)
    ends = np.arange(len(whole) + 1, dtype=np.int64) * width
    found = pa.LargeStringArray.from_buffers(len(whole), pa.py_buffer(ends), pa.py_buffer(letters))
    return found.cast(pa.string())


def text_bytes(text: pa.Array) -> tuple[Array, Array]:
    """Return where each text of a large_string array begins and ends, and the bytes of all."""
    offsets = np.frombuffer(text.buffers()[1], np.int64)[text.offset : text.offset + len(text) + 1]
    body = text.buffers()[2]
    return offsets, np.frombuffer(body, np.uint8) if body and body.size else np.zeros(1, np.uint8)


@kernel
def _ids(raw: Any, offsets: Any, prefix: Any, letters: Any) -> None:
    block, schedule = np.empty(BLOCK, np.uint8), np.empty(64, np.uint32)
    state = np.empty(8, np.uint32)
    for n in range(letters.shape[0]):
        _digest(raw, offsets[n], offsets[n + 1], (block, schedule, state))
        out = letters[n]
        out[: prefix.size] = prefix
        for k in range(out.size - prefix.size):
            word = state[k >> 3]
            out[prefix.size + k] = HEX[(word >> uint32(28 - 4 * (k & 7))) & uint32(15)]


@kernel
def _digest(raw: Any, low: int, high: int, room: Any) -> None:
    """Leave the digest of raw[low:high] in the state: the text, a bit, zeros, its length."""
    block, schedule, state = room
    for k in range(8):
        state[k] = START[k]
    length, at = high - low, low
    blocks = (length + 9 + BLOCK - 1) // BLOCK
    for number in range(blocks):
        for k in range(BLOCK):
            place = number * BLOCK + k
            block[k] = raw[at + place] if place < length else (0x80 if place == length else 0)
        if number == blocks - 1:
            for k in range(8):
                block[BLOCK - 1 - k] = ((length * 8) >> (8 * k)) & 0xFF
        _compress(block, schedule, state)


@kernel
def _turned(word: Any, by: int) -> Any:
    return uint32(word >> uint32(by)) | uint32(word << uint32(32 - by))


@kernel
def _compress(block: Any, w: Any, state: Any) -> None:
    for k in range(16):
        w[k] = (
            (uint32(block[4 * k]) << uint32(24)) | (uint32(block[4 * k + 1]) << uint32(16))
            | (uint32(block[4 * k + 2]) << uint32(8)) | uint32(block[4 * k + 3])
        )  # fmt: skip
    for k in range(16, 64):
        low = _turned(w[k - 15], 7) ^ _turned(w[k - 15], 18) ^ uint32(w[k - 15] >> uint32(3))
        high = _turned(w[k - 2], 17) ^ _turned(w[k - 2], 19) ^ uint32(w[k - 2] >> uint32(10))
        w[k] = uint32(w[k - 16] + low + w[k - 7] + high)
    a, b, c, d = state[0], state[1], state[2], state[3]
    e, f, g, h = state[4], state[5], state[6], state[7]
    for k in range(64):
        mixed = _turned(e, 6) ^ _turned(e, 11) ^ _turned(e, 25)
        one = uint32(h + mixed + ((e & f) ^ (~e & g)) + ROUND[k] + w[k])
        mixed = _turned(a, 2) ^ _turned(a, 13) ^ _turned(a, 22)
        two = uint32(mixed + ((a & b) ^ (a & c) ^ (b & c)))
        h, g, f, e = g, f, e, uint32(d + one)
        d, c, b, a = c, b, a, uint32(one + two)
    for k, word in enumerate((a, b, c, d, e, f, g, h)):
        state[k] = uint32(state[k] + word)
