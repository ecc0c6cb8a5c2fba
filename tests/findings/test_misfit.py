"""What the chains tell of place and width is said, and only where they tell it."""

from __future__ import annotations

import numpy as np
import pytest

from vaediag.findings import evaluate
from vaediag.records.estimate import Estimates

OUT = Estimates(np.array([1.9, 1.0, 1.8, 1.0]), np.full(4, 0.02))


def estimates(*values: float, error: float = 0.02) -> Estimates:
    return Estimates(np.array(values), np.full(len(values), error))


def encoder(synthetic, offset, width, dispersion=OUT, **changes):
    found = {"evidence__latent_offset": offset, "evidence__latent_width": width, **changes}
    return next(
        finding
        for finding in evaluate(synthetic.change(synthetic.exact(), evidence__latent_dispersion=dispersion, **found))
        if finding.id == "encoder"
    )


@pytest.mark.parametrize(
    ("offset", "width", "title", "advised"),
    [
        ((2.0, 0, 1.5, 0), (1.0, 1, 1.05, 1), "off-centre in latents 0 and 2: by up to 2.0 sd of q", False),
        ((0.1, 0, 0.2, 0), (0.4, 1, 0.5, 1), "too narrow in latents 0 and 2: 0.4 × the right width", True),
        (
            (2.0, 0, 1.5, 0),
            (3.0, 1, 2.5, 1),
            "off-centre and too wide in latents 0 and 2: by up to 2.0 sd of q, 3 × the right width",
            False,
        ),
        ((2.0, 0, 0.1, 0), (1.0, 1, 0.5, 1), "off-centre in latent 0 and too narrow in latent 2", True),
        ((np.nan,) * 4, (np.nan,) * 4, "too narrow or off-centre in latents 0 and 2: dispersion up to 1.90", True),
        # far in units of q alone, which is much too narrow: no more than chance in units of the posterior
        ((1.0, 0, 0.9, 0), (0.2, 1, 0.2, 1), "too narrow in latents 0 and 2: 0.2 × the right width", True),
        # what does not explain a dispersion above 1 is not said to
        (
            (0.1, 0, 0.1, 0),
            (2.0, 1, 2.0, 1),
            "too narrow or off-centre in latents 0 and 2: dispersion up to 1.90",
            True,
        ),
    ],
)
def test_place_and_width_are_told_apart(synthetic, offset, width, title, advised):
    finding = encoder(synthetic, estimates(*offset), estimates(*width))
    assert finding.title == f"The encoder is {title}"
    assert ("MeanTriL" in finding.try_) == advised


def test_the_evidence_has_both_with_their_errors(synthetic):
    finding = encoder(synthetic, estimates(2.0, 0, 1.5, 0), estimates(0.9, 1, 1, 1))
    assert "latent 0 off-centre by 2.000 ± 0.020 sd of q, 0.900 ± 0.020 × the right width" in finding.evidence


def test_an_offset_within_chance_is_not_named(synthetic):
    finding = encoder(synthetic, estimates(0.7, 0, 0.7, 0, error=0.2), estimates(0.6, 1, 0.6, 1))
    assert "off-centre" not in finding.title


def test_chains_that_did_not_arrive_do_not_tell(synthetic):
    offset, width = estimates(2.0, 0, 1.5, 0), estimates(1.0, 1, 1, 1)
    finding = encoder(synthetic, offset, width, evidence__corrected__reliable=False)
    assert "too narrow or off-centre" in finding.title
    assert "right width" not in finding.evidence
    assert "unreliable" in finding.evidence
