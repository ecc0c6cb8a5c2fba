"""What a diagnosis did not measure, grouped by the reason, in words."""

from __future__ import annotations

from collections.abc import Mapping

from vaediag.records.text import printable
from vaediag_gui.resolve.conditionings import CONDITIONINGS
from vaediag_gui.resolve.words import capital

NAMES = {
    "reduced_chi2": "reduced χ²",
    "sharpness": "sharpness",
    "tail_weight": "tail weight",
    "ence": "error against stated σ (ence)",
    "ece": "calibration error of the stated probabilities (ece)",
    "mce": "largest error of the stated probabilities (mce)",
    "calibration_slope": "calibration slope",
    "brier": "Brier score",
    "reliability_curve": "reliability curve",
    "spread_skill": "error against stated σ, as a curve",
    "calibration.paired": "difference between encoder's and corrected z",
    "variance.prior": "variance of images from the prior",
    "variance.scale": "health of σ",
    "variance.scale.beta_equivalent": "β that σ is equivalent to",
    "evidence.bits_per_dimension": "bits per dimension",
    "evidence.latent_dispersion": "test of the encoder",
    "evidence.corrected": "corrected z",
    "evidence.iwae": "tighter bound (iwae)",
    "evidence.ess": "effective number of codes",
    "evidence.pareto_k": "tails of the importance weights",
    "evidence.latent_pit": "test of the encoder, latent by latent",
    "evidence.ais": "log p(x) by annealed importance sampling",
    "evidence.ais.sandwich": "what annealing can be off by",
    "independence": "independence of pixels",
    "independence.independence_cost": "price of independence",
    "collapse": "everything per latent",
    "collapse.status": "status of each latent",
    "collapse.kl": "KL of each latent",
    "collapse.active": "active latents",
    "collapse.active_units": "number of active latents",
    "collapse.posterior_kind": "kind of each posterior",
    "collapse.posterior_variance": "posterior variances",
    "collapse.mean_variance": "variances of the posterior means",
    "collapse.epsilon_delta": "(ε, δ)-collapse",
    "collapse.posterior_total_correlation": "dependence within q(z | x)",
    "collapse.mutual_information": "information between image and code",
    "collapse.marginal_kl": "distance of the codes from the prior",
    "collapse.total_correlation": "dependence between the latents",
    "collapse.dimension_kl": "distance of each latent's codes from the prior",
    "collapse.mc_residual": "check of the rate",
    "collapse.effect": "effect of each latent on the decoder",
    "collapse.effect_all": "effect of all latents together",
    "collapse.effect_method": "effect of each latent on the decoder",
    "collapse.effect_images": "effect of each latent on the decoder",
    "collapse.prune_cost": "what each latent is worth",
    "collapse.prune_method": "what each latent is worth",
    "collapse.prune_images": "what each latent is worth",
    "pictures": "pictures of images",
    "pictures.poor": "images with a poor posterior",
    "pictures.lowest": "images with the lowest evidence",
}


def missing(why_not: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """(reason, what was not measured for it), both in words; most of what is missing first."""
    found: dict[str, dict[str, set[str]]] = {}
    for key, reason in why_not.items():
        name, conditioning = _named(key)
        found.setdefault(printable(reason), {}).setdefault(name, set()).update(conditioning)
    groups = [
        (capital(reason), ", ".join(_with(name, conditionings) for name, conditionings in names.items()))
        for reason, names in sorted(found.items(), key=lambda item: -len(item[1]))
    ]
    return tuple((reason, capital(what)) for reason, what in groups)


def _named(key: str) -> tuple[str, set[str]]:
    """What a key stands for, and under which conditioning."""
    section, _, rest = key.partition(".")
    if section == "calibration":
        conditioning, _, field = rest.partition(".")
        if conditioning in CONDITIONINGS:
            name = CONDITIONINGS[conditioning].name
            return (
                (NAMES.get(field, _plain(field)), {name}) if field else (f"calibration with z from the {name}", set())
            )
    return NAMES.get(key, _plain(rest or section)), set()


def _with(name: str, conditionings: set[str]) -> str:
    """All or all but one conditioning need no list: it is the family that lacks the number."""
    if not conditionings or len(conditionings) >= 3:
        return name
    order = [each.name for each in CONDITIONINGS.values()]
    where = " and ".join(sorted(conditionings, key=order.index))
    return f"{name[:-1]}; {where})" if name.endswith(")") else f"{name} ({where})"


def _plain(key: str) -> str:
    return printable(key.replace(".", " ").replace("_", " "))
