"""A VAE as three distributions: p(z), q(z | x) and p(x | z)."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from vaediag import border, networks
from vaediag.aliases import Law, Tensor
from vaediag.backend import tf, tfd
from vaediag.errors import InputError
from vaediag.heads.likelihoods import Likelihood
from vaediag.heads.posteriors import Posterior
from vaediag.heads.priors import Prior, StandardNormal
from vaediag.io.preprocess import chosen
from vaediag.naming import in_words
from vaediag.parts import own_prior, parts_of


class VAE:
    """Two networks that output parameters, and the heads that make distributions of them.

    Attributes:
        encoder, decoder: the networks (None for `from_callables`).
        posterior, likelihood, prior_head: the heads (None where a distribution was given instead).
        event_shape: shape of one image; latent_dim: number of latents L.
        name, source: what people call it; the address that loads it again (None: only this object).
        preprocessing: what images need before the encoder: a name of `vaediag.io.preprocess.STEPS`, or several joined
            with `+`.
        assumed: what the border took for granted, a short phrase each; every output begins with it.
        training: training record; trained_on: sha256 of the training images; card: the model's card. None: unknown.
    """

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
        posterior: Posterior | None = None,
        likelihood: Likelihood | None = None,
        prior: Any = StandardNormal(),  # noqa: B008  # frozen
        name: str | None = None,
        source: str | None = None,
        event_shape: Sequence[int] | None = None,
        latent_dim: int | Sequence[int] | None = None,
        preprocessing: str = "none",
        training: dict[str, Any] | None = None,
        trained_on: str | None = None,
        card: Any = None,
        assumed: Sequence[str] = (),
    ) -> None:
        """Join networks and heads.

        Args:
            encoder, decoder: Keras models (Keras 3 or tf_keras), loaded SavedModels, or functions of one tensor. They
                return parameters: a tensor, a list or a dict of tensors; or a distribution.
            posterior, likelihood: heads of `vd.posteriors` and `vd.likelihoods` that say what the numbers are. None for
                a network that returns a TFP distribution itself.
            prior: a head of `vd.priors`, a TFP distribution with event `[L]`, or a function or layer that gives one.
            event_shape, latent_dim: read from the networks' input shapes where these are known. A spatial code has a
                shape, `latent_dim=(h, w, c)`: it is flattened for the diagnosis and restored for the decoder.
            assumed: phrases of what the caller took for granted, said at the head of every output.
        Raises:
            InputError: the networks do not fit the heads or each other, give numbers that are not finite, or other
                numbers at every call.
        """
        _check_head("posterior", posterior, "vd.posteriors.MeanLogVar()")
        _check_head("likelihood", likelihood, "vd.likelihoods.Bernoulli()")
        self.encoder, self.decoder, self.posterior, self.likelihood = encoder, decoder, posterior, likelihood
        self.training, self.trained_on, self.card = training, trained_on, card
        chosen(preprocessing)  # raises where a step is unknown
        self.preprocessing = preprocessing
        event = border.as_event_shape(event_shape or _inferred(encoder, "event_shape", "encoder"))
        try:
            self._assemble(
                networks.caller(encoder, "encoder"),
                networks.caller(decoder, "decoder"),
                prior=prior,
                event_shape=event,
                latent_shape=_latent_shape(decoder, latent_dim, prior),
                name=name,
                source=source,
                assumed=assumed,
            )
        except InputError as error:
            swapped = _swapped(encoder, decoder)
            if swapped is None:
                raise
            raise InputError(f"{error} {swapped}") from error

    def _assemble(
        self,
        encode: Callable[[Tensor], Any],
        decode: Callable[[Tensor], Any],
        *,
        prior: Any,
        event_shape: tuple[int, ...],
        latent_shape: tuple[int, ...] | None,
        name: str | None,
        source: str | None,
        assumed: Sequence[str] = (),
    ) -> None:
        size = None if latent_shape is None else math.prod(latent_shape)
        shape = latent_shape or ()
        self._prior = border.prior_source(prior, size, shape)
        self.prior_head = prior if hasattr(prior, "to_config") else None
        self.event_shape, self.latent_dim = event_shape, int(self.prior.event_shape[0])
        self.name, self.source = name or "unnamed model", source
        encoder = border.Stage(
            "encoder", encode, lambda out: border.as_posterior(out, self.posterior, self.latent_dim, shape), shape
        )
        decoder = border.Stage("decoder", _restoring(decode, shape), self._as_law, shape)
        self._encode, self._law = encoder, decoder
        tried = border.probe(self, encoder, decoder)
        parts = {
            "likelihood": self.likelihood or tried.law,
            "posterior": self.posterior or tried.posterior,
            "prior": self.prior_head or self.prior,
        }
        self._words = {part: in_words(thing) for part, thing in parts.items()}
        self.assumed = (*assumed, *border.said_of_prior(prior), *tried.said)

    def _as_law(self, out: Any) -> Law:
        if self.likelihood is None:
            return border.unwrap_law(out, self.event_shape)
        return self.likelihood.law(border.as_outputs(out, self.likelihood), self.event_shape)

    @property
    def prior(self) -> Law:
        """p(z), a TFP distribution with event `[latent_dim]`."""
        return self._prior()

    def encode(self, x: object) -> Law:
        """q(z | x): batch `[n]`, event `[L]`, of images `[n, *event_shape]`."""
        return self._encode(border.check_images(x, self))

    def law(self, z: object) -> Law:
        """The per-pixel law of x at codes `[n, L]`: batch `[n, *event_shape]`, scalar events."""
        return self._law(border.check_codes(z, self))

    def decode(self, z: object) -> Law:
        """p(x | z), a `tfd.Independent`: batch `[n]`, event `event_shape`.

        Codes with further leading axes, `[..., n, L]`, give a law with batch `[..., n]`, for x of the same batch.
        """
        lead = tuple(getattr(z, "shape", None) or np.shape(z))[:-1]  # type: ignore[arg-type]
        if len(lead) < 2:
            return tfd.Independent(self.law(z), len(self.event_shape))
        rows = tfd.Independent(self.law(tf.reshape(z, (-1, self.latent_dim))), len(self.event_shape))
        return tfd.BatchReshape(rows, tf.shape(z)[:-1])

    def describe(self) -> dict[str, str]:
        """The three distributions in words: keys likelihood, posterior, prior."""
        return dict(self._words)

    def __repr__(self) -> str:
        parts = [f"{name}={words!r}" for name, words in self.describe().items()]
        parts += [f"assumed={list(self.assumed)}"] if self.assumed else []
        sizes = f"event_shape={self.event_shape}, latent_dim={self.latent_dim}"
        return f"VAE({self.name!r}, {sizes}, {', '.join(parts)})"

    def _repr_html_(self) -> str:
        from vaediag.records.assumed import assumed_line
        from vaediag.records.notebook import paragraphs

        likelihood, posterior, prior = (self._words[part] for part in ("likelihood", "posterior", "prior"))
        taken = assumed_line(likelihood, posterior, prior, self.preprocessing, extra=self.assumed)
        return paragraphs(self.name, (taken, f"x {' × '.join(map(str, self.event_shape))}; z {self.latent_dim}"))


def from_callables(
    encode: Callable[[Tensor], Any],
    decode: Callable[[Tensor], Any],
    *,
    prior: Any,
    event_shape: Sequence[int],
    latent_dim: int | Sequence[int] | None = None,
    name: str | None = None,
    source: str | None = None,
) -> VAE:
    """A VAE from functions that already return TFP distributions.

    Args:
        encode: float32 images `[n, *event_shape]` to q(z | x), batch `[n]`, event `[L]`.
        decode: float32 codes `[n, L]` to p(x | z) over `event_shape`: a `tfd.Independent`, a distribution per pixel, or
            what a layer of `tfp.layers` returns.
        prior: a TFP distribution with event `[L]`, or a head of `vd.priors`.
        latent_dim: L, or the shape (h, w, c) of a spatial code; needed only where the prior does not say it.
    Raises:
        InputError: a function fails or returns something else; conditional, hierarchical and discrete-latent models.
    """
    vae = VAE.__new__(VAE)
    vae.encoder = vae.decoder = vae.posterior = vae.likelihood = None
    vae.training = vae.trained_on = vae.card = None
    vae.preprocessing = "none"
    size = latent_dim or getattr(prior, "latent_dim", None)
    vae._assemble(
        networks.caller(encode, "encode"),
        networks.caller(decode, "decode"),
        prior=prior,
        event_shape=border.as_event_shape(event_shape),
        latent_shape=None if size is None else border.as_latent_shape(size),
        name=name,
        source=source,
    )
    return vae


def from_model(
    model: Any,
    *,
    posterior: Posterior | None = None,
    likelihood: Likelihood | None = None,
    prior: Any = None,
    **more: Any,
) -> VAE:
    """A VAE from a whole model, whose networks are found by name.

    Args:
        model: an object with `.encoder` and `.decoder`, or with `.encode(x)` and `.decode(z)`, or with layers of these
            names; also one that holds such a model as `.vae`.
        posterior, likelihood: as of `VAE`: what the numbers are; None for networks that return distributions.
        prior: as of `VAE`. Left out: N(0, I), unless the model has a prior of its own, which then has to be given.
        more: further arguments of `VAE`: event_shape, latent_dim, preprocessing, name, ...
    Raises:
        InputError: there are no such networks, or a prior that was not given; and whatever `VAE` refuses.
    """
    parts = parts_of(model)
    own = own_prior(model)
    if prior is None and own is not None:
        raise InputError(
            f"prior: expected it to be given, because the model has one of its own, .{own}; got None. "
            f"Give prior=model.{own}, or prior=vd.priors.StandardNormal() if it was not trained with it."
        )
    said = () if parts.said is None else (parts.said,)
    return VAE(
        parts.encoder,
        parts.decoder,
        posterior=posterior,
        likelihood=likelihood,
        prior=StandardNormal() if prior is None else prior,
        assumed=(*said, *more.pop("assumed", ())),
        **more,
    )


def _restoring(decode: Callable[[Tensor], Any], shape: tuple[int, ...]) -> Callable[[Tensor], Any]:
    """The decoder as a function of flat codes."""
    return decode if len(shape) < 2 else lambda z: decode(tf.reshape(z, (-1, *shape)))


def _latent_shape(decoder: Any, given: int | Sequence[int] | None, prior: Any) -> tuple[int, ...]:
    """Shape of one code, as the decoder takes it."""
    takes = networks.input_shape(decoder)
    if given is None and (takes is None or len(takes) == 1):
        given = getattr(prior, "latent_dim", None)
    shape = border.as_latent_shape(given or takes or _inferred(decoder, "latent_dim", "decoder"))
    if takes is None or takes == shape:
        return shape
    if len(shape) == 1 and len(takes) > 1 and math.prod(takes) == shape[0]:
        return takes
    raise InputError(
        f"decoder: expected codes of shape [n, {', '.join(map(str, shape))}] as its input; it takes {(None, *takes)}. "
        "Give the right latent_dim, or flatten the latent axes in front of the decoder."
    )


def _swapped(encoder: Any, decoder: Any) -> str | None:
    """What to try where networks do not fit and the encoder is the one that takes fewer numbers."""
    shapes = networks.input_shape(encoder), networks.input_shape(decoder)
    if None in shapes:
        return None
    takes = [math.prod(shape or ()) for shape in shapes]
    if takes[0] >= takes[1]:
        return None
    return f"The encoder takes {takes[0]} numbers, the decoder {takes[1]}: they look swapped. Exchange them."


def _check_head(name: str, head: Any, example: str) -> None:
    if isinstance(head, type):
        raise InputError(f"{name}: expected a head such as {example}; got the class {head.__name__}. Add parentheses.")
    if head is not None and not (hasattr(head, "law") and hasattr(head, "to_config")):
        raise InputError(f"{name}: expected a head such as {example}; got {head!r}.")


def _inferred(network: Any, argument: str, what: str) -> tuple[int, ...]:
    shape = networks.input_shape(network)
    if shape is None:
        raise InputError(
            f"{argument}: expected it to be given, because the {what} does not know its input shape; got None. "
            f"Give {argument}=..., e.g. event_shape=(28, 28, 1), latent_dim=16."
        )
    return shape
