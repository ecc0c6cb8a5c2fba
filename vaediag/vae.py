"""A VAE as three distributions: p(z), q(z | x) and p(x | z)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from vaediag import border, networks
from vaediag.aliases import Law, Tensor
from vaediag.backend import tfd
from vaediag.errors import InputError
from vaediag.heads.likelihoods import Likelihood
from vaediag.heads.posteriors import Posterior
from vaediag.heads.priors import Prior, StandardNormal
from vaediag.laws.traits import traits


class VAE:
    """Two networks that output parameters, and the heads that make distributions of them.

    Attributes:
        prior: p(z), a TFP distribution with event `[latent_dim]`.
        encoder, decoder: the networks (None for `from_callables`).
        posterior, likelihood, prior_head: the heads (None where a distribution was given instead).
        event_shape: shape of one image; latent_dim: number of latents L.
        name, source: what people call it; the address that loads it again (None: only this object).
        preprocessing: what images need before the encoder: "none", "unit", "symmetric" or "threshold".
        assumed: what the border took for granted, a short phrase each; every output begins with it.
        training: training record; trained_on: sha256 of the training images; card: the model's card. None: unknown.
    """

    prior: Law
    prior_head: Prior | None
    encoder: Any
    decoder: Any
    posterior: Posterior | None
    likelihood: Likelihood | None
    event_shape: tuple[int, ...]
    latent_dim: int
    name: str
    source: str | None
    preprocessing: str
    training: dict[str, Any] | None
    trained_on: str | None
    card: Any
    assumed: tuple[str, ...] = ()
    kept: dict[Any, Any] | None = None  # what was compiled, of a model that `prepare` gave

    def __init__(
        self,
        encoder: Any,
        decoder: Any,
        *,
        posterior: Posterior,
        likelihood: Likelihood,
        prior: Any = StandardNormal(),  # noqa: B008  # frozen
        name: str | None = None,
        source: str | None = None,
        event_shape: Sequence[int] | None = None,
        latent_dim: int | None = None,
        preprocessing: str = "none",
        training: dict[str, Any] | None = None,
        trained_on: str | None = None,
        card: Any = None,
    ) -> None:
        """Join networks and heads.

        Args:
            encoder, decoder: Keras models (Keras 3 or tf_keras) or functions of one tensor that return parameters.
            posterior, likelihood, prior: heads of `vd.posteriors`, `vd.likelihoods`, `vd.priors`; the prior may also be
                a TFP distribution with event `[L]`.
            event_shape, latent_dim: read from the Keras models' input shapes where these are known.
        Raises:
            InputError: the networks do not fit the heads or each other, or give numbers that are not finite.
        """
        _check_head("posterior", posterior, "vd.posteriors.MeanLogVar()")
        _check_head("likelihood", likelihood, "vd.likelihoods.Bernoulli()")
        event = border.as_event_shape(event_shape or _inferred(encoder, "event_shape", "encoder"))
        codes = networks.input_shape(decoder)
        if latent_dim is None:
            known = getattr(prior, "latent_dim", None)
            latent_dim = known or _inferred(decoder, "latent_dim", "decoder")[-1]
        if codes is not None and codes != (latent_dim,):
            raise InputError(
                f"decoder: expected codes of shape [n, {latent_dim}] as its input; it takes {(None, *codes)}. "
                "Give the right latent_dim, or flatten the latent axes in front of the decoder."
            )
        run_encoder, run_decoder = networks.caller(encoder, "encoder"), networks.caller(decoder, "decoder")
        self.encoder, self.decoder, self.posterior, self.likelihood = encoder, decoder, posterior, likelihood
        self.training, self.trained_on, self.card, self.preprocessing = training, trained_on, card, preprocessing
        self._assemble(
            lambda x: border.as_posterior(run_encoder(x), posterior, latent_dim),
            lambda z: likelihood.law(run_decoder(z), event),
            prior=prior,
            event_shape=event,
            latent_dim=latent_dim,
            name=name,
            source=source,
        )

    def _assemble(
        self,
        encode: Callable[[Tensor], Law],
        law: Callable[[Tensor], Law],
        *,
        prior: Any,
        event_shape: tuple[int, ...],
        latent_dim: int | None,
        name: str | None,
        source: str | None,
    ) -> None:
        self._encode, self._law = encode, law
        self.prior = border.as_prior(prior, latent_dim)
        self.prior_head = None if isinstance(prior, tfd.Distribution) else prior
        self.event_shape, self.latent_dim = event_shape, int(self.prior.event_shape[0])
        self.name, self.source = name or "unnamed model", source
        q, pixels = border.probe(self)
        parts = {
            "likelihood": self.likelihood or pixels,
            "posterior": self.posterior or q,
            "prior": self.prior_head or self.prior,
        }
        self._words = {part: _words(thing) for part, thing in parts.items()}

    def encode(self, x: object) -> Law:
        """q(z | x): batch `[n]`, event `[L]`, of images `[n, *event_shape]`."""
        return self._encode(border.check_images(x, self))

    def law(self, z: object) -> Law:
        """The per-pixel law of x at codes `[n, L]`: batch `[n, *event_shape]`, scalar events."""
        return self._law(border.check_codes(z, self))

    def decode(self, z: object) -> Law:
        """p(x | z), a `tfd.Independent`: batch `[n]`, event `event_shape`."""
        return tfd.Independent(self.law(z), len(self.event_shape))

    def describe(self) -> dict[str, str]:
        """The three distributions in words: keys likelihood, posterior, prior."""
        return dict(self._words)

    def __repr__(self) -> str:
        parts = ", ".join(f"{name}={words!r}" for name, words in self.describe().items())
        return f"VAE({self.name!r}, event_shape={self.event_shape}, latent_dim={self.latent_dim}, {parts})"


def from_callables(
    encode: Callable[[Tensor], Any],
    decode: Callable[[Tensor], Any],
    *,
    prior: Any,
    event_shape: Sequence[int],
    latent_dim: int | None = None,
    name: str | None = None,
    source: str | None = None,
) -> VAE:
    """A VAE from functions that already return TFP distributions.

    Args:
        encode: float32 images `[n, *event_shape]` to q(z | x), batch `[n]`, event `[L]`.
        decode: float32 codes `[n, L]` to p(x | z) over `event_shape`: a `tfd.Independent`, a distribution per pixel, or
            what a layer of `tfp.layers` returns.
        prior: a TFP distribution with event `[L]`, or a head of `vd.priors`.
        latent_dim: L; needed only where the prior does not say it.
    Raises:
        InputError: a function fails or returns something else; conditional, hierarchical and discrete-latent models.
    """
    event = border.as_event_shape(event_shape)
    run_encode, run_decode = networks.caller(encode, "encode"), networks.caller(decode, "decode")
    vae = VAE.__new__(VAE)
    vae.encoder = vae.decoder = vae.posterior = vae.likelihood = None
    vae.training = vae.trained_on = vae.card = None
    vae.preprocessing = "none"
    size = latent_dim or getattr(prior, "latent_dim", None)
    vae._assemble(
        lambda x: border.as_posterior(run_encode(x), None, vae.prior.event_shape[0]),
        lambda z: border.unwrap_law(run_decode(z), event),
        prior=prior,
        event_shape=event,
        latent_dim=size,
        name=name,
        source=source,
    )
    return vae


def _words(part: Any) -> str:
    if hasattr(part, "describe"):
        return part.describe()
    while isinstance(part, tfd.Independent):
        part = part.distribution
    family = traits(part).family if part.event_shape.rank == 0 else "other"
    words = family if family != "other" else re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(part).__name__).lower()
    return words.replace("_", " ")


def _check_head(name: str, head: Any, example: str) -> None:
    if isinstance(head, type):
        raise InputError(f"{name}: expected a head such as {example}; got the class {head.__name__}. Add parentheses.")
    if not (hasattr(head, "law") and hasattr(head, "to_config")):
        raise InputError(f"{name}: expected a head such as {example}; got {head!r}.")


def _inferred(network: Any, argument: str, what: str) -> tuple[int, ...]:
    shape = networks.input_shape(network)
    if shape is None:
        raise InputError(
            f"{argument}: expected it to be given, because the {what} does not know its input shape; got None. "
            f"Give {argument}=..., e.g. event_shape=(28, 28, 1), latent_dim=16."
        )
    return shape
