"""The linear-Gaussian VAE, exact or wrong in one known way, with every answer in closed form.

Truth:  x = b + W z + e,  z ~ N(0, I),  e ~ N(0, sigma^2 R),  R[i, j] = rho^|i - j|.
Model:  prior N(0, I); decoder N(b + W z, stated_sigma^2 I); encoder N(gain (x - b), covariance).

With y = x - b everything is jointly Gaussian and centred, so each expectation is a trace. Methods are float64 NumPy.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from vaediag.errors import InputError
from vaediag.vae import VAE, from_callables

if TYPE_CHECKING:
    from vaediag.aliases import Law, Tensor

Array = NDArray[np.floating]
CONDITIONINGS = ("posterior", "posterior_mean", "prior", "corrected")


@dataclass(frozen=True, eq=False)
class Linear:
    """A linear-Gaussian model and the true law of its data.

    Attributes:
        name: what it is, for reports.
        weights: W, `[D, L]`.
        offset: b, `[D]`, the mean of x.
        sigma: the true standard deviation of the noise.
        stated_sigma: the one the decoder claims; equal to `sigma` when the decoder is right.
        gain: `[L, D]`, the encoder's mean is gain (x - b).
        covariance: `[L, L]`, the encoder's covariance, the same for every x.
        event_shape: shape of one image; its size is D.
        diagonal: the encoder returns independent Normals (exact for orthogonal columns of W), else a full covariance.
        rho: correlation of the noise of neighbouring pixels (in row-major order).
        degrees: of freedom of Student-t noise with variance sigma^2; None is Gaussian. Closed forms that need more than
            second moments (dispersion, tail weight, CRPS) hold for Gaussian noise only.
    """

    name: str
    weights: Array
    offset: Array
    sigma: float
    stated_sigma: float
    gain: Array
    covariance: Array
    event_shape: tuple[int, ...]
    diagonal: bool = False
    rho: float = 0.0
    degrees: float | None = None

    # ---- the three distributions, and data ----

    @cached_property
    def vae(self) -> VAE:
        from vaediag.backend import tf, tfd
        from vaediag.heads.priors import StandardNormal

        size, latents = self.weights.shape
        weights, gain = tf.constant(self.weights.T, tf.float32), tf.constant(self.gain.T, tf.float32)
        offset = tf.constant(self.offset, tf.float32)
        factor = tf.constant(np.linalg.cholesky(self.covariance), tf.float32)
        stddev = tf.constant(np.sqrt(np.diag(self.covariance)), tf.float32)

        def encode(x: Tensor) -> Law:
            mean = tf.matmul(tf.reshape(x, (-1, size)) - offset, gain)
            if self.diagonal:
                return tfd.Independent(tfd.Normal(mean, tf.broadcast_to(stddev, tf.shape(mean))), 1)
            return tfd.MultivariateNormalTriL(mean, factor)

        def decode(z: Tensor) -> Law:
            mean = tf.reshape(tf.matmul(z, weights) + offset, (-1, *self.event_shape))
            return tfd.Independent(tfd.Normal(mean, np.float32(self.stated_sigma)), len(self.event_shape))

        return from_callables(
            encode,
            decode,
            prior=StandardNormal(latents),
            event_shape=self.event_shape,
            latent_dim=latents,
            name=self.name,
        )

    def simulate(self, count: int, seed: int) -> NDArray[np.float32]:
        """Draws from the true law of x, `float32 [count, *event_shape]`; the same seed gives the same images."""
        rng = np.random.default_rng([seed, 20_201])
        size, latents = self.weights.shape
        signal = rng.standard_normal((count, latents)) @ self.weights.T
        noise = rng.standard_normal((count, size)) if self.degrees is None else self._student(rng, (count, size))
        noise = noise @ np.linalg.cholesky(self._noise_correlation).T if self.rho else noise
        return (self.offset + signal + self.sigma * noise).reshape(count, *self.event_shape).astype(np.float32)

    def _student(self, rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
        degrees = self.degrees
        if degrees is None or degrees <= 2:
            raise InputError(f"degrees: expected more than 2, so that the noise has a variance; got {degrees}. Try 5.")
        return rng.standard_t(degrees, shape) * np.sqrt((degrees - 2) / degrees)

    # ---- covariances that the closed forms are made of ----

    @cached_property
    def _noise_correlation(self) -> Array:
        lag = np.abs(np.subtract.outer(np.arange(len(self.offset)), np.arange(len(self.offset))))
        return np.where(lag == 0, 1.0, self.rho**lag)

    @cached_property
    def data_covariance(self) -> Array:
        """True covariance of x, `[D, D]`."""
        return self.weights @ self.weights.T + self.sigma**2 * self._noise_correlation

    @cached_property
    def model_covariance(self) -> Array:
        """Covariance of x under the model, W W' + stated_sigma^2 I, `[D, D]`."""
        return self.weights @ self.weights.T + self.stated_sigma**2 * np.eye(len(self.offset))

    @cached_property
    def model_posterior(self) -> tuple[Array, Array]:
        """Gain `[L, D]` and covariance `[L, L]` of the exact p(z | x) of the model as stated."""
        return exact_posterior(self.weights, self.stated_sigma)

    def residual_covariance(self, conditioning: str = "posterior") -> Array:
        """Covariance of x minus the predicted mean under a conditioning, `[D, D]`, in squared units of x."""
        if conditioning == "prior":
            return self.data_covariance
        gain, spread = self.model_posterior if conditioning == "corrected" else (self.gain, self.covariance)
        if conditioning not in CONDITIONINGS:
            raise InputError(f"conditioning: expected one of {', '.join(CONDITIONINGS)}; got {conditioning!r}.")
        keep = np.eye(len(self.offset)) - self.weights @ gain
        mean_part = keep @ self.data_covariance @ keep.T
        if conditioning == "posterior_mean":
            return mean_part
        return mean_part + self.weights @ spread @ self.weights.T

    def residual_variance(self, conditioning: str = "posterior") -> Array:
        """Variance of the standardised residual r = (x - mean) / stated spread, `[D]`; 1 for an exact model."""
        stated = np.diag(self.model_covariance) if conditioning == "prior" else self.stated_sigma**2
        return np.diag(self.residual_covariance(conditioning)) / stated

    # ---- calibration (section 2) ----

    def reduced_chi2(self, conditioning: str = "posterior") -> float:
        return float(self.residual_variance(conditioning).mean())

    def dispersion(self, conditioning: str = "posterior") -> float:
        return float(normal_dispersion(self.residual_variance(conditioning)).mean())

    def crps(self, conditioning: str = "posterior") -> float:
        """Mean CRPS in units of x: E|X - x| - E|X - X'| / 2 of two centred Normals."""
        ratio = self.residual_variance(conditioning)
        stated = np.sqrt(np.diag(self.model_covariance)) if conditioning == "prior" else self.stated_sigma
        return float(np.mean(stated * (np.sqrt(2 / np.pi * (1 + ratio)) - np.sqrt(1 / np.pi))))

    def log_score(self, conditioning: str = "posterior") -> float:
        """Expected -sum of log p(x_i | z), nats per image (`prior`: of the marginals)."""
        stated = (
            np.diag(self.model_covariance)
            if conditioning == "prior"
            else np.full(len(self.offset), self.stated_sigma**2)
        )
        return float(0.5 * np.sum(np.log(2 * np.pi * stated) + self.residual_variance(conditioning)))

    def sigma_star(self) -> float:
        """The shared sigma that maximises the bound at the present encoder and means (Rybkin et al. 2021)."""
        return float(np.sqrt(np.diag(self.residual_covariance("posterior")).mean()))

    # ---- evidence (section 5) ----

    def evidence(self, x: Array) -> Array:
        """Exact log p(x) of the model, log N(x | b, W W' + stated_sigma^2 I), nats, `[n]`."""
        y = self._centred(x)
        _, log_det = np.linalg.slogdet(self.model_covariance)
        squared = np.einsum("nd,nd->n", y, np.linalg.solve(self.model_covariance, y.T).T)
        return -0.5 * (len(self.offset) * np.log(2 * np.pi) + log_det + squared)

    def rate(self, x: Array | None = None) -> Array:
        """KL(q(z | x) || p(z)) in nats: `[n]` at the images `x`, else its expectation over the data."""
        size = np.trace(self._mean_covariance) if x is None else np.sum((self._centred(x) @ self.gain.T) ** 2, 1)
        _, log_det = np.linalg.slogdet(self.covariance)
        return np.asarray(0.5 * (np.trace(self.covariance) + size - len(self.covariance) - log_det))

    def distortion(self, x: Array | None = None) -> Array:
        """-E_q log p(x | z) in nats: `[n]` at the images `x`, else its expectation over the data."""
        if x is None:
            squared = np.trace(self.residual_covariance("posterior"))
        else:
            y = self._centred(x)
            squared = np.sum((y - y @ self.gain.T @ self.weights.T) ** 2, 1)
            squared = squared + np.trace(self.weights @ self.covariance @ self.weights.T)
        variance = self.stated_sigma**2
        return np.asarray(0.5 * (len(self.offset) * np.log(2 * np.pi * variance) + squared / variance))

    def elbo(self, x: Array | None = None) -> Array:
        """-rate - distortion in nats; equals the evidence when the encoder is exact."""
        return -self.rate(x) - self.distortion(x)

    def latent_dispersion(self) -> Array:
        """Of the model's exact posterior seen through q, `[L]`: above 1 where q is too narrow."""
        gain, spread = self.model_posterior
        drift = gain - self.gain
        variance = np.diag(spread) + np.diag(drift @ self.data_covariance @ drift.T)
        return normal_dispersion(variance / np.diag(self.covariance))

    # ---- variance (section 3) ----

    def decoder_noise(self) -> Array:
        """A, `[D]`, squared units of x."""
        return np.full(len(self.offset), self.stated_sigma**2)

    def latent_signal(self, under: str = "prior") -> Array:
        """M, `[D]`: variance over z of the decoder's mean, z from the `prior` or the `aggregate` posterior."""
        spread = np.eye(len(self.covariance)) if under == "prior" else self.aggregate_covariance
        return np.diag(self.weights @ spread @ self.weights.T).copy()

    def data_variance(self) -> Array:
        """V, `[D]`: true variance of x."""
        return np.diag(self.data_covariance).copy()

    def explained(self, under: str = "prior") -> float:
        signal = self.latent_signal(under).sum()
        return float(signal / (signal + self.decoder_noise().sum()))

    def variance_ratio(self, under: str = "prior") -> float:
        return float((self.latent_signal(under) + self.decoder_noise()).sum() / self.data_variance().sum())

    # ---- collapse (section 4) ----

    @cached_property
    def _mean_covariance(self) -> Array:
        return self.gain @ self.data_covariance @ self.gain.T

    @cached_property
    def aggregate_covariance(self) -> Array:
        """Covariance of the aggregated posterior q(z), `[L, L]`."""
        return self._mean_covariance + self.covariance

    def kl(self) -> Array:
        """E_x KL(q(z_k | x) || p(z_k)) in nats, `[L]`."""
        variance = np.diag(self.covariance)
        return 0.5 * (variance + np.diag(self._mean_covariance) - 1 - np.log(variance))

    def posterior_total_correlation(self) -> float:
        """E_x TC(q(z | x)) in nats: rate minus the sum of `kl`."""
        return float(self.rate() - self.kl().sum())

    def effect(self) -> Array:
        """Nats by which replacing z_k with a prior draw changes the decoder's distribution, `[L]`."""
        norms = np.sum(self.weights**2, 0) / self.stated_sigma**2
        return 0.5 * norms * (np.diag(self.aggregate_covariance) + 1)

    def prune_cost(self) -> Array:
        """Nats that latent k is worth, `[L]`, for orthogonal columns and an exact encoder."""
        norms = np.sum(self.weights**2, 0) / self.stated_sigma**2
        return norms - 0.5 * np.log1p(norms)

    def mutual_information(self) -> float:
        """I_q(x; z) in nats; exact encoder: log det(I + W'W / sigma^2) / 2."""
        return float(0.5 * (np.linalg.slogdet(self.aggregate_covariance)[1] - np.linalg.slogdet(self.covariance)[1]))

    def marginal_kl(self) -> float:
        """KL(q(z) || p(z)) in nats; 0 for an exact encoder."""
        _, log_det = np.linalg.slogdet(self.aggregate_covariance)
        return float(0.5 * (np.trace(self.aggregate_covariance) - len(self.covariance) - log_det))

    def total_correlation(self) -> float:
        """Of the aggregated posterior, nats."""
        spread = self.aggregate_covariance
        return float(0.5 * (np.sum(np.log(np.diag(spread))) - np.linalg.slogdet(spread)[1]))

    # ---- independence (section 6) ----

    def independence_cost(self, conditioning: str = "posterior") -> float:
        """-log det corr / 2 of the residuals, nats per image; 0 when pixels are independent given z."""
        spread = self.residual_covariance(conditioning)
        scale = np.sqrt(np.diag(spread))
        return float(-0.5 * np.linalg.slogdet(spread / np.outer(scale, scale))[1])

    def _centred(self, x: Array) -> Array:
        return np.asarray(x, np.float64).reshape(len(x), -1) - self.offset


def exact_posterior(weights: Array, sigma: float) -> tuple[Array, Array]:
    """Gain `[L, D]` and covariance `[L, L]` of p(z | x) for x = b + W z + N(0, sigma^2 I), z ~ N(0, I)."""
    precision = weights.T @ weights / sigma**2 + np.eye(weights.shape[1])
    covariance = np.linalg.inv(precision)
    return covariance @ weights.T / sigma**2, covariance


def normal_dispersion(variance: Array) -> Array:
    """12 E(Phi(r) - 1/2)^2 for r ~ N(0, variance): 1 at variance 1 (orthant probability of two correlated Normals)."""
    variance = np.asarray(variance, np.float64)
    return 6 / np.pi * np.arcsin(variance / (1 + variance))
