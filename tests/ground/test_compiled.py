"""Where machine code is kept: what a kernel froze must never be run on after it changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from trucewatch import compiled


@pytest.mark.parametrize("changed", ["room/kernels.py", "vocabulary/kinds.yaml"])
def test_machine_code_is_kept_apart_for_other_kernels_and_other_terms(
    changed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = {"room/kernels.py": "from trucewatch.compiled import kernel\n",
             "vocabulary/kinds.yaml": "- {id: explosion}\n"}  # fmt: skip
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.setenv("TRUCEWATCH_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(compiled, "__file__", str(tmp_path / "compiled.py"))
    folder = compiled._folder.__wrapped__
    before = folder(tmp_path / "room")
    assert folder(tmp_path / "room") == before
    (tmp_path / changed).write_text(texts[changed] + "\n")
    assert folder(tmp_path / "room") != before
