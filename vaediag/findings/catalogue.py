"""The rules as data: what each asks, when it fires, what it means, and what it cannot be told from.

Thresholds come from `rules.RULES`, the sentences on the data from `data.AUDIT`; `docs/findings.md` is made from this.
"""

from __future__ import annotations

from dataclasses import dataclass

from vaediag.findings.data import AUDIT
from vaediag.findings.rules import (
    EFFECT_OF_A_DEAD_LATENT,
    EXPLAINED,
    GRAVE_COLLAPSE,
    KL_OF_A_DEAD_LATENT,
    MINIMUM_IMAGES,
    RULES,
)

JUDGED = ("warning", "problem")
NOTE = ("info",)


@dataclass(frozen=True, slots=True)
class RuleCard:
    """One kind of finding.

    Attributes:
        id: of the finding.
        question: what the rule asks.
        severities: what the finding can have.
        statistic: what is judged, with the number of cells judged together where there are several.
        exact: its value for an exact model.
        margin: how far off it may be beyond chance: the smallest effect that is reported.
        grave: the same, beyond which the finding is a problem.
        meaning: what it means for the user of the model.
        what_to_try: the first things to try.
        figure: the report's picture that shows it, None if there is none.
        definition: page of `vaediag explain`.
        confusable: what these numbers cannot be told from in principle.
    """

    id: str
    question: str
    severities: tuple[str, ...]
    statistic: str
    exact: str
    margin: str
    grave: str
    meaning: str
    what_to_try: str
    figure: str | None
    definition: str
    confusable: tuple[str, ...] = ()


def _judged(id_: str, question: str, statistic: str, *rules: str, unit: str = "", **rest: object) -> RuleCard:
    """A card whose thresholds are those of the named rules, in their order."""
    unit = f" {unit}" if unit else ""
    used = [RULES[name] for name in rules]
    exact = " / ".join(dict.fromkeys("expected" if rule.exact is None else f"{rule.exact:g}" for rule in used))
    margin = " / ".join(f"{rule.margin:g}{unit}" for rule in used)
    grave = " / ".join(f"{rule.grave:g}{unit}" for rule in used)
    return RuleCard(id_, question, JUDGED, statistic, exact, margin, grave, **rest)  # type: ignore[arg-type]


def _note(id_: str, question: str, statistic: str, **rest: object) -> RuleCard:
    return RuleCard(id_, question, NOTE, statistic, "", "", "", **rest)  # type: ignore[arg-type]


def _audit(id_: str) -> RuleCard:
    rule = AUDIT[id_]
    return RuleCard(
        id=f"audit.{id_}",
        question=_ASKED[id_],
        severities=JUDGED if rule.grave < 1 and rule.grave > 0 else ("problem",) if rule.grave == 0 else ("warning",),
        statistic=_SHARES.get(id_, "share of the values"),
        exact="0",
        margin="0",
        grave=f"{rule.grave:g}" if rule.grave < 1 else "never",
        meaning=rule.meaning,
        what_to_try=rule.advice,
        figure=rule.figure,
        definition="audit",
    )


_ASKED = {
    "not_finite": "Do all images give finite results?",
    "byte_range": "Are the images in the range of the likelihood, or bytes?",
    "off_support": "Can the likelihood give these values at all?",
    "edge": "Do values lie where the density is 0 or infinite?",
    "grey": "Are there grey values under a Bernoulli?",
    "integers": "Are discrete values given to a density?",
    "constant_pixels": "Do pixels that never change have a σ of their own?",
}
_SHARES = {"not_finite": "share of the images", "constant_pixels": "share of the pixels"}

