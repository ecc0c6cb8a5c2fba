"""The known mistakes of training losses: what each is, in words, and what to do about it."""

from __future__ import annotations

from vaediag.training.recipes import Sizes

HARMLESS = {"sum_over_images", "both_divided", "constant_left_out", "constant"}  # the optimum stays where it is

# name -> (what it is, what to try); {values}, {last}, {positions} and {latents} are filled in
MISTAKES = {
    "mean_over_values": (
        "the reconstruction is averaged over the {values} values of an image instead of summed",
        "Sum the reconstruction over all axes of an image, then average over images.",
    ),
    "mean_over_last_axis": (
        "the reconstruction is averaged over the last axis of an image ({last}), as Keras' losses do, then summed",
        "Multiply the reconstruction by {last}, or sum it value by value instead of with a Keras loss.",
    ),
    "mean_over_positions": (
        "the reconstruction is averaged over the {positions} positions of an image and summed over its last axis",
        "Sum the reconstruction over all axes of an image, then average over images.",
    ),
    "double_reconstruction": (
        "the reconstruction has twice its weight",
        "Look for a missing ½ in the reconstruction: −log of a Normal has ½ (x − mean)²/σ² + log σ.",
    ),
    "half_reconstruction": (
        "the reconstruction has half of its weight",
        "Look for a ½ too many in the reconstruction.",
    ),
    "mean_over_latents": (
        "the KL is averaged over the {latents} latents instead of summed",
        "Sum the KL over the latents, tf.reduce_sum(kl, axis=-1), then average over images.",
    ),
    "half_kl": ("the KL has half of its weight", "Look for a second ½ in front of the KL."),
    "double_kl": ("the KL has twice its weight", "Look for a missing ½ in front of the KL."),
    "kl_sign": ("the KL has the wrong sign", "Add the KL to the reconstruction; mind the sign in front of its ½."),
    "no_kl": ("the KL is left out", "Add the KL; Keras adds it only where add_loss or your train_step does."),
    "sign": ("it is the ELBO itself, not its negative", "Minimise its negative (fine where your code maximises it)."),
    "both_divided": ("reconstruction and KL are divided by the same number", ""),
    "sum_over_images": ("it is summed over the images of a batch instead of averaged", ""),
    "kl_not_summed": (
        "the reconstruction is summed over the images of a batch, but the KL is averaged",
        "Average both over images; as it is, β is 1 divided by the batch size.",
    ),
    "only_kl_summed": (
        "the KL is summed over the images of a batch, but the reconstruction is averaged",
        "Average both over images; as it is, β is multiplied by the batch size.",
    ),
    "squared_errors": ("its reconstruction is squared errors, which hide a σ", ""),
    "absolute_errors": ("its reconstruction is absolute errors, which hide a scale", ""),
    "cross_entropy": (
        "its reconstruction is a binary cross-entropy, which is another likelihood",
        "Describe the model with vd.likelihoods.Bernoulli(), or train it with −log p(x | z) of this likelihood.",
    ),
    "posterior_mean": (
        "it decodes the mean of q(z | x) instead of a draw",
        "Draw z: mean + σ · noise; without it nothing keeps σ of the posterior from vanishing but the KL.",
    ),
    "constant_left_out": ("constants of the Normal, or a factor that both terms share, are left out", ""),
    "constant": ("a constant is added or left out", ""),
    "beta": ("the KL has a weight of its own", ""),
    "weights": ("reconstruction and KL have weights of their own", ""),
}


def what(name: str, sizes: Sizes) -> str:
    return _filled(MISTAKES[name][0], sizes)


def remedy(name: str, sizes: Sizes) -> str:
    """What to try; empty where nothing needs to be done."""
    return _filled(MISTAKES[name][1], sizes)


def _filled(text: str, sizes: Sizes) -> str:
    return text.format(values=sizes.values, last=sizes.last, positions=sizes.positions, latents=sizes.latents)
