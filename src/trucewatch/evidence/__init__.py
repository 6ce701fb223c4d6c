"""Captures: bytes as they came in, kept once under their SHA-256, never edited."""

from trucewatch.evidence.captures import Capture, CaptureFolder, media_type_of

__all__ = ["Capture", "CaptureFolder", "media_type_of"]
