"""What an oracle's diagnosis must say: closed forms by the dotted name of the number, and how far it is from them."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import expit
from scipy.stats import norm

from vaediag_models.oracles.binary import edges

CONDITIONINGS = ("posterior", "posterior_mean", "prior", "corrected")
Z90 = norm.ppf(0.95)


def of_linear(model: Any) -> dict[str, float]:
    """Signed headline numbers of a linear-Gaussian oracle with Gaussian noise."""
    found: dict[str, float] = {}
    for name in CONDITIONINGS:
        prior = name == "prior"
        ratio = model.residual_variance(name)  # of the standardised residual, per pixel
        stated = np.sqrt(np.diag(model.model_covariance)) if prior else np.full(len(ratio), model.stated_sigma)
        spread, edge = stated * np.sqrt(ratio), Z90 * stated
        beyond = spread * norm.pdf(edge / spread) - edge * norm.sf(edge / spread)  # E(R - edge)+
        found |= {
            f"calibration.{name}.dispersion": model.dispersion(name),
            f"calibration.{name}.bias": 0.0,
            f"calibration.{name}.crps": model.crps(name),
            f"calibration.{name}.log_score": model.log_score(name),
            f"calibration.{name}.interval_score": float(np.mean(2 * edge + 2 * 20 * beyond)),
            f"calibration.{name}.reduced_chi2": model.reduced_chi2(name),
            f"calibration.{name}.sharpness": float(np.sqrt(np.mean(stated**2))),
        }
        if not prior:
            found[f"calibration.{name}.tail_weight"] = float(3 * np.mean(ratio**2) / np.mean(ratio) ** 2 - 3)
    found["calibration.paired"] = model.dispersion("posterior") - model.dispersion("corrected")
    found |= {f"evidence.{name}": float(getattr(model, name)()) for name in ("elbo", "rate", "distortion")}
    found["evidence.elbo_per_dimension"] = found["evidence.elbo"] / len(model.offset)
    for name in ("prior", "aggregate"):
        signal, noise = model.latent_signal(name).mean(), model.decoder_noise().mean()
        found |= {
            f"variance.{name}.decoder_noise": noise,
            f"variance.{name}.latent_signal": signal,
            f"variance.{name}.total": signal + noise,
            f"variance.{name}.explained": model.explained(name),
            f"variance.{name}.variance_ratio": model.variance_ratio(name),
        }
    found["variance.data"] = model.data_variance().mean()
    found["variance.scale.optimal"] = model.sigma_star()
    found["variance.scale.beta_equivalent"] = model.stated_sigma**2 / model.sigma_star() ** 2
    found["collapse.posterior_total_correlation"] = model.posterior_total_correlation()
    found["collapse.mc_residual"] = 0.0
    aggregate = np.diag(model.aggregate_covariance)
    for k in range(len(aggregate)):
        found[f"evidence.latent_dispersion.{k}"] = float(model.latent_dispersion()[k])
        found[f"collapse.kl.{k}"] = float(model.kl()[k])
    return {name: float(value) for name, value in found.items()}


def of_cells(model: Any) -> dict[str, float]:
    """Signed headline numbers of a right binary-cells oracle (blocks of at most 12 pixels)."""
    found: dict[str, float] = {}
    for name in CONDITIONINGS:
        stated, chance, weight = _forecasts(model, name)

        def mean(if_one: Any, if_zero: Any, chance: Any = chance, weight: Any = weight) -> float:
            return float(np.sum(weight * (chance * if_one + (1 - chance) * if_zero)))

        p, q = stated, 1 - stated
        logit = np.log(p / q)
        lower, upper = (p > 0.95).astype(float), (p > 0.05).astype(float)
        square = 4 * ((q - 0.5) ** 2 + (q - 0.5) / 2 + 0.25), 4 * (0.25 - (q - 0.5) / 2 + (q - 0.5) ** 2)
        found |= {
            f"calibration.{name}.bias": mean(q / 2, -p / 2),
            f"calibration.{name}.dispersion": mean(*square),
            f"calibration.{name}.crps": mean(q**2, p**2),
            f"calibration.{name}.brier.score": mean(q**2, p**2),
            f"calibration.{name}.log_score": len(model.true_logits.ravel())
            // model.cells
            * mean(-np.log(p), -np.log(q)),
            f"calibration.{name}.interval_score": mean(upper - lower + 20 * (1 - upper), upper - lower + 20 * lower),
            f"calibration.{name}.calibration_slope": mean(q * logit, -p * logit) / mean(*2 * (p * q * logit**2,)),
        }
    found["calibration.paired"] = 0.0
    rate = float(model.kl().sum())
    distortion = found["calibration.posterior.log_score"]
    found |= {"evidence.rate": rate, "evidence.distortion": distortion, "evidence.elbo": -rate - distortion}
    p = expit(model.logits)  # [L, K, block]
    noise, signal = (p * (1 - p)).mean(), p.var(1).mean()
    for name in ("prior", "aggregate"):
        found |= {
            f"variance.{name}.decoder_noise": noise,
            f"variance.{name}.latent_signal": signal,
            f"variance.{name}.explained": signal / (noise + signal),
            f"variance.{name}.variance_ratio": 1.0,
        }
    found["variance.data"] = noise + signal
    found["collapse.mc_residual"] = 0.0
    for k, value in enumerate(model.kl()):
        found[f"collapse.kl.{k}"] = float(value)
        found[f"evidence.latent_dispersion.{k}"] = 1.0
    return found


def _forecasts(model: Any, conditioning: str) -> tuple[Any, Any, Any]:
    """(stated probability, chance of a one, weight), weights adding up to 1 over all cases and pixels."""
    p = expit(model.logits)
    if conditioning == "prior":
        mean = p.mean(1)
        return mean, mean, np.full(mean.shape, 1 / mean.size)
    if conditioning != "posterior_mean":
        return p, p, np.full(p.shape, 1 / p.size)
    latents, cells, block = p.shape
    bits = ((np.arange(2**block)[:, None] >> np.arange(block)) & 1).astype(float)  # every image of a block
    each = bits[:, None, None] * np.log(p) + (1 - bits[:, None, None]) * np.log1p(-p)
    joint = np.exp(each.sum(-1)) / cells  # [images, L, K]
    borders = edges(cells)
    centre = (norm.pdf(borders[:-1]) - norm.pdf(borders[1:])) * cells  # E[z | cell]
    z = (joint * centre).sum(-1) / joint.sum(-1)
    cell = (z[..., None] >= borders[1:-1]).sum(-1)  # [images, L]
    stated = p[np.arange(latents), cell]  # [images, L, block]
    weight = np.broadcast_to(joint.sum(-1)[..., None], stated.shape) / (latents * block)
    return stated, np.broadcast_to(bits[:, None], stated.shape), weight


def measured(diagnosis: Any, name: str) -> tuple[float, float]:
    """Value and standard error of the number with that dotted name; latents by a last number."""
    parts = name.split(".")
    at = int(parts.pop()) if parts[-1].isdigit() else None
    found = diagnosis
    for part in parts:
        found = getattr(found, part)
    one = found if at is None else found[at]
    return one.value, np.nan if one.standard_error is None else one.standard_error


def errors_off(diagnosis: Any, truths: dict[str, float], *, rounding: float = 2e-6) -> dict[str, float]:
    """(value - truth) / standard error of every number; float32 rounding does not count as a distance."""
    off = {}
    for name, truth in truths.items():
        value, error = measured(diagnosis, name)
        slack = rounding * max(abs(truth), 1.0)
        off[name] = np.sign(value - truth) * max(abs(value - truth) - slack, 0.0) / max(error, 1e-12)
    return off
