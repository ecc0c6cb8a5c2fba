"""One word per latent, from the KL that the encoder pays and the effect that the decoder makes of it."""

from __future__ import annotations

import math

import pytest

from vaediag.diagnostics.collapse import status
from vaediag.records.collapse import EFFECT_USED, KL_USED, STATUS_MEANING


@pytest.mark.parametrize(
    ("kl", "kind", "effect", "word"),
    [
        (0.5, "active", 1.0, "used"),
        (0.5, "mixed", 1.0, "mixed"),
        (0.5, "active", 0.0, "wasted"),
        (0.5, "mixed", 0.0, "wasted"),
        (0.001, "passive", 1.0, "noise"),
        (0.001, "mixed", 1.0, "noise"),
        (0.001, "passive", 0.0, "collapsed"),
        (KL_USED, "passive", EFFECT_USED, "collapsed"),
        (math.nextafter(KL_USED, 1), "passive", math.nextafter(EFFECT_USED, 1), "used"),
        (0.5, "active", math.nan, "used"),
        (0.5, "mixed", math.nan, "mixed"),
        (0.001, "passive", math.nan, "collapsed"),
        (0.5, "active", -0.01, "wasted"),
    ],
)
def test_the_word_of_a_latent(kl, kind, effect, word):
    assert status(kl, kind, effect) == word
    assert word in STATUS_MEANING


@pytest.mark.parametrize(
    ("kl", "kind", "word"), [(0.5, "active", "used"), (0.5, "mixed", "mixed"), (0, "", "collapsed")]
)
def test_without_effect_the_encoder_alone_decides(kl, kind, word):
    assert status(kl, kind) == word
