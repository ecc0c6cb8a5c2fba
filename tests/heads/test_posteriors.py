import numpy as np
import pytest

from vaediag.backend import tfp
from vaediag.errors import InputError
from vaediag.heads import from_config
from vaediag.heads.posteriors import MeanLogVar, MeanScale, MeanTriL

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


@pytest.mark.parametrize("head", [MeanLogVar(), MeanScale(), MeanTriL()])
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
    [([OUT], "got 1 tensors"), ({"mean": OUT, "sd": OUT}, "dict with keys"), (OUT[0], "batch of rows")],
)
def test_other_containers_are_refused(outputs, says):
    with pytest.raises(InputError, match=says):
        MeanLogVar().law(outputs)


@pytest.mark.parametrize("head", [MeanLogVar(), MeanScale(), MeanTriL()])
def test_config_round_trip(head):
    assert from_config(head.to_config()) == head
