"""What kind of thing has arrived, and which of them cannot be what is needed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from vaediag.aliases import Law, Tensor
from vaediag.backend import tf, tfd
from vaediag.border.words import shape_of
from vaediag.distributions import INDEPENDENT
from vaediag.errors import InputError

_EXAMPLES = {
    "encoder": "tfd.MultivariateNormalDiag(mean, scale)",
    "decoder": "tfd.Independent(tfd.Bernoulli(logits=...), 3)",
    "prior": "tfd.Sample(tfd.Normal(0.0, 1.0), L)",
}


def inside(out: Any) -> Any:
    """The distribution in what a layer of `tfp.layers` returns; anything else as it is."""
    return getattr(out, "tensor_distribution", out)


def is_distribution(out: object) -> bool:
    return hasattr(out, "tensor_distribution") or isinstance(out, tfd.Distribution)


def unpacked(out: Any) -> Any:
    """The tensor of a dict of one; a list of the outputs that a saved signature numbers; anything else as it is."""
    if not isinstance(out, Mapping):
        return out
    if len(out) == 1:
        return next(iter(out.values()))
    numbered = [f"output_{i}" for i in range(len(out))]
    return [out[name] for name in numbered] if set(out) == set(numbered) else out


def one_of(out: Any, keys: Sequence[str], what: str) -> Any:
    """Out of a dict of distributions (a whole model's answer), the one under a key of that meaning."""
    if not isinstance(out, Mapping) or not any(map(is_distribution, out.values())):
        return out
    found = [key for key in out if str(key).lower() in keys and is_distribution(out[key])]
    if len(found) != 1:
        names = ", ".join(repr(str(key)) for key in out)
        raise InputError(
            f"{what}: expected to know which of its distributions is meant; got a dict with the keys {names}. Give a "
            "function that returns the one, e.g. lambda x: model(x)['posterior']."
        )
    return out[found[0]]


def refuse_non_distribution(law: Any, what: str, symbol: str) -> None:
    if isinstance(law, tfd.JointDistribution) or (
        isinstance(law, tfd.Distribution) and not isinstance(law.event_shape, tf.TensorShape)
    ):
        raise InputError(
            f"{what}: expected one distribution {symbol}; got {type(law).__name__} over several variables. "
            "Hierarchical models are not supported: give the bottom decoder and its latent as a model of their own."
        )
    if not isinstance(law, tfd.Distribution):
        arrived = f"a tensor of shape {shape_of(law.shape)}" if tf.is_tensor(law) else f"{type(law).__name__}"
        raise InputError(
            f"{what}: expected a TensorFlow Probability distribution {symbol}; got {arrived}. Numbers alone do not say "
            "what is drawn from them: use vd.VAE(encoder, decoder, likelihood=..., posterior=...), which adds the "
            f"distributions (vaediag wrap --help lists them), or return one, e.g. {_EXAMPLES[what]}."
        )


def refuse_discrete(law: Law, what: str, symbol: str) -> None:
    base = law
    while hasattr(base, "distribution"):
        base = base.distribution
    discrete = (tfd.OneHotCategorical, tfd.Categorical, tfd.Bernoulli, tfd.VectorDeterministic, tfd.Deterministic)
    if law.dtype.is_integer or isinstance(base, discrete):
        raise InputError(
            f"{what}: expected a density {symbol} over real z; got {type(base).__name__}. Models with discrete or "
            "deterministic latents (VQ-VAE, categorical codes, plain autoencoders) are not supported."
        )


def refuse_float64(law: Law, what: str) -> None:
    if law.dtype == tf.float64:
        raise InputError(
            f"{what}: expected a float32 distribution; got {type(law).__name__} with dtype float64. "
            "Build it from float32 parameters, e.g. np.float32(loc)."
        )


def parameters(law: Law) -> Iterator[Tensor]:
    """The floating parameter tensors of a distribution and of those inside it."""
    for value in law.parameters.values():
        if isinstance(value, tfd.Distribution):
            yield from parameters(value)
        elif tf.is_tensor(value) and value.dtype.is_floating:
            yield value


def flat_normal(law: Law, shape: Sequence[int], lead: Sequence[Any]) -> Law | None:
    """A normal over spatial codes `shape` as one over `[L]`, with batch `lead`; None where it is something else."""
    base = law
    while isinstance(base, INDEPENDENT):
        base = base.distribution
    if len(shape) < 2 or not isinstance(base, tfd.Normal):
        return None
    if not base.batch_shape.is_compatible_with((*lead, *shape)):
        return None
    rows = (*(-1 for _ in lead), tf.TensorShape(shape).num_elements())
    loc, scale = (
        tf.reshape(tf.broadcast_to(part, tf.shape(base.loc + base.scale)), rows) for part in (base.loc, base.scale)
    )
    return tfd.Independent(tfd.Normal(loc, scale), 1)
