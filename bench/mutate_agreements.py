"""Mutation check: flip every comparison of the evaluator, one at a time; a case must then fail.

What no case catches is tried again on a copy of the package with the tests of the columns, laws and
the room: what they catch decides a column beside the outcome, or what the room sets.

Run: python bench/mutate_agreements.py [--modules match,groups] [--seconds 540]
"""

from __future__ import annotations

import argparse
import ast
import importlib
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from trucewatch.agreements.cases import Case, case_files, read_cases
from trucewatch.agreements.load import read_agreement
from trucewatch.agreements.verdicts import verdicts

ROOT = Path(__file__).parent.parent
PACKAGE = "trucewatch.agreements"
TESTS = ("columns", "laws", "room")
# In the order of import: what stands on a mutated module is loaded anew.
ORDER = ("geometry", "acts", "weapon", "match", "groups", "power", "trace", "measured", "evaluate")
DECIDING = ("weapon", "match", "groups", "power", "measured", "evaluate")
FLIPS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.GtE, ast.GtE: ast.Lt, ast.Gt: ast.LtE, ast.LtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip


def source_of(module: str) -> str:
    """Return a module's source."""
    found = importlib.import_module(f"{PACKAGE}.{module}")
    return Path(str(found.__file__)).read_text(encoding="utf-8")


def _comparisons(tree: ast.AST) -> list[tuple[ast.Compare, int]]:
    """Return every comparison of a tree: 'a < b <= c' holds two, each with its place."""
    nodes = [n for n in ast.walk(tree) if isinstance(n, ast.Compare)]
    return [(node, place) for node in nodes for place in range(len(node.ops))]


def sites(module: str) -> list[tuple[int, int]]:
    """Return (number of the comparison, its line) for every comparison of a module."""
    found = _comparisons(ast.parse(source_of(module)))
    return [(number, node.lineno) for number, (node, _) in enumerate(found)]


def mutated(module: str, number: int) -> ast.Module:
    """Return a module's tree with one comparison flipped."""
    tree = ast.parse(source_of(module))
    node, place = _comparisons(tree)[number]
    node.ops[place] = FLIPS[type(node.ops[place])]()
    return ast.fix_missing_locations(tree)


def load(module: str, tree: ast.Module | None) -> ModuleType:
    """Execute a module again in its own namespace, mutated where a tree is given."""
    found = sys.modules[f"{PACKAGE}.{module}"]
    code = compile(tree or ast.parse(source_of(module)), str(found.__file__), "exec")
    exec(code, found.__dict__)
    return found


def survives(module: str, number: int | None, cases: list[tuple[Any, Case]]) -> bool:
    """Return whether every case still passes with one comparison flipped (None: with none)."""
    later = ORDER[ORDER.index(module) + 1 :]
    try:
        load(module, None if number is None else mutated(module, number))
        for name in later:
            load(name, None)
        return not any(_fails(agreement, case) for agreement, case in cases)
    finally:
        for name in (module, *later):
            load(name, None)


def _fails(agreement: Any, case: Case) -> bool:
    evaluate = sys.modules[f"{PACKAGE}.evaluate"].evaluate
    try:
        result = evaluate(agreement, case.evidence, case.setting)
        return not all(verdict.holds for verdict in verdicts(case, agreement, result))
    except (ArithmeticError, AttributeError, LookupError, NameError, TypeError, ValueError):
        # A mutant that crashes is caught as surely as one that errs.
        return True


def all_cases() -> list[tuple[Any, Case]]:
    """Return every case of the library with its agreement, mixed so that mutants fall early."""
    found = []
    for path in case_files():
        agreement = read_agreement(path.stem.split("__")[0])
        found += [(agreement, case) for case in read_cases(path, agreement)]
    random.Random(1).shuffle(found)
    return found


def survivors(
    modules: tuple[str, ...], cases: list[tuple[Any, Case]], seconds: float
) -> Iterator[tuple[str, int, int, bool]]:
    """Yield (module, number, line, survived) until the time is over."""
    if not survives(ORDER[0], None, cases):
        raise SystemExit("a case fails without any mutation: they can show nothing")
    until = time.monotonic() + seconds
    for module in modules:
        for number, line in sites(module):
            if time.monotonic() > until:
                return
            yield module, number, line, survives(module, number, cases)


def tested(found: list[tuple[str, int, int]]) -> Iterator[bool]:
    """Yield for each mutant that no case caught whether a test fails on it."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("src", "tests"):
            shutil.copytree(ROOT / name, Path(folder) / name)
        shutil.copy(ROOT / "pyproject.toml", folder)
        if _a_test_fails(Path(folder)):
            raise SystemExit("the tests fail without any mutation: they can show nothing")
        for module, number, _ in found:
            path = Path(folder, "src", *PACKAGE.split("."), f"{module}.py")
            whole = path.read_text(encoding="utf-8")
            path.write_text(ast.unparse(mutated(module, number)), encoding="utf-8")
            yield _a_test_fails(Path(folder))
            path.write_text(whole, encoding="utf-8")


def _a_test_fails(folder: Path) -> bool:
    names = [str(folder / "tests" / "agreements" / f"test_agreements_{n}.py") for n in TESTS]
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *names],
        cwd=folder, env=os.environ | {"PYTHONPATH": str(folder / "src")}, capture_output=True,
        check=False, timeout=300,
    )  # fmt: skip
    return run.returncode != 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--modules", default=",".join(DECIDING))
    parser.add_argument("--seconds", type=float, default=540)
    given = parser.parse_args()
    modules = tuple(given.modules.split(","))
    total = sum(len(sites(m)) for m in modules)
    tried = alive = 0
    found: list[tuple[str, int, int]] = []
    for module, number, line, survived in survivors(modules, all_cases(), given.seconds):
        tried += 1
        alive += survived
        if survived:
            found.append((module, number, line))
            print(f"no case catches {module}.py:{line}", file=sys.stderr, flush=True)
    caught = list(tested(found))
    print(f"{total} comparisons in {', '.join(modules)}; {tried} flipped, {tried - alive} caught "
          f"by cases, {sum(caught)} more by tests, {alive - sum(caught)} survive\n")  # fmt: skip
    for (module, _, line), by_test in zip(found, caught, strict=True):
        text = source_of(module).splitlines()[line - 1].strip()
        print(f"- {'a test' if by_test else 'NOTHING'} catches `{module}.py:{line}: {text}`")


if __name__ == "__main__":
    main()
