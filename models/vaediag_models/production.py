"""From a recipe and images to a bundle in a folder."""

from __future__ import annotations

from pathlib import Path

from vaediag.bundle.save import save
from vaediag.io.images import Images
from vaediag.vae import VAE
from vaediag_models.recipes import Recipe
from vaediag_models.training import checkpoint
from vaediag_models.training.loop import Progress, train
from vaediag_models.training.score import held_out_elbo


def produce(
    recipe: Recipe,
    images: Images,
    folder: Path,
    *,
    grey: Images | None = None,
    test: Images | None = None,
    progress: Progress | None = None,
) -> VAE:
    """Train, measure the ELBO on `test`, and save the bundle; a run that was interrupted in `folder` is taken up again.

    Without test images the card's ELBO is that of the training images that were held out.
    Raises InputError as `train` and `save` do.
    """
    vae = train(recipe, images, grey=grey, folder=folder, progress=progress)
    vae.preprocessing = images.preprocessing
    card: dict[str, object] = {"sentence": recipe.sentence, "dataset": recipe.dataset}
    if test is None:
        card["elbo"] = (vae.training or {})["held_out_elbo"]
    else:
        elbo, error = held_out_elbo(vae, test)
        card |= {"elbo": round(elbo, 3), "elbo_standard_error": round(error, 3), "test_images": len(test)}
    vae.card = card
    save(vae, folder)
    checkpoint.remove(folder)
    return vae
