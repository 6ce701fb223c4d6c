"""Why two accounts were joined or kept apart: one sentence for each feature, with its bits."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from trucewatch.fuse.accounts import accounts
from trucewatch.fuse.calibrate import probability
from trucewatch.fuse.features import Features, features
from trucewatch.fuse.neighbours import Pairs, canonical, count_crowds
from trucewatch.fuse.options import FuseOptions, Parameters
from trucewatch.fuse.weights import FEATURES, LEVELS, SHARPNESS, TELLERS, tables


def explain(table: pa.Table, parameters: Parameters, options: FuseOptions) -> list[str]:
    """Return the grounds of comparing the first two of some accounts, heaviest first.

    table: happenings (columns: accounts.COLUMNS); those after the second are company that stands
    near by and lowers the prior. Raises ValueError for fewer than two.
    """
    if table.num_rows < 2:
        raise ValueError("two accounts are needed to compare")
    found = accounts(table, parameters, options)
    count_crowds(found.records)
    row = found.records["row"]
    one, two = (np.flatnonzero(row == n).astype(np.int32) for n in (0, 1))
    pairs = Pairs(*canonical(found.records, one, two), np.zeros(1, np.float32))
    seen = features(found, tables(parameters, options), pairs)
    bits = seen.bits[0].tolist()
    said = sorted(zip(bits[:-1], FEATURES, _details(seen), strict=True), key=lambda x: -abs(x[0]))
    total = sum(bits)
    chance = float(probability(np.array([total]), seen.level("held"), parameters)[0])
    return [
        *(f"{name}: {weight:+.1f} bits; {detail}" for weight, name, detail in said),
        f"prior: {bits[-1]:+.1f} bits; about {seen.measures[0, 4]:.0f} accounts would stand "
        "within the widest bounds by chance",
        f"together: {total:+.1f} bits; one happening with a probability of {chance:.2f}",
    ]


def _details(seen: Features) -> list[str]:
    """What the pair shows, in the order of FEATURES."""
    km, gap_h, spreads = (float(value) for value in seen.measures[0, :3])

    def level(name: str) -> str:
        return LEVELS[name][int(seen.level(name)[0])]

    sharp = SHARPNESS[int(seen.level("sharpness")[0])]
    return [
        f"{km:.1f} km apart, {spreads:.1f} times their spread; side of the line: {level('side')}",
        f"{gap_h:.2f} h between them ({sharp}); length: {level('length')}; delay: {level('delay')}",
        f"kinds: {level('kind')}",
        f"weapon or calibre: {level('weapon')}",
        f"figures: {level('count')}; {level('news')}",
        f"range and bearing of the observers; direction of fire: {level('direction')}",
        f"claimed actor: {level('actor')}",
        f"words: {level('words')}; {TELLERS[int(seen.level('teller')[0])]}",
    ]
