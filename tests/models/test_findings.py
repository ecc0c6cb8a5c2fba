"""Each card names the findings that its bundle is there to show; the healthy one has none."""

from functools import cache
from typing import Any

import pytest

from vaediag.bundle.load import load_bundle
from vaediag.diagnose import diagnose
from vaediag_models import cards, data

CARDS = {card.name: card for card in cards.models() if card.dataset is not None}


@cache
def diagnosis(name: str) -> Any:
    card = CARDS[name]
    images = data.BY_NAME[str(card.dataset)]("test")
    return diagnose(load_bundle(card.source), images, skip={"pictures", "information"})


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow) if name == "shapes-bernoulli" else name for name in CARDS]
)
def test_findings_are_those_of_the_card(name):
    fired = {finding.id for finding in diagnosis(name).findings if finding.severity != "info"}
    assert set(CARDS[name].findings) <= fired
    if name == "digits-bernoulli":
        assert not fired


def test_only_one_model_is_healthy():
    assert [name for name, card in CARDS.items() if not card.findings] == ["digits-bernoulli"]


@pytest.mark.parametrize("name", ["digits-bernoulli", "digits-collapsed"])
def test_encoder_and_decoder_of_the_binary_models_are_right(name):
    """Margins of their own, tighter than those of the rules."""
    found = diagnosis(name)
    latent, posterior = found.evidence.latent_dispersion, found.calibration.posterior
    assert abs(latent.value.mean() - 1) < 0.1
    assert abs(posterior.dispersion.value - 1) < 0.01
    assert abs(posterior.bias.value) < 0.01
    assert abs(posterior.calibration_slope.value) < 0.1
    assert posterior.ece.value - posterior.ece.expected < 0.01
    assert abs(found.variance.prior.variance_ratio.value - 1) < 0.05
    assert abs(found.evidence.elbo.value - CARDS[name].elbo) < 0.5
