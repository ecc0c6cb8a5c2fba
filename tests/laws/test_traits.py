import numpy as np
import pytest

from vaediag.backend import tf, tfd, tfp
from vaediag.errors import InputError
from vaediag.laws.traits import traits


def f32(values):
    return np.asarray(values, np.float32)


ONE = np.float32(1)


def facts(law):
    kind = traits(law)
    return kind.family, kind.discrete, kind.binary, kind.scale_family


def test_every_family_is_known_and_its_kind_is_right(name, make_law):
    law = make_law(name)
    kind = traits(law)
    x = np.asarray(law.sample(50, seed=[0, 1]), np.float64)
    assert kind.discrete == bool((x == np.round(x)).all() or name == "finite_discrete")
    assert kind.lower <= x.min()
    assert x.max() <= kind.upper
    assert kind.binary == (name in ("bernoulli", "probit_bernoulli"))
    assert kind.atoms == (kind.discrete or name == "inflated")
    assert kind.scale_family <= (not kind.discrete)


@pytest.mark.parametrize(
    ("law", "expected"),
    [
        (tfd.Normal(0.0, 1.0), ("normal", False, False, True)),
        (tfd.Bernoulli(0.0), ("bernoulli", True, True, False)),
        (tfd.ContinuousBernoulli(0.0), ("continuous_bernoulli", False, False, False)),
        (tfd.Poisson(1.0), ("poisson", True, False, False)),
        (tfd.Cauchy(0.0, 1.0), ("cauchy", False, False, False)),
        (tfd.StudentT(2.0, 0.0, 1.0), ("student_t", False, False, False)),
    ],
)
def test_reference_families(law, expected):
    assert facts(law) == expected


@pytest.mark.parametrize(("df", "scale", "fourth"), [(1.5, False, False), (3.0, True, False), (4.5, True, True)])
def test_moments_of_student_t_depend_on_its_degrees_of_freedom(df, scale, fourth):
    kind = traits(tfd.StudentT(df, 0.0, 1.0))
    assert (kind.scale_family, kind.fourth_moment) == (scale, fourth)


def test_degrees_of_freedom_that_only_the_graph_knows_do_not_promise_a_fourth_moment():
    seen = []

    @tf.function
    def trace(df):
        seen.append(traits(tfd.StudentT(df, 0.0, 1.0)))
        return df

    trace(tf.constant(10.0))
    assert (seen[0].scale_family, seen[0].fourth_moment) == (True, False)


def test_a_mixture_is_what_its_parts_are():
    weights = tfd.Categorical(probs=[0.5, 0.5])
    normals = tfd.MixtureSameFamily(weights, tfd.Normal([0.0, 1.0], 1.0))
    counts = tfd.MixtureSameFamily(weights, tfd.Poisson([1.0, 2.0]))
    assert facts(normals) == ("mixture", False, False, True)
    assert facts(counts) == ("mixture", True, False, False)
    with pytest.raises(InputError, match="mixture of densities or of discrete laws"):
        traits(tfd.Mixture(weights, [tfd.Normal(0.0, 1.0), tfd.Poisson(1.0)]))


def test_a_subclass_counts_as_its_family():
    class Mine(tfd.Normal):
        pass

    assert traits(Mine(0.0, 1.0)).family == "normal"


def test_a_foreign_class_of_the_same_name_is_not_believed():
    base = tfp.bijectors.Softplus()(tfd.Normal(0.0, 1.0))
    Normal = type("Normal", (type(base),), {})
    assert traits(Normal(tfd.Normal(0.0, 1.0), tfp.bijectors.Softplus())).family == "other"


def test_parameters_that_bound_the_support_are_read():
    law = tfd.Uniform(ONE * f32([0, -1]), ONE * f32([2, 3]))
    assert (traits(law).lower, traits(law).upper) == (-1.0, 3.0)


def test_families_without_a_cdf_are_ranked():
    assert traits(tfd.Skellam(1.0, 1.0)).ranked
    assert traits(tfp.bijectors.Sinh()(tfd.Normal(0.0, 1.0))).ranked is False
    assert traits(tfd.Normal(0.0, 1.0)).interval_pit is False
    assert traits(tfd.Poisson(1.0)).interval_pit
