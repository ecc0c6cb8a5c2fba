"""`vaediag explain`."""

from __future__ import annotations

import shutil
import sys
import textwrap
from typing import Annotated

import typer

from vaediag.cli.pages import BOLD, PLAIN, rendered

WIDEST = 100

Name = Annotated[
    str | None,
    typer.Argument(metavar="[NAME]", help="A quantity: elbo, calibration.posterior.ece, ...", show_default=False),
]


def explain(name: Name = None) -> None:
    """Say what a number means, how to read its picture and what to do when it is off."""
    from vaediag import explanations

    width, bold = min(shutil.get_terminal_size((WIDEST, 24)).columns, WIDEST), sys.stdout.isatty()
    if name is None:
        print("\n".join(_contents(width, bold=bold)))
    elif bold:
        print(rendered(explanations.page(name), width, bold=True))
    else:
        print(explanations.page(name), end="")


def _contents(width: int, *, bold: bool) -> list[str]:
    """All pages in their groups: name and question, in columns."""
    from vaediag import explanations
    from vaediag.explanations.contents import GROUPS

    column = max(map(len, explanations.names())) + 4
    lines: list[str] = []
    for group, names in GROUPS.items():
        lines += [f"{BOLD}{group}{PLAIN}" if bold else group]
        for name in names:
            text = textwrap.wrap(explanations.question(name), max(24, width - column), break_on_hyphens=False)
            lines.append(f"  {name:<{column - 2}}" + ("\n" + " " * column).join(text))
        lines.append("")
    return [*lines, "vaediag explain NAME shows a page."]
