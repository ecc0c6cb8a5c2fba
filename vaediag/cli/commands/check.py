"""`vaediag check`."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vaediag.cli.options import DEEP, Ais, Data, Level, Limit, Model, Preprocess, Temperatures, Trust
from vaediag.cli.output import check_writable
from vaediag.cli.work import run_diagnosis

if TYPE_CHECKING:
    from vaediag.cli.settings import Settings

FailOn = Annotated[
    Level | None,
    typer.Option(
        "--fail-on",
        metavar="warning|problem",
        help="The mildest finding that counts; warning if not given.",
        show_default=False,
    ),
]
Config = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="FILE",
        help="TOML file with a table [tool.vaediag.check]; the nearest pyproject.toml that has one if not given.",
        show_default=False,
    ),
]
Junit = Annotated[
    Path | None,
    typer.Option("--junit", metavar="FILE", help="Write the result as JUnit XML as well.", show_default=False),
]
Seed = Annotated[
    int | None,
    typer.Option(
        "--seed",
        metavar="N",
        help="Every random number follows from it; 0 if not given.",
        min=0,
        max=2**31 - 1,
        show_default=False,
    ),
]
Deep = Annotated[bool | None, typer.Option("--deep/--no-deep", help=DEEP, show_default=False)]


def check(
    model: Model,
    data: Data,
    fail_on: FailOn = None,
    config: Config = None,
    junit: Junit = None,
    seed: Seed = None,
    limit: Limit = None,
    preprocess: Preprocess = None,
    deep: Deep = None,
    ais: Ais = None,
    temperatures: Temperatures = None,
    trust: Trust = False,
) -> None:
    """Exit 1 when a finding is serious or a number off limits.

    What is not given as an option is taken from [tool.vaediag.check]; thresholds and ignored findings stand only there.
    """
    from vaediag.cli.settings import settings
    from vaediag.cli.thresholds import check_requested

    given = {
        "fail_on": fail_on and fail_on.value,
        "seed": seed,
        "limit": limit,
        "preprocess": preprocess,
        "deep": deep,
        "ais": ais,
        "temperatures": temperatures,
    }
    said = settings(config, start=Path.cwd()).overruled(**given)
    check_requested(said.thresholds, deep=bool(said.deep), ais=said.ais is not None)
    if junit is not None:
        check_writable(junit, "--junit")
    _report(model, data, said, junit, trust=trust)


def _report(model: str, data: str, said: Settings, path: Path | None, *, trust: bool) -> None:
    """Diagnose, write and print the verdict. Raises typer.Exit(1) when a check failed."""
    from vaediag.cli.verdict import checks, failed, lines

    started = time.monotonic()
    diagnosis = run_diagnosis(
        model,
        data,
        seed=said.seed or 0,
        limit=said.limit,
        preprocess=said.preprocess,
        deep=bool(said.deep),
        ais=said.ais,
        temperatures=said.temperatures,
        trust=trust,
    )
    fail_on = said.fail_on or Level.warning.value
    verdict = checks(diagnosis, fail_on=fail_on, ignore=said.ignore, thresholds=said.thresholds)
    if path is not None:
        from vaediag.cli.junit import junit, properties
        from vaediag.io.atomic import write_bytes

        told = properties(diagnosis, fail_on=fail_on, config=said.source)
        write_bytes(
            path, junit(verdict, name=f"{model} on {data}", properties=told, seconds=time.monotonic() - started)
        )
    print("\n".join(lines(verdict, diagnosis, fail_on=fail_on)))
    if failed(verdict):
        raise typer.Exit(1)
