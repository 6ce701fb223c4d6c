"""The words by which documents speak of a provision: checked; no finding rests on them."""

from __future__ import annotations

from pathlib import Path

import pytest

from trucewatch.agreements.commands import diff
from trucewatch.agreements.load import read_agreement
from trucewatch.errors import AgreementError

TEXT = """\
agreement: truce
title: A truce
parties:
  - {id: a, name: Aland}
  - {id: b, name: Bland}
instruments:
  - {id: main, title: The text, signed: 2022-11-02}
provisions:
  - id: T-1
    instrument: main
    kind: prohibition
    says: Nobody moves.
    acts: {kinds: [advance]}
"""
WORDS = """\
    words: {en: ["stay* put"], uk: ["лиша* місц*"], ru: ["оста* месте"], of: [a]}
"""


def written(folder: Path, text: str) -> Path:
    path = folder / f"{len(text)}.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_words_alone_change_no_provision(tmp_path: Path) -> None:
    plain, worded = (read_agreement(written(tmp_path, t)) for t in (TEXT, TEXT + WORDS))
    assert diff(plain, worded) == []
    assert plain.sha256 != worded.sha256
    assert worded.provisions[0].raw["words"]["of"] == ["a"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("{of: [c]}", "'c', which no entry of 'parties' has"),
        ("{not_of: [c]}", "'c', which no entry of 'parties' has"),
        ("{fr: [rester]}", "Additional properties"),
        ("{en: [x]}", "too short"),
        ("{en: stay}", "is not of type 'array'"),
        ("{}", "non-empty"),
    ],
)
def test_faults_are_named(tmp_path: Path, words: str, found: str) -> None:
    with pytest.raises(AgreementError, match=found):
        read_agreement(written(tmp_path, f"{TEXT}    words: {words}\n"))
