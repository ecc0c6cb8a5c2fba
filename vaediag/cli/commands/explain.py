"""`vaediag explain`."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from vaediag.cli.columns import in_columns, terminal_width
from vaediag.cli.pages import BOLD, PLAIN, rendered
from vaediag.errors import InputError

WIDEST = 100

Name = Annotated[
    str | None,
    typer.Argument(metavar="[NAME]", help="A quantity: elbo, calibration.posterior.ece, ...", show_default=False),
]


def explain(name: Name = None) -> None:
    """Say what a number means, and what to do when it is off."""
    from vaediag import explanations

    width, bold = min(terminal_width(), WIDEST), sys.stdout.isatty()
    if name is None:
        print("\n".join(_contents(width, bold=bold)))
        return
    try:
        page = explanations.page(name)
    except InputError:
        _check_no_finding(name)
        raise
    print(rendered(page, width, bold=True) if bold else page.rstrip())


def _check_no_finding(name: str) -> None:
    """Raise InputError that says where findings are told about, if that is what was asked for."""
    from vaediag.findings.catalogue import RULEBOOK

    if name in {card.id for card in RULEBOOK}:
        raise InputError(f"name: expected a quantity; got {name!r}, which is a finding. Try `vaediag rules {name}`.")


def _contents(width: int, *, bold: bool) -> list[str]:
    """All pages in their groups: name and question, in columns."""
    from vaediag import explanations
    from vaediag.explanations.contents import GROUPS

    column = max(map(len, explanations.names()))
    lines: list[str] = []
    for group, names in GROUPS.items():
        rows = [(f"{name:<{column}}", explanations.question(name)) for name in names]
        lines += [f"{BOLD}{group}{PLAIN}" if bold else group, *in_columns(rows, width, indent=2), ""]
    return [*lines, "vaediag explain NAME shows a page."]
