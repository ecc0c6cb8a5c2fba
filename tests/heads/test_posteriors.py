import numpy as np
import pytest

from vaediag.backend import tfp
from vaediag.errors import InputError
from vaediag.heads import from_config
from vaediag.heads.posteriors import MeanLogScale, MeanLogVar, MeanScale, MeanSoftplus, MeanTriL

RNG = np.random.default_rng(1)
OUT = RNG.normal(size=(5, 6)).astype(np.float32)


def test_mean_and_log_variance():
    law = MeanLogVar().law(OUT)
    np.testing.assert_array_equal(law.mean(), OUT[:, :3])
    np.testing.assert_allclose(law.variance(), np.exp(OUT[:, 3:]), rtol=1e-5)
    assert tuple(law.event_shape) == (3,)


def test_mean_and_standard_deviation():
    law = MeanScale().law(np.abs(OUT))
    np.testing.assert_allclose(law.stddev(), np.abs(OUT[:, 3:]))


@pytest.mark.parametrize("latents", [1, 2, 5])
def test_triangles_are_those_of_tfp_layers(latents):
    head = MeanTriL()
    out = RNG.normal(size=(4, head.outputs(latents))).astype(np.float32)
    expected = tfp.bijectors.FillScaleTriL(diag_shift=1e-5)(out[:, latents:])
    for law in (head.law(out), head.law(out, latents)):
        np.testing.assert_allclose(law.scale.to_dense(), expected, rtol=1e-6)
        np.testing.assert_array_equal(law.loc, out[:, :latents])


@pytest.mark.parametrize(
    ("head", "stddev"),
    [
        (MeanLogVar(), lambda raw: np.exp(raw / 2)),
        (MeanLogScale(), np.exp),
        (MeanSoftplus(), lambda raw: np.log1p(np.exp(raw))),
    ],
)
def test_the_second_part_is_what_the_head_says(head, stddev):
    law = head.law(OUT)
    np.testing.assert_array_equal(law.mean(), OUT[:, :3])
    np.testing.assert_allclose(law.stddev(), stddev(OUT[:, 3:]), rtol=1e-5)
    layer = tfp.layers.IndependentNormal.params_size(3)
    assert head.outputs(3) == layer


def test_a_softplus_is_that_of_tfp_layers():
    law = tfp.layers.IndependentNormal.new(OUT, 3)
    np.testing.assert_allclose(MeanSoftplus().law(OUT).stddev(), law.stddev(), rtol=1e-6)


HEADS = [MeanLogVar(), MeanLogScale(), MeanScale(), MeanSoftplus(), MeanTriL()]


@pytest.mark.parametrize("head", HEADS)
def test_lists_with_or_without_the_sampled_code_are_the_same(head):
    width = head.outputs(3) - 3
    mean, second = OUT[:, :3], np.abs(RNG.normal(size=(5, width))).astype(np.float32)
    joined = head.law(np.hstack([mean, second])).log_prob(mean)
    np.testing.assert_array_equal(head.law([mean, second]).log_prob(mean), joined)
    np.testing.assert_array_equal(head.law((mean, second, mean + 1)).log_prob(mean), joined)


@pytest.mark.parametrize(("head", "width"), [(MeanLogVar(), 8), (MeanScale(), 5), (MeanTriL(), 8)])
def test_the_wrong_number_of_outputs_names_both_numbers(head, width):
    with pytest.raises(InputError, match=rf"expected {head.outputs(3)} outputs.*got {width}.*latent_dim"):
        head.law(np.zeros((2, width), np.float32), 3)


def test_an_odd_number_of_outputs_is_refused_without_a_latent_size():
    with pytest.raises(InputError, match=r"even number.*got 5"):
        MeanLogVar().law(np.zeros((2, 5), np.float32))
    with pytest.raises(InputError, match=r"expected 5 outputs.*got 8"):
        MeanTriL().law(np.zeros((2, 8), np.float32))


@pytest.mark.parametrize(
    ("outputs", "says"),
    [([OUT], "got 1 tensors"), (OUT[0], "batch of rows")],
)
def test_other_containers_are_refused(outputs, says):
    with pytest.raises(InputError, match=says):
        MeanLogVar().law(outputs)


@pytest.mark.parametrize("head", [*HEADS, MeanScale(keys=("m", "s")), MeanTriL(keys=("m", "s"))])
def test_config_round_trip(head):
    assert from_config(head.to_config()) == head


# ---- dicts ----


@pytest.mark.parametrize(
    ("head", "keys"),
    [
        (MeanLogVar(), ("z_mean", "z_log_var")),
        (MeanLogVar(), ("mu", "logvar")),
        (MeanLogVar(), ("latent_mean", "log_variance_z")),
        (MeanScale(), ("loc", "scale")),
        (MeanLogScale(), ("mean", "log_std")),
        (MeanSoftplus(), ("loc", "raw_scale")),
        (MeanLogVar(keys=("a", "b")), ("a", "b")),
        (MeanScale(keys=("scale", "mean")), ("scale", "mean")),  # the person's word counts
    ],
)
def test_the_parts_of_a_dict_are_found_by_their_keys_in_any_order(head, keys):
    mean, second = OUT[:, :3], np.abs(OUT[:, 3:])
    law = head.law({keys[1]: second, "z": mean + 1, keys[0]: mean})
    np.testing.assert_array_equal(law.mean(), mean)
    np.testing.assert_array_equal(law.stddev(), head.law([mean, second]).stddev())


@pytest.mark.parametrize(
    ("head", "keys", "says"),
    [
        (MeanLogVar(), ("mean", "scale"), "keys 'mean', 'scale'. By its name one of them is the σ: is this the right"),
        (MeanLogVar(), ("mean", "log_sigma"), "one of them is the log σ"),
        (MeanLogVar(), ("dense", "dense_1"), r"keys 'dense', 'dense_1'. Say which: vd.posteriors.MeanLogVar\(keys="),
        (MeanLogVar(), ("mean", "log_sigma_2"), "Say which"),  # σ² or a second layer named log_sigma: not guessed
        (MeanLogVar(keys=("mu", "lv")), ("mu", "log_var"), "the key 'lv'; got the keys 'mu', 'log_var'"),
    ],
)
def test_keys_that_do_not_say_it_are_asked_for(head, keys, says):
    with pytest.raises(InputError, match=says) as error:
        head.law(dict.fromkeys(keys, OUT[:, :3]))
    assert "\n" not in str(error.value)


def test_two_keys_that_could_be_meant_are_not_chosen_between():
    with pytest.raises(InputError, match="Say which"):
        MeanLogVar().law({"mean": OUT, "mu": OUT, "log_var": OUT})


@pytest.mark.parametrize("keys", ["ab", ("mean",), 3])
def test_keys_are_two_names(keys):
    with pytest.raises(InputError, match="keys: expected two names"):
        MeanScale(keys=keys)


def test_a_code_in_place_of_parameters_is_named():
    with pytest.raises(InputError, match="One number per latent is a drawn z"):
        MeanLogVar().law(OUT, 6)
