"""Captures: bytes as they came in, kept once under their SHA-256, never edited; and bundles."""

from trucewatch.evidence.bundle import Bundled, Contents, write_bundle
from trucewatch.evidence.captures import Capture, CaptureFolder, media_type_of
from trucewatch.evidence.verifying import FaultFound, verify_bundle

__all__ = [
    "Bundled",
    "Capture",
    "CaptureFolder",
    "Contents",
    "FaultFound",
    "media_type_of",
    "verify_bundle",
    "write_bundle",
]
