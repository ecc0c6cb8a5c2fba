"""`vaediag report`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vaediag.cli.options import Ais, Deep, Folder, Limit, Preprocess, Seed, Temperatures, Trust
from vaediag.cli.output import whole_folder
from vaediag.cli.progress import working
from vaediag.cli.work import run_diagnosis
from vaediag.errors import InputError

Model = Annotated[
    str,
    typer.Argument(
        metavar="MODEL",
        help="A registered model, a bundle's path, or package.module:factory; or the folder of a watched training.",
        show_default=False,
    ),
]
Data = Annotated[
    str | None,
    typer.Argument(
        metavar="DATA",
        help="A registered data set (digits, digits[train]), a file or folder, or package.module:factory; none for a "
        "watched training.",
        show_default=False,
    ),
]
Svg = Annotated[bool, typer.Option("--svg", help="Write every figure as SVG as well.")]


def report(
    model: Model,
    output: Folder,
    data: Data = None,
    seed: Seed = 0,
    limit: Limit = None,
    preprocess: Preprocess = None,
    deep: Deep = False,
    ais: Ais = None,
    temperatures: Temperatures = None,
    svg: Svg = False,
    trust: Trust = False,
) -> None:
    """Diagnose, and draw figures and an HTML page.

    Given the folder of a watched training (vd.Monitor) and no data: draw its history.
    """
    formats = ("png", "svg") if svg else ("png",)
    if data is None:
        _report_training(model, output, formats)
        return
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
            write_report(diagnosis, draft, formats=formats)
    print(diagnosis)
    print(f"\nReport: {output / 'report.html'}")


def _report_training(folder: str, output: Path, formats: tuple[str, ...]) -> None:
    from vaediag.io.history import JSON, load_history

    path = Path(folder)
    if path.name != JSON and not (path / JSON).exists():
        raise InputError(
            f"DATA: expected a data set beside the model {folder!r}, or instead of both the folder of a training that "
            f"vd.Monitor watched, which holds {JSON}; got neither. Try: vaediag report {folder} DATA -o {output}."
        )
    history = load_history(path)
    with whole_folder(output) as draft:
        from vaediag.report.write import write_report

        with working("Drawing the report"):
            write_report(history, draft, formats=formats)
    print(history)
    print(f"\nReport: {output / 'report.html'}")
