import numpy as np
import pytest

from vaediag.probes.annealing import Walk
from vaediag.probes.route import FIRST_STEP, guess, pilot_length, refined


def pilot(spread, steps):
    return Walk(np.zeros((spread.shape[1], 2)), np.ones(spread.shape[1]), spread, steps)


@pytest.mark.parametrize("precision", [0.5, 30.0, 1e5])
def test_the_guess_is_even_for_a_gaussian(precision):
    """log p(x | z) = -precision |z|^2 / 2 in two latents: its spread at b is precision / (1 + b precision)."""
    z = np.random.default_rng(0).standard_normal((2, 50_000, 2))
    route = guess(-precision / 2 * (z**2).sum(2), 40)
    np.testing.assert_array_equal(route.path[0], 0)
    np.testing.assert_array_equal(route.path[-1], 1)
    if precision > 1:  # below, the scale is kept at 1, which is even enough
        length = np.diff(np.log1p(precision * route.path), axis=0)
        np.testing.assert_allclose(length, length.mean(), rtol=0.05)
        np.testing.assert_allclose(route.log_steps[-1], np.log(FIRST_STEP / np.sqrt(1 + precision)), atol=0.03)


def test_what_the_pilot_saw_is_shared_out_evenly():
    """A spread that is ten times higher in the middle third draws temperatures there, the rest keeps a fifth."""
    path = np.linspace(0, 1, 301)[:, None]
    spread = np.where((path[:-1] > 1 / 3) & (path[:-1] < 2 / 3), 10.0, 1.0)
    route = refined(path, pilot(spread, np.log(path[1:])), 1200)
    assert route.path.shape == route.log_steps.shape == (1201, 1)
    inside = ((route.path > 1 / 3) & (route.path < 2 / 3)).mean()
    assert inside == pytest.approx(0.8 * 10 / 12 + 0.2 / 3, abs=0.02)
    assert (np.diff(route.path, axis=0) > 0).all()
    np.testing.assert_allclose(route.log_steps[10:], np.log(route.path[10:]), atol=0.2)
    np.testing.assert_array_equal(route.back().path, route.path[::-1])


def test_each_image_has_a_route_of_its_own():
    path = np.repeat(np.linspace(0, 1, 51)[:, None], 2, 1)
    spread = np.stack([np.linspace(1, 5, 50), np.linspace(5, 1, 50)], 1)
    route = refined(path, pilot(spread, np.zeros((50, 2))), 100)
    assert (route.path[1:-1, 0] > route.path[1:-1, 1]).all()
    alone = refined(path[:, :1], pilot(spread[:, :1], np.zeros((50, 1))), 100)
    np.testing.assert_array_equal(alone.path[:, 0], route.path[:, 0])


@pytest.mark.parametrize("value", [0.0, -np.inf])
def test_a_decoder_that_says_nothing_or_nothing_finite_gets_even_temperatures(value):
    route = guess(np.full((1, 16), value), 50)
    found = refined(route.path, pilot(np.zeros((50, 1)), np.zeros((50, 1))), 20)
    for path in (route.path, found.path):
        assert (np.diff(path, axis=0) > 0).all()
        assert path[0] == 0
        assert path[-1] == 1


def test_the_pilot_is_a_tenth_but_not_too_short():
    assert [pilot_length(count) for count in (10, 500, 1000, 4000)] == [50, 50, 100, 400]
