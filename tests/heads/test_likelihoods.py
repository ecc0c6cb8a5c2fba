from typing import Any

import numpy as np
import pytest
from scipy import stats

from vaediag.errors import InputError
from vaediag.heads import from_config
from vaediag.heads.likelihoods import Bernoulli, ContinuousBernoulli, Normal

EVENT = (2, 3, 1)
D = 6
RNG = np.random.default_rng(0)


def outputs(width: int) -> np.ndarray:
    return RNG.normal(size=(4, width)).astype(np.float32)


def test_bernoulli_takes_logits():
    logits = outputs(D)
    law = Bernoulli().law(logits, EVENT)
    np.testing.assert_allclose(law.mean().numpy().reshape(4, D), 1 / (1 + np.exp(-logits)), rtol=1e-5)
    assert tuple(law.batch_shape) == (4, *EVENT)


def test_a_numpy_image_is_not_truncated_by_bernoulli():
    law = Bernoulli().law(np.zeros((1, 1), np.float32) + 2.0, (1,))
    grey = law.log_prob(np.full((1, 1), 0.99)).numpy()
    assert grey == pytest.approx(0.99 * np.log(1 / (1 + np.exp(-2))) + 0.01 * np.log(1 / (1 + np.exp(2))), rel=1e-5)


def test_the_mean_of_a_continuous_bernoulli_is_not_its_parameter():
    law = ContinuousBernoulli().law(np.full((1, 1), 3.0, np.float32), (1,))
    assert float(law.mean()[0, 0]) == pytest.approx(0.719, abs=5e-4)  # probs is 0.953


def test_one_sigma_per_image_is_the_last_output():
    out = outputs(D + 1)
    law = Normal("image").law(out, EVENT)
    x = RNG.normal(size=(4, *EVENT)).astype(np.float32)
    expected = stats.norm.logpdf(x.reshape(4, D), out[:, :D], np.exp(0.5 * out[:, D:]))
    np.testing.assert_allclose(law.log_prob(x).numpy().reshape(4, D), expected, rtol=2e-5)


@pytest.mark.parametrize("channels", [1, 3])
def test_sigma_per_pixel_as_rows_or_as_channels(channels):
    event = (2, 2, channels)
    maps = RNG.normal(size=(4, 2, 2, 2 * channels)).astype(np.float32)
    as_maps = Normal("pixel").law(maps, event)
    rows = np.concatenate([maps[..., :channels].reshape(4, -1), maps[..., channels:].reshape(4, -1)], 1)
    as_rows = Normal("pixel").law(rows, event)
    np.testing.assert_array_equal(as_maps.loc, as_rows.loc)
    np.testing.assert_array_equal(as_maps.scale, as_rows.scale)
    np.testing.assert_allclose(as_maps.scale, np.exp(0.5 * maps[..., channels:]), rtol=1e-6)


def test_two_output_layers_are_joined():
    mean, log_variance = outputs(D), outputs(1)
    joined = Normal("image").law([mean, log_variance], EVENT)
    np.testing.assert_array_equal(joined.loc, Normal("image").law(np.hstack([mean, log_variance]), EVENT).loc)


def test_a_trained_sigma_stops_at_the_floor_and_a_fixed_one_is_taken_as_it_is():
    out = np.full((1, D + 1), -100.0, np.float32)
    assert float(np.max(Normal("image", floor=0.02).law(out, EVENT).scale)) == pytest.approx(0.02)
    assert Normal("shared", value=1e-5).stated == 1e-3
    assert Normal(1e-5).stated == 1e-5
    assert float(Normal(1e-5).law(out[:, :D], EVENT).scale) == pytest.approx(1e-5)


def test_an_untrained_shared_sigma_says_so():
    with pytest.raises(InputError, match=r"no trained value.*Train it, or give the number"):
        Normal("shared").law(outputs(D), EVENT)


@pytest.mark.parametrize(
    ("head", "width"),
    [
        (Bernoulli(), D + 1),
        (ContinuousBernoulli(), D - 1),
        (Normal(0.1), 2 * D),
        (Normal("image"), D),
        (Normal("pixel"), D),
    ],
)
def test_the_wrong_number_of_outputs_names_both_numbers_and_a_remedy(head, width):
    with pytest.raises(InputError) as error:
        head.law(outputs(width), EVENT)
    message = str(error.value)
    assert f"expected {head.outputs(EVENT)} outputs" in message
    assert f"got {width}" in message
    assert "choose the likelihood" in message
    assert "\n" not in message


@pytest.mark.parametrize("scale", [0.0, -1.0, float("nan"), float("inf"), "each", None, True, [1.0, 2.0]])
def test_impossible_scales_are_refused(scale):
    with pytest.raises(InputError, match="scale"):
        Normal(scale)


def test_only_a_shared_scale_holds_a_value():
    with pytest.raises(InputError, match="only scale='shared'"):
        Normal(0.1, value=0.2)


@pytest.mark.parametrize(
    "head",
    [
        Bernoulli(),
        ContinuousBernoulli(),
        Normal(0.25),
        Normal("shared", value=0.13),
        Normal("image", floor=0.01),
        Normal("pixel"),
    ],
)
def test_config_round_trip(head):
    assert from_config(head.to_config()) == head
    assert head.describe()


def test_the_config_of_a_trained_head_is_plain_data():
    trained: Any = np.float32(0.125)
    config = Normal("shared", value=trained).to_config()
    assert config == {"family": "normal", "scale": {"kind": "shared", "value": 0.125, "floor": 0.001}}
    assert type(config["scale"]["value"]) is float


@pytest.mark.parametrize(
    ("config", "says"),
    [
        ({"family": "cauchy"}, "expected one of bernoulli"),
        ({"family": ["normal"]}, "expected one of bernoulli"),
        ({"family": "normal"}, "'scale' is missing"),
        ({"family": "normal", "scale": "image"}, "expected a table"),
        ({"family": "normal", "scale": {"kind": "fixed"}}, "'value' is missing"),
        ({"family": "normal", "scale": {"kind": "per-row"}}, "scale kind"),
        ({"family": "normal", "scale": {"kind": "fixed", "value": -1}}, "number > 0"),
        ({}, "expected one of the keys"),
        ("bernoulli", "expected a table"),
        ({"prior": "normal"}, "'loc' is missing"),
    ],
)
def test_broken_configs_are_refused_in_a_sentence(config, says):
    with pytest.raises(InputError, match=says):
        from_config(config)
