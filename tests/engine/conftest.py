"""One small oracle and its plan: everything that the pass measures, in chunks of 64 images."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from vaediag.diagnostics import audit
from vaediag.diagnostics.whole import plan
from vaediag.engine.run import run
from vaediag.engine.step import compile_step
from vaediag.io.images import from_array
from vaediag.seeds import pair
from vaediag_models import oracles

CHUNK = 64


@pytest.fixture(scope="session")
def lab():
    """`.measure(images, **options)` runs the compiled pass; `.model`, `.plan`, `.x` (300 images)."""
    model = oracles.linear_gaussian(10, 2, 0.5, 1, event_shape=(5, 2, 1))
    made = plan(model.vae, pair(1))
    step = compile_step(model.vae, made.diagnostics, chunk=CHUNK, given=made.given)
    facts = audit.facts(made.traits)

    def measure(images, *, seed=0, **options):
        data = images if hasattr(images, "read") else from_array(images)
        return run(step, data, chunk=CHUNK, seed=pair(seed), facts=facts, **options)

    return SimpleNamespace(model=model, plan=made, x=model.simulate(300, 7), measure=measure, step=step)
