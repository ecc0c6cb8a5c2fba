"""Posteriors: what an encoder's numbers may be."""

from __future__ import annotations

from vaediag.choices.records import Choice

POSTERIORS: tuple[Choice, ...] = (
    Choice(
        "mean-logvar",
        "mean and log-variance",
        "The encoder gives a mean and a log σ² for every latent (Keras: z_mean, z_log_var): σ = exp(output / 2).",
        "2 L: L means, then L log-variances; or a list of two tensors",
        (),
        (("posterior", "mean_log_var"),),
    ),
    Choice(
        "mean-logscale",
        "mean and log σ",
        "The encoder gives a mean and a log σ for every latent: σ = exp(output).",
        "2 L: L means, then L logarithms of σ; or a list of two tensors",
        (),
        (("posterior", "mean_log_scale"),),
    ),
    Choice(
        "mean-scale",
        "mean and σ",
        "The encoder gives a mean and σ itself for every latent; its last layer makes σ positive.",
        "2 L: L means, then L numbers > 0; or a list of two tensors",
        (),
        (("posterior", "mean_scale"),),
    ),
    Choice(
        "mean-softplus",
        "mean and softplus",
        "The encoder gives a mean and a raw number for every latent: σ = log(1 + exp(output)).",
        "2 L: L means, then L raw numbers; or a list of two tensors",
        (),
        (("posterior", "mean_softplus"),),
    ),
    Choice(
        "mean-tril",
        "mean and triangle (full covariance)",
        "The encoder gives a mean and a triangular matrix, as tfp.layers.MultivariateNormalTriL does.",
        "L + L (L + 1) / 2: L means, then the triangle",
        (),
        (("posterior", "mean_tril"),),
    ),
)
