"""What a step may say: advice to people. Words that order force are refused, in every scenario."""

from __future__ import annotations

import re

# Stems, English. A step that needs one of them is not advice of this house.
FORBIDDEN = (
    *("assault", "attack", "bomb", "bombard", "capture", "counter-?attack", "counter-?strike"),
    *("destroy", "detain", "disable", "eliminat", "engag", "fires? (?:at|on|upon|back)", "invad"),
    *("intercept", "jam", "kill", "neutrali[sz]", "open fire", "raid", "return fire", "retaliat"),
    *("seiz", "shell", "shoot", "shot down", "storm", "strik", "target", "use (?:of )?force"),
    *("weapons? free", "deploy troops", "deploy forces"),
)
_PATTERN = re.compile(rf"\b(?:{'|'.join(FORBIDDEN)})\w*", re.IGNORECASE)


def words_of_force(text: str) -> list[str]:
    """Return the words of a text that order or suggest force, in the order found."""
    return [match.group(0) for match in _PATTERN.finditer(text)]
