"""The reference VAEs, one recipe each."""

from __future__ import annotations

from vaediag.errors import InputError
from vaediag_models.recipes import Recipe

BERNOULLI = {"family": "bernoulli"}


def _normal(kind: str, value: float | None = None, floor: float = 1e-3) -> dict[str, object]:
    scale = {"kind": kind, "floor": floor}
    return {"family": "normal", "scale": scale | ({"value": value} if kind in ("fixed", "shared") else {})}


_ALL = (
    Recipe(
        name="digits-bernoulli",
        sentence="Black-and-white digits, one logit per pixel: a healthy model, to see what that looks like.",
        dataset="digits-binary",
        likelihood=BERNOULLI,
        latent_dim=6,
        grey="digits",
        epochs=400,
        learning_rate=2e-3,
        weight_decay=0.05,
        warmup=20,
        patience=150,
        refine=100,
    ),
    Recipe(
        name="digits-normal-image",
        sentence="Grey digits, a normal with one σ per image (d + 1 outputs); but half of the pixels are exactly 0.",
        dataset="digits",
        likelihood=_normal("image"),
        latent_dim=6,
        epochs=400,
        learning_rate=2e-3,
        weight_decay=0.1,
        warmup=20,
        patience=150,
        encoder_widths=(256, 256),
        refine=200,
        recombine=5.0,
        findings=("tails",),
    ),
    Recipe(
        name="digits-normal-pixel",
        sentence="Grey digits, a normal with a σ for every pixel: it collapses onto pixels that are always 0.",
        dataset="digits",
        likelihood=_normal("pixel", floor=0.02),
        latent_dim=8,
        epochs=400,
        weight_decay=0.1,
        warmup=20,
        patience=100,
        findings=("audit.constant_pixels", "tails"),
    ),
    Recipe(
        name="digits-overconfident",
        sentence="Grey digits, a normal with σ fixed at 0.04, far below the error that the decoder makes.",
        dataset="digits",
        likelihood=_normal("fixed", 0.04),
        latent_dim=4,
        epochs=400,
        learning_rate=2e-3,
        weight_decay=0.1,
        warmup=20,
        patience=150,
        encoder_widths=(256, 256),
        refine=200,
        findings=("encoder", "scale"),
    ),
    Recipe(
        name="digits-collapsed",
        sentence="Black-and-white digits with 16 latents, trained without warm-up: most of them carry no information.",
        dataset="digits-binary",
        likelihood=BERNOULLI,
        latent_dim=16,
        posterior="mean_log_var",
        grey="digits",
        epochs=400,
        learning_rate=2e-3,
        weight_decay=0.05,
        warmup=0,
        patience=150,
        refine=100,
        findings=("collapse",),
    ),
    Recipe(
        name="patches-normal-shared",
        sentence="Patches of real photographs, a normal with one trained σ: photographs have edges, normals do not.",
        dataset="patches",
        likelihood=_normal("shared"),
        latent_dim=10,
        posterior="mean_log_var",
        widths=(192, 128),
        epochs=150,
        batch=128,
        learning_rate=2e-3,
        weight_decay=0.05,
        warmup=5,
        patience=50,
        refine=20,
        block=60,  # the overlapping patches of half a tile
        findings=("scale.image",),
    ),
    Recipe(
        name="shapes-bernoulli",
        sentence="Rectangles, ellipses and triangles, 64 x 64, a logit per pixel, convolutional; diagonal posterior.",
        dataset="shapes",
        likelihood=BERNOULLI,
        latent_dim=8,
        posterior="mean_log_var",
        network="conv",
        widths=(16, 32, 32, 64),
        hidden=64,
        epochs=16,
        batch=64,
        learning_rate=1.5e-3,
        warmup=2,
        patience=10,
        validation=0.05,
        findings=("encoder",),
    ),
    Recipe(
        name="fashion-normal-image",
        sentence="Fashion-MNIST in grey, convolutional, a normal with one σ per image; bring the images yourself.",
        dataset="fashion",
        likelihood=_normal("image"),
        latent_dim=16,
        posterior="mean_log_var",
        network="conv",
        widths=(16, 32),
        hidden=64,
        epochs=6,
        batch=100,
        learning_rate=2e-3,
        warmup=1,
        patience=6,
        refine=1,
        validation=0.02,
        findings=("encoder", "tails"),
    ),
)
RECIPES = {recipe.name: recipe for recipe in _ALL}
FASHION = "fashion"  # a data set that is not part of the project: its files are named when training


def recipe_named(name: str) -> Recipe:
    """A recipe by name. Raises InputError with the names that there are."""
    if name not in RECIPES:
        raise InputError(f"recipe: expected one of {', '.join(RECIPES)}; got {name!r}. Try digits-bernoulli.")
    return RECIPES[name]
