"""`vaediag compare`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

First = Annotated[
    Path, typer.Argument(metavar="DIAGNOSIS", help="Folder or diagnosis.json of one model.", show_default=False)
]
Second = Annotated[
    Path,
    typer.Argument(metavar="DIAGNOSIS", help="The same for another model, on the same images.", show_default=False),
]


def compare(first: First, second: Second) -> None:
    """Paired differences between two diagnoses."""
    from vaediag.compare import compare as paired
    from vaediag.io.diagnosis import load_diagnosis

    print(paired(load_diagnosis(first), load_diagnosis(second)))
