"""`vaediag report`."""

from __future__ import annotations

from typing import Annotated

import typer

from vaediag.cli.options import Ais, Data, Deep, Folder, Limit, Model, Preprocess, Seed, Temperatures, Trust
from vaediag.cli.output import whole_folder
from vaediag.cli.progress import working
from vaediag.cli.work import run_diagnosis

Svg = Annotated[bool, typer.Option("--svg", help="Write every figure as SVG as well.")]


def report(
    model: Model,
    data: Data,
    output: Folder,
    seed: Seed = 0,
    limit: Limit = None,
    preprocess: Preprocess = None,
    deep: Deep = False,
    ais: Ais = None,
    temperatures: Temperatures = None,
    svg: Svg = False,
    trust: Trust = False,
) -> None:
    """Diagnose, and draw figures and an HTML page."""
    with whole_folder(output) as draft:
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
        from vaediag.report.write import write_report

        with working("Drawing the report"):
            write_report(diagnosis, draft, formats=("png", "svg") if svg else ("png",))
    print(diagnosis)
    print(f"\nReport: {output / 'report.html'}")
