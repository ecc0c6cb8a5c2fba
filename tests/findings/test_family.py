"""Advice names the head that the model has, or one that would fit better."""

import pytest

from vaediag.findings.family import heavier, in_family

ADVICE = 'share σ: vd.likelihoods.Normal(scale="image"), or vd.likelihoods.Bernoulli().'


@pytest.mark.parametrize(
    ("likelihood", "named"),
    [
        ("normal, one σ per pixel", 'Normal(scale="image")'),
        ("laplace, one scale b per pixel", 'Laplace(scale="image")'),
        ("Logistic(loc, scale)", 'Logistic(scale="image")'),
        ("student t with 2.5 degrees of freedom, one scale", 'StudentT(scale="image", df=2.5)'),
        ("discretized logistic on 256 levels", 'Normal(scale="image")'),
        ("log-normal, one σ", 'Normal(scale="image")'),
    ],
)
def test_the_head_in_use_is_named(likelihood, named):
    assert in_family(ADVICE, likelihood) == f"share σ: vd.likelihoods.{named}, or vd.likelihoods.Bernoulli()."


def test_a_heavier_family_is_not_the_one_in_use():
    assert "Laplace(" in heavier("normal, one σ")
    assert "Laplace(" not in heavier("laplace, one scale b")
    assert "StudentT(" in heavier("laplace, one scale b")
    assert heavier("student t with 4 degrees of freedom, one scale").endswith("below 4")
