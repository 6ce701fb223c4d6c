"""One folder a source: what it publishes, which fields it has, and how they become rows."""

from trucewatch.sources.reading import Reading
from trucewatch.sources.room import read_path, run
from trucewatch.sources.spec import SourceSpec, find_source, known_sources

__all__ = ["Reading", "SourceSpec", "find_source", "known_sources", "read_path", "run"]
