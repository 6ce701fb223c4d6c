"""The definitions of trucewatch.outcomes, under the name that this room knows them by."""

from trucewatch.outcomes import (
    COLLAPSE,
    CONFIRMED_AFTER,
    EROSION,
    ESCALATION,
    HOLDING,
    HORIZONS_H,
    OUTCOMES,
    UNKNOWN,
    Happenings,
    Terms,
    erosion_days,
    escalation_days,
    happenings,
    window_outcomes,
)

__all__ = [
    "COLLAPSE",
    "CONFIRMED_AFTER",
    "EROSION",
    "ESCALATION",
    "HOLDING",
    "HORIZONS_H",
    "OUTCOMES",
    "UNKNOWN",
    "Happenings",
    "Terms",
    "erosion_days",
    "escalation_days",
    "happenings",
    "window_outcomes",
]
