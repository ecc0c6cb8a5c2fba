"""`vaediag rules`."""

from __future__ import annotations

import sys
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated

import typer

from vaediag.cli.columns import in_columns, terminal_width
from vaediag.cli.pages import BOLD, PLAIN
from vaediag.errors import InputError

if TYPE_CHECKING:
    from vaediag.findings.catalogue import RuleCard

WIDEST = 100

Id = Annotated[
    str | None,
    typer.Argument(metavar="[ID]", help="Id of a finding: encoder, scale, ...", show_default=False),
]


def rules(id_: Id = None) -> None:
    """List the findings there can be, or tell all about one."""
    from vaediag.findings.catalogue import RULEBOOK

    width = min(terminal_width(), WIDEST)
    if id_ is None:
        rows = [(card.id, ", ".join(card.severities), card.question) for card in RULEBOOK]
        print("\n".join([*in_columns(rows, width), "", "vaediag rules ID tells all about one."]))
        return
    cards = {card.id: card for card in RULEBOOK}
    if id_ not in cards:
        close = get_close_matches(id_, cards, n=3, cutoff=0.5)
        hint = f" Did you mean {' or '.join(close)}?" if close else ""
        raise InputError(f"id: expected the id of a finding; got {id_!r}.{hint} `vaediag rules` lists them.")
    print(f"{BOLD}{id_}{PLAIN}" if sys.stdout.isatty() else id_)
    print("\n".join(in_columns(_card(cards[id_]), width, indent=2)))


def _card(card: RuleCard) -> list[tuple[str, str]]:
    """Everything about one rule; what is empty is left out."""
    rows = [
        ("asks", card.question),
        ("judges", card.statistic),
        ("exact model", card.exact),
        ("allows", f"{card.margin}, and chance beyond that" if card.margin else ""),
        ("severity", ", ".join(card.severities)),
        ("a problem", f"beyond {card.grave}" if card.grave and len(card.severities) > 1 else ""),
        ("means", card.meaning),
        ("try", card.what_to_try),
        *(("not told from" if first else "and", what) for first, what in _firsts(card.confusable)),
        ("picture", f"{card.figure} (in the report)" if card.figure else ""),
        ("more", f"vaediag explain {card.definition}" if card.definition else ""),
    ]
    return [row for row in rows if row[1]]


def _firsts(items: tuple[str, ...]) -> list[tuple[bool, str]]:
    return [(place == 0, item) for place, item in enumerate(items)]
