"""Fast text for files: instants, ids and compass words as Arrow arrays, without a Python loop."""

from __future__ import annotations

from functools import cache

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from trucewatch.exercise.ground import Floats, Ints
from trucewatch.exercise.signs import FIRST_LABEL
from trucewatch.where import POINTS_16

Bytes = NDArray[np.uint8]


@cache
def _times_of_day() -> Bytes:
    seconds = np.arange(86_400)
    parts = [seconds // 3600, seconds // 60 % 60, seconds % 60]
    digits = np.stack([d for p in parts for d in (p // 10, p % 10)], axis=1) + ord("0")
    out = np.empty((86_400, 10), np.uint8)
    out[:, [1, 2, 4, 5, 7, 8]] = digits
    out[:, [0, 3, 6, 9]] = np.frombuffer(b"T::Z", np.uint8)
    return out


def fixed(whole: Bytes, missing: NDArray[np.bool_] | None = None) -> pa.Array:
    """Return rows of bytes as text of one width; null where missing."""
    count, width = whole.shape
    offsets = np.arange(count + 1, dtype=np.int32) * width
    text = pa.StringArray.from_buffers(
        count, pa.py_buffer(offsets.tobytes()), pa.py_buffer(np.ascontiguousarray(whole).tobytes())
    )
    if missing is None or not missing.any():
        return text
    return text.take(pa.array(np.arange(count), mask=missing))


def iso_text(seconds: Floats) -> pa.Array:
    """Return 2024-03-01T00:21:00Z for seconds since 1970; NaN is null."""
    missing = np.isnan(seconds)
    whole = np.round(np.nan_to_num(seconds)).astype(np.int64)
    day, second = np.divmod(whole, 86_400)
    if not len(day):
        return pa.array([], pa.string())
    # Missing instants stand at 1970 and would stretch the table of dates.
    first = int(day[~missing].min(initial=day.max()))
    days = np.arange(first, day.max() + 1).astype("datetime64[D]")
    dates = np.datetime_as_string(days).astype("S10")
    table = np.frombuffer(dates.tobytes(), np.uint8).reshape(-1, 10)
    whole_text = np.empty((len(day), 20), np.uint8)
    whole_text[:, :10] = table[np.maximum(day - first, 0)]
    whole_text[:, 10:] = _times_of_day()[second]
    return fixed(whole_text, missing)


@cache
def _bytes_of_hex() -> Bytes:
    return np.frombuffer("".join(f"{b:02x}" for b in range(256)).encode(), np.uint8).reshape(-1, 2)


def row_ids(prefix: str, serial: Ints, digits: int = 16) -> pa.Array:
    """Return ids of `prefix` and hex digits mixed from serial numbers; digits: 16 to 32.

    splitmix64 maps distinct numbers to distinct words of 16 digits.
    """
    head, width, words = prefix.encode(), len(prefix), -(-digits // 16)
    whole = np.empty((len(serial), width + 16 * words), np.uint8)
    whole[:, :width] = np.frombuffer(head, np.uint8)
    for word in range(words):
        mixed = _mixed(serial, word + 1).view(np.uint8).reshape(-1, 8)
        at = width + 16 * word
        whole[:, at : at + 16] = _bytes_of_hex()[mixed].reshape(-1, 16)
    return fixed(whole[:, : width + digits])


def _mixed(serial: Ints, salt: int) -> NDArray[np.uint64]:
    with np.errstate(over="ignore"):
        z = serial.astype(np.uint64) * np.uint64(2) + np.uint64(salt)
        z = z * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return np.ascontiguousarray(z ^ (z >> np.uint64(31)))


def truth_ids(labels: Ints) -> pa.Array:
    """Return the id that a happening has in the truth: F and number for fire, S for signs."""
    missing = labels < 0
    sign = labels >= FIRST_LABEL
    number = np.where(sign, labels - FIRST_LABEL, np.maximum(labels, 0))
    digits = number[:, None] // 10 ** np.arange(8, -1, -1) % 10 + ord("0")
    head = np.where(sign, ord("S"), ord("F"))
    return fixed(np.column_stack([head, digits]).astype(np.uint8), missing)


def compass(degrees: Floats) -> pa.Array:
    """Return 16-point words of bearings; NaN is null."""
    missing = np.isnan(degrees)
    point = np.round(np.nan_to_num(degrees) / 22.5).astype(np.int32) % 16
    indices = pa.array(point, mask=missing)
    return pa.DictionaryArray.from_arrays(indices, pa.array(POINTS_16)).cast(pa.string())
