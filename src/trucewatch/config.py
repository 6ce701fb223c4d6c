"""YAML files that people write, read so that every fault can name its line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

from trucewatch.errors import ConfigError, Fault

# Nobody writes a configuration by hand that is larger; a larger one is a mistake or an attack.
MAX_BYTES = 8 * 1024 * 1024
Key = tuple[str | int, ...]


_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _UniqueKeyLoader(_Base):  # type: ignore[misc]
    """Safe loading that refuses a key given twice, where plain YAML keeps the last silently."""


def _mapping(loader: _UniqueKeyLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[Any] = set()
    for key_node, _ in node.value:
        key = loader.construct_object(key_node)
        if key in seen:
            raise yaml.constructor.ConstructorError(
                None, None, f"key {key!r} given twice", key_node.start_mark
            )
        seen.add(key)
    return dict(loader.construct_mapping(node, deep=True))


_UniqueKeyLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)
# Dates and times stay text: each room reads them with its own zone and says what it found.
_UniqueKeyLoader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in _Base.yaml_implicit_resolvers.items()
}


class YamlFile:
    """A parsed YAML document with the line of every key: `value`, `line(*keys)`, `fault(...)`."""

    def __init__(self, path: Path, value: Any, lines: dict[Key, int]) -> None:
        self.path, self.value, self._lines = path, value, lines

    def line(self, *keys: str | int) -> int | None:
        """Return the 1-based line of a key, or of its nearest parent that has one."""
        for end in range(len(keys), -1, -1):
            if keys[:end] in self._lines:
                return self._lines[keys[:end]]
        return None

    def fault(self, keys: Iterable[str | int], *, found: str, expected: str, mend: str) -> Fault:
        """Build a Fault that points at a key."""
        return Fault(str(self.path), self.line(*keys), found, expected, mend)


def read_yaml(path: Path) -> YamlFile:
    """Read one YAML file; raises ConfigError with file and line where it is not well formed."""
    text = _text_of(path)
    try:
        loader = _UniqueKeyLoader(text)
        node = loader.get_single_node()
        lines = dict(_key_lines(node, (), set())) if node else {}
        value = loader.construct_document(node) if node else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else None
        raise ConfigError.at(
            path, line, found=error.problem or "text that is no YAML", expected="valid YAML",
            mend="Mend the line; indent with spaces and quote text that holds a colon.",
        ) from error  # fmt: skip
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise ConfigError.at(
            path, None, found=str(error).splitlines()[0], expected="valid YAML in UTF-8",
            mend="Save the file as UTF-8 text and remove control characters.",
        ) from error  # fmt: skip
    return YamlFile(path, value, lines)


def _text_of(path: Path) -> str:
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise ConfigError.at(
                path, None, found=f"{size} bytes", expected=f"at most {MAX_BYTES}",
                mend="Split the file, or keep tables in CSV beside it.",
            )  # fmt: skip
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise ConfigError.at(
            path, None, found=error.strerror or str(error), expected="a file that can be read",
            mend="Check the path and its permissions.",
        ) from error  # fmt: skip
    except UnicodeDecodeError as error:
        raise ConfigError.at(
            path, None, found=f"byte {error.start} is not UTF-8", expected="UTF-8 text",
            mend="Save the file as UTF-8.",
        ) from error  # fmt: skip


def _key_lines(node: yaml.Node, at: Key, seen: set[int]) -> Iterator[tuple[Key, int]]:
    if id(node) in seen:
        # An alias repeats a node; nested aliases grow without bound ('billion laughs').
        raise yaml.composer.ComposerError(
            None, None, "an alias (*name), which is not allowed here", node.start_mark
        )
    seen.add(id(node))
    yield at, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            here = (*at, str(key.value))
            yield from _key_lines(value, here, seen)
            yield here, key.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield from _key_lines(value, (*at, index), seen)
