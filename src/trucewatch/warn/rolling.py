"""The means of trucewatch.rolling, under the name that this room knows them by."""

from trucewatch.rolling import (
    LEAST_REFERENCE,
    reference,
    shifted,
    since_day,
    trailing,
    trailing_mean,
    whole_mission,
)

__all__ = [
    "LEAST_REFERENCE",
    "reference",
    "shifted",
    "since_day",
    "trailing",
    "trailing_mean",
    "whole_mission",
]
