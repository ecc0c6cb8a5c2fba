"""An exact model of every family has u uniform and no finding; a wrong one is named in the words of its family.

The encoder knows the z of each image (it looks the image up), so (x, z) is a draw from the joint.
"""

from __future__ import annotations

import re

import numpy as np
import pytest

import vaediag as vd
from vaediag.backend import tf, tfd
from vaediag.diagnostics.audit import facts
from vaediag.diagnostics.impossible import impossible
from vaediag.distributions import Rescaled
from vaediag.errors import InputError
from vaediag.laws.traits import traits

IMAGES, PIXELS = 400, 16
RNG = np.random.default_rng(0)
GAIN = (0.6 * RNG.normal(size=(2, PIXELS))).astype(np.float32)
OFFSET = (0.3 * RNG.normal(size=PIXELS)).astype(np.float32)
CODES = RNG.normal(size=(IMAGES, 2)).astype(np.float32)


def signal(z):
    """[n, PIXELS], of order 1."""
    return z @ GAIN + OFFSET


def pair(first, second):
    return tf.stack([first, second], -1)


def half():
    return tfd.Categorical(logits=[0.0, 0.5])


def discretized(s, spread=9.0):
    return tfd.QuantizedDistribution(tfd.Logistic(127 + 50 * s, spread), 0.0, 255.0)


def levels(s):
    return -0.5 * ((np.arange(256, dtype=np.float32) - 127 - 50 * s[..., None]) / 12) ** 2


LAWS = {
    "bernoulli": lambda s: tfd.Bernoulli(logits=2 * s),
    "continuous bernoulli": lambda s: tfd.ContinuousBernoulli(3 * s),
    "normal": lambda s: tfd.Normal(s, 0.5),
    "laplace": lambda s: tfd.Laplace(s, 0.5),
    "logistic": lambda s: tfd.Logistic(s, 0.5),
    "student t": lambda s: tfd.StudentT(5.0, s, 0.5),
    "log normal": lambda s: tfd.LogNormal(s, 0.5),
    "beta": lambda s: tfd.Beta(2 + 8 * tf.sigmoid(s), 2 + 8 * tf.sigmoid(-s)),
    "truncated normal": lambda s: tfd.TruncatedNormal(0.5 + 0.4 * s, 0.3, 0.0, 1.0),
    "logit normal": lambda s: tfd.LogitNormal(s, 0.7),
    "normal mixture": lambda s: tfd.MixtureSameFamily(half(), tfd.Normal(pair(s - 1, s + 1), 0.4)),
    "discretized logistic": discretized,
    "discretized on [0, 1]": lambda s: Rescaled(discretized(s), 0.0, 1 / 255),
    "discretized mixture": lambda s: tfd.MixtureSameFamily(half(), discretized(pair(s, 0.5 + s))),
    "categorical": lambda s: tfd.Categorical(logits=levels(s)),
    "poisson": lambda s: tfd.Poisson(tf.exp(1 + s)),
    "negative binomial": lambda s: tfd.NegativeBinomial(3.0, logits=s),
    "binomial": lambda s: tfd.Binomial(20.0, logits=s),
    "zero-inflated poisson": lambda s: tfd.Inflated(tfd.Poisson(tf.exp(1 + s)), inflated_loc_probs=tf.sigmoid(s - 1)),
    "zero-inflated negative binomial": lambda s: tfd.ZeroInflatedNegativeBinomial(
        total_count=3.0 + 0 * s, logits=0.5 * s, inflated_loc_probs=tf.sigmoid(s - 1)
    ),
}
QUICK = ("logit normal", "discretized on [0, 1]", "poisson")


def drawn(law):
    """Images of CODES, `[IMAGES, PIXELS]`."""
    return np.array(tf.cast(law(signal(CODES)).sample(seed=[3, 5]), tf.float32))


def diagnosed(law, x, skip=()):
    def encode(images):
        apart = tf.reduce_sum(tf.square(images[:, None] - x[None]), -1)
        return tfd.Independent(tfd.Normal(tf.gather(tf.constant(CODES), tf.argmin(apart, 1)), 1e-3), 1)

    vae = vd.from_callables(
        encode,
        lambda z: tfd.Independent(law(signal(z)), 1),
        prior=tfd.Independent(tfd.Normal(tf.zeros(2), 1.0), 1),
        event_shape=(PIXELS,),
        latent_dim=2,
    )
    return vd.diagnose(vae, x, skip=("information", "corrected", "pictures", *skip))


def faults(diagnosis):
    return [finding for finding in diagnosis.findings if finding.severity != "info"]


