"""News (RSS, Atom, text, HTML) into observations, where a kind and a settled place are found."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from trucewatch.evidence import Capture
from trucewatch.language.documents import read_bytes
from trucewatch.mission import Mission
from trucewatch.model import Observation
from trucewatch.sources.articles import Intake, actors_of, observations


def read(path: Path, mission: Mission, capture: Capture) -> Iterator[Observation]:
    """Yield one observation for each settled place of each article that reports a happening.

    Raises ReadError where the bytes are no document; offsets index the article's text.
    """
    intake, actors = Intake(mission, capture, "news"), actors_of(mission)
    for number, article in enumerate(read_bytes(path.read_bytes(), capture.origin), start=1):
        yield from observations(article, number, intake, actors)
