"""docs/findings.md from the rulebook: `python -m vaediag.findings.page > docs/findings.md`."""

from __future__ import annotations

import sys

from vaediag.findings.catalogue import RULEBOOK, RuleCard
from vaediag.findings.rules import MINIMUM_IMAGES, errors_allowed

_HEAD = f"""# Findings

What the rules ask, when they fire, what it means and what to try. `vaediag rules` prints the same.

A rule fires when |T − T₀| > δ + 3 · SE: T the number, T₀ the value of an exact model ("exact"), δ the smallest effect
that is worth a sentence ("margin"), SE the standard error over images. Of m numbers judged together (latents, regions,
levels of σ, lags) each has Φ⁻¹(1 − 0.00135/m) in the place of 3, {errors_allowed(16):.1f} for 16. The same test with
the larger δ under "grave" makes a warning a problem. Below {MINIMUM_IMAGES} images nothing is judged.

One cause gives one finding. The order is: facts about the data; the encoder, or else its bound; σ and the shape of
p(x | z); its mean; dependence of pixels; latents; holes; variance. Where the encoder is found wrong the decoder is
judged on corrected z. What a fault does elsewhere is taken off before the next rule is asked: a wrong σ makes residuals
depend on each other and moves q(z), an uneven σ makes tails look heavy, a shifted mean makes them look wide. Every
finding on the decoder says whether the encoder was ruled out, with the numbers; and where the variance of images or the
match of q(z) with the prior is off but may follow from what was found, the first of the findings says so.

| finding | question |
| --- | --- |
"""


def page() -> str:
    """The whole page as Markdown."""
    rows = "".join(f"| [`{card.id}`](#{_anchor(card.id)}) | {_cell(card.question)} |\n" for card in RULEBOOK)
    return _HEAD + rows + "".join(_section(card) for card in RULEBOOK)


def _section(card: RuleCard) -> str:
    facts = [("Judged", card.statistic), ("Exact", card.exact), ("Margin", card.margin), ("Grave", card.grave)]
    facts += [("Severity", " or ".join(card.severities)), ("Figure", f"`{card.figure}`" if card.figure else "")]
    facts += [("Definition", f"`vaediag explain {card.definition}`")]
    lines = [f"- {name}: {text}" for name, text in facts if text]
    parts = [f"\n## {card.id}\n", f"{card.question}\n", "\n".join(lines) + "\n", f"{card.meaning}\n"]
    parts.append(f"Try: {card.what_to_try}\n")
    if card.confusable:
        parts.append("Cannot be told from:\n")
        parts.append("\n".join(f"- {text}" for text in card.confusable) + "\n")
    return "\n".join(parts)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _anchor(id_: str) -> str:
    """As GitHub makes it of a heading: dots are dropped."""
    return id_.replace(".", "")


if __name__ == "__main__":
    sys.stdout.write(page())
