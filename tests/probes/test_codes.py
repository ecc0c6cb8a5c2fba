import numpy as np
import pytest

from vaediag.errors import InputError
from vaediag.probes.codes import encode_subset, images_at_once, subset
from vaediag.seeds import fold, pair


def test_a_subset_is_sorted_seeded_and_without_repeats():
    chosen = subset(1000, 50, pair(3))
    assert len(set(chosen.tolist())) == 50
    assert chosen[0] >= 0
    assert chosen[-1] < 1000
    np.testing.assert_array_equal(chosen, np.sort(chosen))
    np.testing.assert_array_equal(chosen, subset(1000, 50, pair(3)))
    assert (chosen != subset(1000, 50, pair(4))).any()


def test_a_folded_seed_may_be_negative():
    seeds = [np.asarray(fold(pair(0), use)) for use in range(8)]
    assert min(seed.min() for seed in seeds) < 0
    assert all(len(subset(100, 10, seed)) == 10 for seed in seeds)


def test_few_images_are_all_taken():
    np.testing.assert_array_equal(subset(5, 50, 0), np.arange(5))


def test_an_empty_subset_is_refused():
    with pytest.raises(InputError, match="limit"):
        subset(5, 0, 0)


def test_larger_images_go_in_smaller_parts():
    assert [images_at_once(event) for event in ((8, 8, 1), (28, 28, 1), (64, 64, 1), (512, 512, 3))] == [
        256,
        256,
        64,
        4,
    ]


@pytest.mark.parametrize("correlated", [False, True])
def test_codes_are_draws_from_the_posterior(linear, pile, correlated):
    vae = linear(correlated=correlated)
    x = vae.simulate(600, 0)
    codes = encode_subset(vae, pile(x), np.arange(600), pair(0))
    q = vae.encode(x)
    np.testing.assert_allclose(codes.mean, q.mean().numpy(), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(codes.stddev, q.stddev().numpy(), rtol=1e-5)
    score = (codes.z - codes.mean) / codes.stddev
    assert abs(score.mean()) < 3 / np.sqrt(score.size)
    assert abs((score**2).mean() - 1) < 4 * np.sqrt(2 / score.size)
    assert [int(part.batch_shape[0]) for part in codes.q] == [256, 256, 88]
    again = encode_subset(vae, pile(x), np.arange(600), pair(0))
    np.testing.assert_array_equal(codes.z, again.z)


def test_the_part_of_an_image_decides_its_draw_not_the_images_after_it(linear, pile):
    vae = linear()
    x = vae.simulate(300, 0)
    all_of_them = encode_subset(vae, pile(x), np.arange(300), pair(0))
    first = encode_subset(vae, pile(x), np.arange(256), pair(0))
    np.testing.assert_array_equal(all_of_them.z[:256], first.z)


def test_the_same_image_in_two_parts_is_drawn_twice(linear, pile):
    vae = linear()
    codes = encode_subset(vae, pile(np.repeat(vae.simulate(1, 0), 300, 0)), np.arange(300), pair(0))
    assert len(np.unique(codes.z, axis=0)) == 300


def test_images_without_a_finite_code_are_left_out(linear, pile):
    vae = linear()
    x = vae.simulate(20, 0)
    x[3, 0] = np.nan
    x[7] = 1e38  # finite, but no prior has a density so far out
    codes = encode_subset(vae, pile(x), np.arange(0, 20), pair(0))
    np.testing.assert_array_equal(codes.index, [i for i in range(20) if i not in (3, 7)])
    np.testing.assert_array_equal(codes.x, x[codes.index])
    assert np.isfinite(codes.z).all()
    assert sum(int(part.batch_shape[0]) for part in codes.q) == 18


def test_no_finite_code_at_all_is_said(linear, pile):
    vae = linear(spread=0.0)
    with pytest.raises(InputError, match="none of 4"):
        encode_subset(vae, pile(vae.simulate(4, 0)), np.arange(4), pair(0))


def test_images_are_not_kept_where_nobody_needs_them(linear, pile):
    vae = linear()
    assert encode_subset(vae, pile(vae.simulate(4, 0)), np.arange(4), pair(0), keep_images=False).x is None
