"""Documents in: bytes of many formats to text with its language, encoding and parts."""

from trucewatch.language.documents.model import Document, Limits
from trucewatch.language.documents.reading import read_bytes, read_path

__all__ = ["Document", "Limits", "read_bytes", "read_path"]
