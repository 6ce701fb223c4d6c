"""How long a dossier takes: five articles, and a set of many, in a process of its own.

Run: python bench/speed_dossier.py [--paths DIR] [--many 100]
Each figure is the median of fresh processes, with every library and list loaded from nothing.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

HERE = Path(__file__).parent
CODE = """
import resource, sys, time
from pathlib import Path
begun = time.perf_counter()
from trucewatch.dossier import build, render
dossier = build([Path(sys.argv[1])])
read = time.perf_counter() - begun
pages = len(render(dossier, "html"))
took = time.perf_counter() - begun
used = time.process_time()
mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
documents, claims = len(dossier.documents), len(dossier.claims)
print(f"{took:.3f} {read:.3f} {used:.3f} {mib:.0f} {documents} {claims} {pages}")
"""


def measured(folder: Path, times: int) -> list[float]:
    """Return the median of each figure over some fresh processes."""
    rows = []
    for _ in range(times):
        done = subprocess.run(
            [sys.executable, "-c", CODE, str(folder)], capture_output=True, text=True, check=True
        )
        rows.append([float(v) for v in done.stdout.split()])
    return [statistics.median(column) for column in zip(*rows, strict=True)]


def many(folder: Path, number: int) -> None:
    """Write as many documents as asked from the labelled sets, each with a line of its own."""
    texts = [
        text
        for path in sorted((HERE / "dossier_sets").rglob("*.yaml"))
        for text in yaml.safe_load(path.read_text(encoding="utf-8"))["documents"].values()
    ]
    for n in range(number):
        (folder / f"{n:04}.txt").write_text(
            f"{texts[n % len(texts)]}\nNote {n}.\n", encoding="utf-8"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    founding = HERE.parent.parent / "shared" / "documents" / "berlin-2025"
    parser.add_argument("--paths", type=Path, default=founding)
    parser.add_argument("--many", type=int, default=100)
    parser.add_argument("--times", type=int, default=3)
    arguments = parser.parse_args()
    print("| set | documents | claims | s to HTML | of it s to the dossier | processor s | MiB |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    if arguments.paths.is_dir():
        show("five articles", measured(arguments.paths, arguments.times))
    with tempfile.TemporaryDirectory() as folder:
        many(Path(folder), arguments.many)
        show(f"{arguments.many} short texts", measured(Path(folder), 1))


def show(name: str, row: list[float]) -> None:
    took, read, used, mib, documents, claims, _ = row
    figures = f"{documents:.0f} | {claims:.0f} | {took:.2f} | {read:.2f} | {used:.2f} | {mib:.0f}"
    print(f"| {name} | {figures} |")


main()