RULEBOOK: tuple[RuleCard, ...] = (
    *(_audit(id_) for id_ in AUDIT),
    _note(
        "trained_on",
        "Are these the images that the model was trained on?",
        "hash of the images",
        meaning="Every number is better here than on new images.",
        what_to_try="diagnose held-out images.",
        figure=None,
        definition="audit",
    ),
    _note(
        "few_images",
        "Are there enough images to judge by?",
        f"number of images, below {MINIMUM_IMAGES}",
        meaning="Standard errors are too uncertain themselves: no other rule is asked.",
        what_to_try=f"diagnose {MINIMUM_IMAGES} images or more.",
        figure=None,
        definition="audit",
    ),
    _judged(
        "encoder",
        "Is q(z | x) the posterior of this decoder and prior?",
        "latent dispersion on corrected z, each latent as one of all",
        "latent_dispersion",
        meaning="q is off-centre, too narrow or too wide: said where the chains tell. The decoder is then judged on "
        "corrected z.",
        what_to_try="read the encoder's outputs as they were trained; a richer posterior; more epochs of the encoder.",
        figure="fault",
        definition="latent_dispersion",
        confusable=(
            "too narrow or in the wrong place, unless the chains tell: both put the posterior's draws into q's tails",
            "a decoder that drifted after the encoder was trained: only the pair can be judged",
        ),
    ),
    _judged(
        "bound",
        "Is the bound tight and the posterior good, although the latent dispersion passes?",
        "gain of the largest iwae over the ELBO, paired / share of images with k̂ over its threshold",
        "iwae_gain",
        "pareto_k_over",
        meaning="The posterior has another shape than q, or a minority of images is badly encoded. A badly wrong σ "
        "loosens the bound by itself: beside it this is a warning at most.",
        what_to_try="look at the images named; a posterior whose latents may depend on each other; a larger encoder.",
        figure="evidence_gaps",
        definition="iwae",
        confusable=("latents that depend on each other or several modes: weights tell that, not which",),
    ),
    _judged(
        "scale.range",
        "Is σ a sensible number everywhere?",
        "largest σ / largest standard deviation of a pixel in the data; σ that is not finite; a millionfold range",
        "sigma_range",
        meaning="The network that gives σ has run away; averages are those of a few pixels.",
        what_to_try="bound log σ², lower the learning rate, clip gradients; check the range of the images.",
        figure="variance_maps",
        definition="scale",
    ),
    _judged(
        "tails",
        "Do the residuals have the tails of p(x | z)?",
        "tail weight (excess kurtosis of the normal scores)",
        "tail_weight",
        meaning="A few values lie much farther out than p(x | z) allows, or the data keep within bounds that it does "
        "not know. Scale and shape are withheld; but where dispersion and χ² are both badly off to one side, which "
        "tails alone never do, `scale` speaks instead.",
        what_to_try="a family with heavier tails, with a mass where values repeat, or a bounded one.",
        figure="pit",
        definition="tail_weight",
        confusable=(
            "noise whose σ changes in a way that no map, level of σ or image shows: such a mixture is a heavy tail",
        ),
    ),
    _judged(
        "scale.region",
        "Is σ equally right in all parts of the image?",
        "dispersion inside a region minus outside, each region as one of all / spread of the dispersion over pixels",
        "dispersion.region",
        "dispersion.pixels",
        meaning="Some pixels are over-confident and others are not: one factor for the whole image would mislead.",
        what_to_try="a σ per pixel; more decoder where detail is missing from the mean.",
        figure="calibration_maps",
        definition="dispersion",
        confusable=("a mean that misses detail in a region: both leave larger residuals there",),
    ),
    _judged(
        "scale.level",
        "Is σ right where it is small, and where it is large?",
        "log(error / σ) in bins of σ minus that of all bins, each bin as one of all",
        "error_ratio",
        meaning="The ranking by σ promises more than it holds.",
        what_to_try="check for over-fitting; average a noisy σ; move its floor.",
        figure="spread_skill",
        definition="spread_skill",
        confusable=("a region, where σ differs mostly by place: the one with the larger effect is named",),
    ),
    _judged(
        "scale.image",
        "Does σ follow the noise from image to image?",
        f"tail weight, at least {100 * EXPLAINED:g} % of it explained by images whose dispersion differs beyond chance",
        "tail_weight",
        meaning="Noisy images are over-confident, clean ones under-confident; together they look heavy-tailed.",
        what_to_try="a σ per image; look at the worst images: are they of another kind?",
        figure="worst",
        definition="reduced_chi2",
        confusable=(
            "heavy tails that all pixels of an image share: that is the same law",
            "heavy tails of pixels that depend on each other over the whole image, where `independence` was not asked",
        ),
    ),
    _judged(
        "scale.floor",
        "Is σ held up by its floor?",
        "share of σ at the floor, where the errors are no larger than it",
        "at_floor",
        meaning="There σ is what the head allows, not what the data say.",
        what_to_try="crop or mask constant pixels, share σ, or lower the floor.",
        figure="variance_maps",
        definition="scale",
    ),
    _judged(
        "scale",
        "Is σ too small or too large, all over?",
        "dispersion and reduced χ², both to the same side; without a fourth moment dispersion alone",
        "dispersion",
        "reduced_chi2",
        meaning="Too small: over-confident, reconstruction outweighs the KL. Too large: the KL outweighs "
        "reconstruction. A fixed σ is equivalent to training with β = σ²/σ*².",
        what_to_try="learn σ, or fix it at σ* (of a family other than Normal: vd.estimate_scale).",
        figure="pit",
        definition="scale",
        confusable=("a mean that misses detail everywhere: larger residuals and a smaller σ are one number",),
    ),
    _judged(
        "bias",
        "Is the mean of p(x | z) in the right place?",
        "mean u − ½ over all pixels / root mean square of it over pixels, beyond chance",
        "bias",
        "bias.pixels",
        meaning="Reconstructions are too dark or too bright, everywhere or pixel by pixel.",
        what_to_try="check the preprocessing and the decoder's last layer.",
        figure="quantile_curve",
        definition="bias",
        confusable=("a median that is off the mean (skew), unless the quantile curve is bent: then it is `shape`",),
    ),
    _judged(
        "shape",
        "Do stated quantiles hold the share of the data that they promise?",
        "miscalibration area / bias / coverage / dispersion of discrete x; without a finding on σ; "
        "beside `bias` only a spread that the shift cannot explain",
        "miscalibration_area",
        "bias",
        "coverage",
        "dispersion.discrete",
        meaning="An interval of p(x | z) does not hold what it promises.",
        what_to_try="another family: skewed, bounded, or with a mass where values repeat; counts that vary more than "
        "stated: negative binomial, zero-inflated.",
        figure="quantile_curve",
        definition="quantile_curve",
    ),
    _judged(
        "reliability",
        "Binary x: do events of predicted probability p happen with frequency p?",
        "expected calibration error / calibration slope / dispersion",
        "ece",
        "calibration_slope",
        "dispersion.discrete",
        meaning="The predicted probabilities are too sharp, too flat, or off.",
        what_to_try="compare with training images (over-fitting); one temperature for the logits; a larger decoder.",
        figure="reliability",
        definition="reliability",
    ),
    _judged(
        "dependence",
        "Given z, are pixels independent?",
        "correlation of residuals with four neighbours, each as one of four / price of the product in nats per image",
        "lag_correlation",
        "independence_cost",
        meaning="What one pixel lacks, its neighbours lack too: sums over pixels are misjudged.",
        what_to_try="if residuals show structure, more latents or a larger decoder; else a likelihood that knows "
        "neighbours.",
        figure="dependence",
        definition="residual_correlation",
        confusable=("structure that the mean misses, and noise that is smooth: both correlate residuals",),
    ),
    RuleCard(
        id="collapse",
        question="Which latents carry no information?",
        severities=JUDGED,
        statistic="KL of a latent, each as one of all",
        exact="",
        margin=f"below {KL_OF_A_DEAD_LATENT} nats",
        grave=f"{100 * GRAVE_COLLAPSE:g} % of the latents",
        meaning="For these the posterior equals the prior, whatever the image.",
        what_to_try="β warm-up, free bits, a weaker decoder, or fewer latents.",
        figure="kl",
        definition="kl",
        confusable=("a latent that the data do not need, and one that training lost",),
    ),
    RuleCard(
        id="ignored",
        question="Which latents does the encoder fill and the decoder ignore?",
        severities=("warning",),
        statistic="KL and effect of a latent, each as one of all",
        exact="",
        margin=f"KL above {KL_OF_A_DEAD_LATENT}, effect below {EFFECT_OF_A_DEAD_LATENT} nats",
        grave="never",
        meaning="KL is paid for nothing.",
        what_to_try="train longer; look for a β near 0, free bits, or a part of the decoder that is cut off.",
        figure="kl_effect",
        definition="effect",
    ),
    RuleCard(
        id="noise",
        question="Which latents does the decoder use without the encoder saying anything?",
        severities=("warning",),
        statistic="KL and effect of a latent, each as one of all",
        exact="",
        margin=f"KL below {KL_OF_A_DEAD_LATENT}, effect above {EFFECT_OF_A_DEAD_LATENT} nats",
        grave="never",
        meaning="For a given image these latents are pure chance.",
        what_to_try="train longer, β warm-up, or remove the latent.",
        figure="kl_effect",
        definition="effect",
    ),
    _judged(
        "holes",
        "Do the codes of the data fill the prior?",
        "lower bound of KL(q(z) ‖ p(z)) / KL(q(z_k) ‖ p(z_k)), each latent as one of all; beyond what the faults "
        "found explain",
        "marginal_kl",
        "dimension_kl",
        unit="nats",
        meaning="Codes from the prior fall where no image ever was: generated images are worse than reconstructions.",
        what_to_try="a prior fitted to the codes (vd.priors.Mixture); β nearer to 1; longer training.",
        figure="posterior",
        definition="marginal_kl",
        confusable=("other images than those of training: their codes lie elsewhere, and leave holes too",),
    ),
    _judged(
        "variance",
        "Do images from the model vary as much as the data?",
        "variance ratio, with codes of the data first, then of the prior; only without a finding on encoder or σ",
        "variance_ratio",
        meaning="Part of the variety of the data is missing, or the model adds its own.",
        what_to_try="compare the maps: more latents where signal is missing, a σ per pixel where noise is misplaced.",
        figure="variance_maps",
        definition="variance_ratio",
    ),
    _note(
        "probe",
        "Could the encoder be checked?",
        f"whether the chains arrived (acceptance, log p(x, z)), or k̂; fewer than {MINIMUM_IMAGES} probed images",
        meaning="A fault of q(z | x) may show as one of the decoder.",
        what_to_try="probe more images; a posterior closer to the truth.",
        figure=None,
        definition="corrected",
    ),
    _note(
        "posterior_mean",
        "Would a plot at the posterior mean mislead?",
        "dispersion at the mean of q minus that with z drawn from it, paired",
        meaning="That reconstruction has seen x: even an exact model looks under-confident there.",
        what_to_try="judge calibration with z drawn from q(z | x).",
        figure="pit",
        definition="dispersion",
    ),
)

CARDS: dict[str, RuleCard] = {card.id: card for card in RULEBOOK}