def exact(name):
    found = diagnosed(LAWS[name], drawn(LAWS[name]))
    assert found.audit == ()
    assert faults(found) == []
    for one in (found.calibration.posterior, found.calibration.prior):
        assert abs(one.dispersion.value - 1) < 4 * one.dispersion.standard_error
        assert abs(one.bias.value) < 4 * one.bias.standard_error
        assert one.miscalibration_area.value < 3 * one.miscalibration_area.expected
        assert one.off_support == 0
    scores = found.calibration.prior.crps.value, found.calibration.posterior.crps.value
    assert scores[1] < scores[0]  # z tells something of x


@pytest.mark.parametrize("name", QUICK)
def test_an_exact_model(name):
    exact(name)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in LAWS if name not in QUICK])
def test_an_exact_model_of_the_other_families(name):
    exact(name)


def text(finding):
    return f"{finding.title} {finding.evidence} {finding.meaning} {finding.try_}"


def test_counts_that_vary_more_than_poisson_are_told_so():
    x = drawn(lambda s: tfd.NegativeBinomial(3.0, logits=1 + s - np.log(3.0).astype(np.float32)))
    (found,) = faults(diagnosed(LAWS["poisson"], x))
    assert found.id == "shape"
    assert "varies more than p(x | z) says" in found.title
    assert "NegativeBinomial" in found.try_
    assert "σ" not in text(found)
    assert "logit" not in text(found)


def test_bytes_whose_scale_is_too_small():
    x = drawn(LAWS["discretized on [0, 1]"])
    (found,) = faults(diagnosed(lambda s: Rescaled(discretized(s, 0.6 * 9.0), 0.0, 1 / 255), x))
    assert (found.id, "varies more" in found.title) == ("shape", True)
    assert "Counts" not in text(found)
    assert "σ" not in text(found)


@pytest.mark.slow
def test_a_laplace_whose_scale_is_too_small():
    (found,) = faults(diagnosed(lambda s: tfd.Laplace(s, 0.3), drawn(LAWS["laplace"])))
    assert found.id == "scale"
    assert "σ" in found.title
    assert "logit" not in text(found)


@pytest.mark.slow
def test_a_mean_that_is_shifted():
    found = faults(diagnosed(lambda s: tfd.Poisson(tf.exp(0.8 + s)), drawn(LAWS["poisson"])))
    assert found[0].id in ("bias", "shape")
    assert "low" in found[0].title or "higher" in found[0].title


def test_exact_zeros_under_a_beta():
    x = drawn(LAWS["beta"])
    x[::7, 3] = 0.0
    found = diagnosed(LAWS["beta"], x)
    (edge,) = faults(found)
    assert edge.id == "audit.edge"
    assert "DiscretizedLogistic" in edge.try_
    assert found.excluded.count == len(x[::7])
    assert f"{found.excluded.count} of {IMAGES} images left out" in edge.evidence


def test_values_between_the_counts():
    x = drawn(LAWS["poisson"])
    x[:100, 0] += 0.5
    (found,) = faults(diagnosed(LAWS["poisson"], x))
    assert found.id == "audit.off_support"
    assert "raw counts" in found.try_
    with pytest.raises(vd.errors.InputError, match="give raw counts"):
        diagnosed(LAWS["poisson"], x + 0.25)


@pytest.mark.parametrize(
    ("law", "x", "said"),
    [
        (discretized, "bytes/255", r"between 0 and 1, .* exactly 0.*values are 0, 1, …, 255: use low=0, high=1"),
        (LAWS["discretized on [0, 1]"], "bytes", r'whole numbers from 0 to 255.*0, 0\.003922, …, 1: preprocess="unit"'),
        (LAWS["poisson"], "bytes/255", r"values are 0, 1, …: give raw counts"),
        (LAWS["beta"], "bytes", r'knows only \[0, 1\]: preprocess="unit"'),
        (LAWS["beta"], "bytes/255", r"no finite density at the ends.*squeeze"),
    ],
)
def test_images_of_which_none_is_possible(law, x, said):
    values = np.random.default_rng(1).integers(0, 256, (40, PIXELS)).astype(np.float32)
    values[:, :3] = 0.0
    values, kind = values / 255 if x == "bytes/255" else values, traits(law(signal(CODES)))
    reason = impossible(facts(kind)(values), kind)
    assert reason is not None
    assert re.search(said, reason)
    assert "\n" not in reason


def test_possible_images_have_no_such_reason():
    kind = traits(LAWS["poisson"](signal(CODES)))
    assert impossible(facts(kind)(np.arange(5.0)), kind) is None


def test_the_diagnosis_says_why_nothing_is_finite():
    x = np.random.default_rng(1).uniform(size=(20, PIXELS)).astype(np.float32)
    with pytest.raises(
        InputError, match=r"all 20 images is finite: the images hold values between 0 and 1; .*raw counts"
    ):
        diagnosed(LAWS["poisson"], x, skip=("prior",))
