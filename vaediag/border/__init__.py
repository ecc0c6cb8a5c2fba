"""The border: foreign networks, distributions, images and codes are converted and checked here, and nowhere else.

What passes is float32, has a known shape, and is one of three plain things: q(z | x) with event `[L]`, the per-pixel
law of x with batch `[n, *event_shape]` and scalar events, or p(z) with event `[L]`. Foreign objects are recognised by
what they offer, not by their class, because Keras 3 and tf_keras models both arrive. Every check reads static shapes,
so all of it works inside `tf.function` too; what only numbers can show is checked once, by `probe`. What is taken for
granted on the way is said in a phrase.
"""

from vaediag.border.batches import as_event_shape, as_latent_shape, check_codes, check_images
from vaediag.border.law import as_outputs, unwrap_law
from vaediag.border.posterior import as_posterior
from vaediag.border.prior import as_prior, prior_source, said_of_prior
from vaediag.border.probe import Stage, Tried, probe

__all__ = [
    "Stage",
    "Tried",
    "as_event_shape",
    "as_latent_shape",
    "as_outputs",
    "as_posterior",
    "as_prior",
    "check_codes",
    "check_images",
    "prior_source",
    "probe",
    "said_of_prior",
    "unwrap_law",
]
