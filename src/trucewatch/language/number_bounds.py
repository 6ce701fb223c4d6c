"""What a qualifier says about the bounds of a count: 'about', 'at least', 'nearly', 'dozens'."""

from __future__ import annotations

# What a word does to a number ('add', 'times', 'skip'), its value, and the words it takes.
Step = tuple[str, float, int]
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


def add_step(
    step: Step, total: float, current: float | None, end: int
) -> tuple[float, float | None, int]:
    """Return total, current part and end of a number after one more of its words."""
    role, value, used = step
    if role == "skip":
        return total, current, end + used
    if role == "add":
        return total, (current or 0.0) + value, end + used
    scaled = (1.0 if current is None else current) * value
    if value >= 1000:
        return total + scaled, None, end + used
    return total, scaled, end + used
