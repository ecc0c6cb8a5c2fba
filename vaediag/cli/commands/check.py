"""`vaediag check`."""

from __future__ import annotations

from typing import Annotated

import typer

from vaediag.cli.options import Data, Level, Limit, Model, Preprocess, Seed
from vaediag.cli.work import run_diagnosis

FailOn = Annotated[Level, typer.Option("--fail-on", metavar="warning|problem", help="The mildest finding that counts.")]


def check(
    model: Model,
    data: Data,
    fail_on: FailOn = Level.warning,
    seed: Seed = 0,
    limit: Limit = None,
    preprocess: Preprocess = None,
) -> None:
    """Exit 1 when a finding is serious (for scripts)."""
    diagnosis = run_diagnosis(model, data, seed=seed, limit=limit, preprocess=preprocess)
    from vaediag.records.finding import SEVERITIES

    serious = SEVERITIES[SEVERITIES.index(fail_on.value) :]
    found = [each for each in diagnosis.findings if each.severity in serious]
    for each in found:
        print(f"{each.severity}: {each.id}: {each.title} {each.evidence}")
    if found:
        raise typer.Exit(1)
    print(f"No finding at or above {fail_on.value}: {diagnosis.model.name} on {diagnosis.data.count} images.")
