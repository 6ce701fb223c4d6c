"""trucewatch: the words a monitor types."""

from __future__ import annotations

import typer

from trucewatch.cli import (
    checks,
    data,
    evidence,
    fusing,
    grounds,
    people,
    products,
    running,
    serving,
    training,
)

app = typer.Typer(
    name="trucewatch",
    help="Ceasefire monitoring and verification: evidence in, findings with their grounds out.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

_VERBS = (*(data, running, fusing, products, people, grounds, training, evidence, serving, checks),)
for module in _VERBS:
    module.add_to(app)


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
