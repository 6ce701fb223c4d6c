"""Coverage: from watches to what could have been seen, and with which power.

The modules: `light` (sun), `lattice` (equal-area points), `detection` (figures by means and kind),
`stations` (watches without repeats and outages), `footprint` and `ledger` (area-hours),
`bounds` (what could have been missed), `continuity` (what is left, what to add), `room`.
"""
