"""The peer: spaCy's PhraseMatcher over generated forms, run in its own interpreter.

    PYTHON_WITH_SPACY bench/spacy_matcher.py FORMS.txt TEXTS.txt

Prints JSON: texts, matches, CPU seconds, peak memory, and which texts matched (as a digest of counts).
"""

# ruff: noqa: E501 - printed rows and labels read better unbroken
from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

import spacy  # type: ignore[import-not-found]
from spacy.matcher import PhraseMatcher  # type: ignore[import-not-found]


def main() -> None:
    """Match every text against every form and print the figures."""
    forms = Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()
    texts = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
    nlp = spacy.blank("uk") if len(sys.argv) < 4 else spacy.blank(sys.argv[3])
    matcher = PhraseMatcher(nlp.vocab, attr="LOWER")
    matcher.add("PLACE", [nlp.make_doc(form) for form in forms])
    began = time.process_time()
    found = [[(s, e) for _, s, e in matcher(nlp.make_doc(text))] for text in texts]
    seconds = time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"texts": len(texts), "forms": len(forms), "cpu_s": seconds, "peak_mb": peak,
                      "matches": sum(map(len, found)), "with_match": sum(bool(f) for f in found)}))  # fmt: skip


if __name__ == "__main__":
    main()
