"""What a qualifier says about the bounds of a count: 'about', 'at least', 'nearly', 'dozens'."""

from __future__ import annotations

VAGUE = {
    "numerous": (None, None, None), "uncountable": (None, None, None),
    "few": (2.0, None, 5.0), "several": (3.0, None, 9.0), "couple": (2.0, 2.0, 3.0),
    "dozens": (24.0, None, 99.0), "hundreds": (200.0, None, 999.0),
    "thousands": (2e3, None, 9999.0), "ten_thousands": (2e4, None, 99999.0),
    "hundred_thousands": (2e5, None, 999999.0), "millions": (2e6, None, 999999999.0),
}  # fmt: skip
ABOUT_SHARE, ALMOST_SHARE = 0.15, 0.85


def bounds_of(
    low: float, high: float, qualifier: str
) -> tuple[float | None, float | None, float | None]:
    """Return low, best, high as the qualifier bounds them."""
    best = low if low == high else (low + high) / 2
    match qualifier:
        case "about":
            return low * (1 - ABOUT_SHARE), best, high * (1 + ABOUT_SHARE)
        case "at_least" | "over":
            return low, best, None
        case "almost":
            return low * ALMOST_SHARE, best, high
        case "up_to" | "under":
            return 0.0, best, high
        case _:
            return low, best, high
