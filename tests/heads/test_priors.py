import numpy as np
import pytest
from scipy import stats
from scipy.special import logsumexp

from vaediag.errors import InputError
from vaediag.heads import from_config
from vaediag.heads.priors import Mixture, Normal, StandardNormal

Z = np.random.default_rng(2).normal(size=(7, 2)).astype(np.float32)
MIXTURE = Mixture([1.0, 3.0], [[0.0, 1.0], [-2.0, 0.5]], [[1.0, 0.5], [0.25, 2.0]])


def test_standard_normal():
    np.testing.assert_allclose(StandardNormal().law(2).log_prob(Z), stats.norm.logpdf(Z).sum(1), rtol=1e-5)
    assert tuple(StandardNormal(4).law().event_shape) == (4,)


def test_normal():
    head = Normal([1.0, -1.0], [0.5, 2.0])
    expected = stats.norm.logpdf(Z, [1.0, -1.0], [0.5, 2.0]).sum(1)
    np.testing.assert_allclose(head.law(2).log_prob(Z), expected, rtol=1e-5)


def test_mixture_weights_are_normalised():
    parts = [stats.norm.logpdf(Z, MIXTURE.locs[k], MIXTURE.scales[k]).sum(1) for k in range(2)]
    expected = np.asarray(logsumexp(np.stack(parts), axis=0, b=np.array([[0.25], [0.75]])))
    np.testing.assert_allclose(MIXTURE.law(2).log_prob(Z), expected, rtol=1e-4)
    assert tuple(MIXTURE.law().batch_shape) == ()


@pytest.mark.parametrize("head", [StandardNormal(2), Normal(0.0, [1.0, 2.0]), MIXTURE])
def test_round_trip_through_config_and_arrays(head):
    arrays = {name: values.copy() for name, values in head.arrays().items()}
    again = from_config(head.to_config(), arrays)
    assert type(again) is type(head)
    np.testing.assert_array_equal(again.law(2).log_prob(Z), head.law(2).log_prob(Z))
    assert all(values.dtype == np.float32 for values in head.arrays().values())


def test_arrays_are_copies_that_cannot_be_written():
    loc = np.zeros(2, np.float32)
    head = Normal(loc, 1.0)
    loc[0] = 5.0
    assert head.loc[0] == 0.0
    with pytest.raises(ValueError, match="read-only"):
        head.loc[0] = 1.0


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Normal([0.0, np.nan], 1.0), "loc: expected finite"),
        (lambda: Normal([0.0, 1.0], [1.0, 0.0]), "scale: expected standard deviations > 0"),
        (lambda: Mixture([0.5, np.nan], np.zeros((2, 2)), 1.0), "weights: expected finite"),
        (lambda: Mixture([1.0, -0.5], np.zeros((2, 2)), 1.0), "weights: expected numbers >= 0"),
        (lambda: Mixture([0.0, 0.0], np.zeros((2, 2)), 1.0), "positive sum"),
        (lambda: Mixture([1.0, 1.0], np.zeros((3, 2)), 1.0), r"shape \[2, L\]"),
        (lambda: StandardNormal(3).law(2), "over 2 latents.*over 3"),
        (lambda: MIXTURE.law(5), "over 5 latents.*over 2"),
        (lambda: StandardNormal().law(), "latent_dim"),
    ],
)
def test_impossible_priors_are_refused(make, says):
    with pytest.raises(InputError, match=says):
        make()
