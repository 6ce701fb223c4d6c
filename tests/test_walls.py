"""The laws of the house that a program can hold."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from trucewatch.store import read_step

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "trucewatch"
PYTHON = sorted(SOURCE.rglob("*.py"))
STEPS = [path for path in sorted(SOURCE.rglob("*.sql")) if "migrations" not in path.parts]
NOT_STEPS = {"corrections.sql", "keep_out.sql"}
HEAVY = (
    "numpy", "duckdb", "pyarrow", "numba", "shapely", "pyproj", "pandas", "scipy", "jinja2",
    "sqlglot", "yaml", "jsonschema",
)  # fmt: skip


@pytest.mark.parametrize(
    "path", [p for p in STEPS if p.name not in NOT_STEPS], ids=lambda p: p.stem
)
def test_every_step_has_a_header_and_is_one_select(path: Path) -> None:
    import sqlglot

    step = read_step(path)
    assert step.grain.startswith("one row per") or step.grain.startswith("one row")
    parsed = sqlglot.parse(step.sql, dialect="duckdb")
    assert len([statement for statement in parsed if statement is not None]) == 1
    assert isinstance(parsed[0], sqlglot.exp.Query)


def test_broad_excepts_stand_in_two_functions_at_most() -> None:
    broad = [
        f"{path.name}:{node.lineno}"
        for path in PYTHON
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or getattr(node.type, "id", "") in ("Exception", "BaseException"))
    ]
    assert len(broad) <= 2, broad


def test_the_skins_hold_no_sql() -> None:
    pattern = re.compile(r"\b(SELECT|INSERT INTO|CREATE TABLE)\b")
    for folder in ("cli", "api"):
        for path in sorted((SOURCE / folder).rglob("*.py")):
            if path.name == "checks.py":  # doctor asks the store which captures there are
                continue
            assert not pattern.search(path.read_text(encoding="utf-8")), path


@pytest.mark.parametrize("module", ["trucewatch", "trucewatch.cli.main"])
def test_importing_is_light(module: str) -> None:
    code = f"import sys, {module}; print(','.join(m for m in {HEAVY!r} if m in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == ""


def test_no_file_names_a_registry_or_a_machine() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    words = ("/" + "work/", "pypi" + ".org", "files.python" + "hosted", "registry" + ".npmjs")
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        if path.suffix in (".png", ".pdf") or not path.is_file():
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        assert not [word for word in words if word in text], name


def test_pins_are_plain_names_and_versions() -> None:
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert pins
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.!+_-]+", pin) for pin in pins)
