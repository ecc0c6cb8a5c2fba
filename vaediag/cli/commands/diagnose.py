"""`vaediag diagnose`."""

from __future__ import annotations

from contextlib import ExitStack

from vaediag.cli.options import Ais, Data, Deep, Limit, Model, OptionalFolder, Preprocess, Seed, Temperatures, Trust
from vaediag.cli.output import whole_folder
from vaediag.cli.work import run_diagnosis


def diagnose(
    model: Model,
    data: Data,
    seed: Seed = 0,
    limit: Limit = None,
    preprocess: Preprocess = None,
    deep: Deep = False,
    ais: Ais = None,
    temperatures: Temperatures = None,
    output: OptionalFolder = None,
    trust: Trust = False,
) -> None:
    """Measure a model: headline table and findings."""
    with ExitStack() as stack:
        draft = stack.enter_context(whole_folder(output)) if output else None
        diagnosis = run_diagnosis(
            model,
            data,
            seed=seed,
            limit=limit,
            preprocess=preprocess,
            deep=deep,
            ais=ais,
            temperatures=temperatures,
            trust=trust,
        )
        if draft:
            from vaediag.io.diagnosis import save_diagnosis

            save_diagnosis(diagnosis, draft)
    print(diagnosis)
    if output:
        print(f"\nDiagnosis: {output / 'diagnosis.json'}")
