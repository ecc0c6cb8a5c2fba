"""Recipes: everything that decides a reference VAE, as data, without TensorFlow."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Recipe:
    """How to train one VAE.

    Attributes:
        name: of the recipe, and of the bundle it makes.
        sentence: its card.
        dataset: registered name of the images; the training split is used.
        likelihood: config of the head, as `vaediag.heads.from_config` reads it.
        latent_dim: L.
        posterior: config name of the head: "mean_log_var" or "mean_tril".
        network: "dense" or "conv".
        widths: units of the dense layers, or channels of the convolutions (each halves the image), encoder's order;
            the decoder has them in reverse.
        encoder_widths: "dense" only: other widths for the encoder, which has the harder task; None: `widths`.
        hidden: "conv" only: units of the dense layer beside the code; 0 for none.
        grey: registered grey images of which the training images are drawn afresh, pixel by pixel, in every epoch
            (dynamic binarisation); None: train on `dataset` itself.
        epochs: most epochs; the learning rate falls to 0 over their second half.
        batch: images per step.
        learning_rate: of Adam at the start.
        weight_decay: of AdamW, decoder and encoder.
        beta: weight of the rate in the objective; 1 is the ELBO.
        warmup: epochs over which the weight of the rate grows from 0.
        patience: epochs without a better held-out ELBO before training stops; the best weights are kept.
        refine: epochs in which only the encoder goes on learning, from images and from the decoder's own samples.
        recombine: weight, while refining, of samples with the residuals of real images (continuous x only); 0: none.
        block: consecutive training images that belong together (overlapping patches): held out together or not at all.
        validation: share of the training images held out to stop by (never the test split).
        seed: of the initial weights, the order of the images and all draws.
        findings: ids that a diagnosis on the test images must report.
    """

    name: str
    sentence: str
    dataset: str
    likelihood: Mapping[str, Any]
    latent_dim: int
    posterior: str = "mean_tril"
    network: str = "dense"
    widths: tuple[int, ...] = (128, 128)
    encoder_widths: tuple[int, ...] | None = None
    hidden: int = 0
    grey: str | None = None
    epochs: int = 200
    batch: int = 64
    learning_rate: float = 1e-3
    weight_decay: float = 0.0
    beta: float = 1.0
    warmup: int = 10
    patience: int = 40
    refine: int = 0
    recombine: float = 0.0
    block: int = 1
    validation: float = 0.1
    seed: int = 0
    findings: tuple[str, ...] = field(default=())

    def settings(self) -> dict[str, Any]:
        """What a training record keeps: plain data, without the card."""
        kept = dataclasses.asdict(self)
        for name in ("sentence", "findings"):
            del kept[name]
        lists = {name: list(kept[name]) for name in ("widths", "encoder_widths") if kept[name] is not None}
        return kept | lists | {"likelihood": dict(self.likelihood)}
