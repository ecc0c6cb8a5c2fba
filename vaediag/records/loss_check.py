"""Is the loss that a model is trained with the negative ELBO of the model as it was described? The answer."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from vaediag.records.estimate import Estimate

VERDICTS = ("agrees", "equivalent", "differs", "unclear")
COLUMNS = 100


@dataclass(frozen=True, slots=True)
class LossCheck:
    """A training loss read as a weighted sum of reconstruction and KL, and what that amounts to.

    Attributes:
        verdict: "agrees": it is the negative ELBO, up to chance in z. "equivalent": a common factor or a constant
            differs, which moves no optimum. "differs". "unclear": the images and calls do not tell.
        mistakes: names of what was found, of `docs/verify_loss.md`; empty where it agrees, or nothing known fits.
        loss: the loss on the images that were given, mean over calls.
        expected: the negative ELBO of the model as described, nats per image; its standard error is that of the
            draws of z.
        reconstruction, kl: weights of the two terms in the loss of one image; None where it could not be read.
        reduction: over the images of a batch: "mean", "sum", "mixed" or "per image"; None where not known.
        beta: the weight of the KL beside the stated likelihood that the loss is equivalent to; None: no such weight.
        sigma: of a Normal with a fixed σ (in units of x): with this one the loss is an ELBO with β = 1.
        sentences: what was found and what to do, in order.
    """

    verdict: str
    mistakes: tuple[str, ...]
    loss: float
    expected: Estimate
    reconstruction: float | None
    kl: float | None
    reduction: str | None
    beta: Estimate | None
    sigma: float | None
    sentences: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        return self.verdict == "agrees"

    def __str__(self) -> str:
        return "\n".join(textwrap.fill(sentence, COLUMNS, subsequent_indent="  ") for sentence in self.sentences)

    def _repr_html_(self) -> str:
        from vaediag.records.notebook import paragraphs

        return paragraphs(f"The loss {self.verdict}" if self.agrees else f"The loss: {self.verdict}", self.sentences)
