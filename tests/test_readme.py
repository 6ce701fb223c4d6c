"""What README and docs tell a user to type exists; what they link to is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer

from trucewatch.cli.main import app

ROOT = Path(__file__).parent.parent
TEXTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
COMMAND = re.compile(r"(?:^|`|/)trucewatch ((?:[a-z]+ ?)+)", re.MULTILINE)
OPTION = re.compile(r"(--[a-z][a-z-]+)")


def known() -> dict[str, set[str]]:
    """Return every verb (and verb of a group) with its options."""
    root = typer.main.get_command(app)
    found: dict[str, set[str]] = {}
    for name, command in root.commands.items():  # type: ignore[attr-defined]
        for sub, one in getattr(command, "commands", {"": command}).items():
            options = {o for p in one.params for o in (*p.opts, *p.secondary_opts)}
            found[f"{name} {sub}".strip()] = options
    return found


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_commands_and_options_exist(path: Path) -> None:
    verbs = known()
    for line in path.read_text(encoding="utf-8").splitlines():
        for match in COMMAND.finditer(line):
            words = match[1].split()
            names = [n for n in (" ".join(words[:2]), words[0]) if n in verbs]
            groups = {verb.split()[0] for verb in verbs}
            assert names or words[0] in groups, f"{path.name}: trucewatch {match[1]}"
            rest = line[match.end() :].split("`")[0].split("#")[0]
            unknown = set(OPTION.findall(rest)) - (verbs[names[0]] if names else set())
            assert not names or not unknown, f"{path.name}: {names[0]} {unknown}"


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        if "://" not in target:
            assert (path.parent / target).exists(), f"{path.name}: {target}"
