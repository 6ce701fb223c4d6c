"""What README and docs tell a user to type exists; what they link to is there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from trucewatch.cli.main import app
from trucewatch.pipeline import ROOMS
from trucewatch.sources import known_sources

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


README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_page_of_the_docs_is_named_in_the_readme() -> None:
    missing = [
        p.name for p in sorted((ROOT / "docs").glob("*.md")) if f"docs/{p.name}" not in README
    ]
    assert not missing


def test_the_picture_has_the_rooms_in_their_order() -> None:
    line = next(line for line in README.splitlines() if "sources -->" in line)
    assert re.findall(r"[a-z]+", line) == [*(room.name for room in ROOMS), "publish"]


def test_every_source_stands_in_the_docs() -> None:
    told = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
    assert not [name for name in known_sources() if f"`{name}`" not in told]


def test_five_minutes_end_in_a_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands under 'in five minutes', typed as they stand there."""
    block = README.split("in five minutes")[1].split("```")[1]
    monkeypatch.chdir(tmp_path)
    for line in block.strip().splitlines():
        words = shlex.split(line, comments=True)
        if words[0] == "printf":
            Path(words[-1]).write_text(words[1].replace("\\n", "\n"), encoding="utf-8")
            continue
        result = CliRunner().invoke(app, words[1:])
        assert result.exit_code == 0, result.output
    page = next(Path("mission/out").glob("daily-2021-01-09.html")).read_text(encoding="utf-8")
    assert "North" in page
