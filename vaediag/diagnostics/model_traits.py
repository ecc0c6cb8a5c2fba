"""What kind of law the decoder returns, found once per model."""

from __future__ import annotations

from typing import Any

from vaediag.backend import tf
from vaediag.laws.traits import Traits, traits
from vaediag.prepared import kept


def model_traits(vae: Any) -> Traits:
    """The traits of p(x_i | z), read while tracing: what depends on z is not mistaken for fixed."""
    return kept(vae, "traits", lambda: _read(vae))


def _read(vae: Any) -> Traits:
    found: list[Traits] = []

    @tf.function(input_signature=[tf.TensorSpec((None, vae.latent_dim), tf.float32)])
    def look(z: Any) -> Any:
        found.append(traits(vae.law(z)))
        return z

    look.get_concrete_function()
    return found[0]
