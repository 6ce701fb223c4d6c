#!/bin/sh
# Every check, the cheap ones first. Stops at the first that fails.
set -eu
BIN=${BIN:-.venv/bin}
echo "== format and lint"
"$BIN/ruff" format --check -q src tests bench
"$BIN/ruff" check -q src tests bench
echo "== types"
"$BIN/mypy"
echo "== walls between the rooms"
"$BIN/lint-imports" --no-cache
echo "== tests"
exec "$BIN/python" -m pytest -n auto --dist loadfile
