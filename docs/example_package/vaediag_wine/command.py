"""`vaediag worst-columns`: a function that Typer understands; its first line stands in `vaediag --help`."""

from pathlib import Path
from typing import Annotated

import typer


def worst_columns(
    folder: Annotated[Path, typer.Argument(help="What `vaediag diagnose MODEL DATA -o FOLDER` wrote.")],
    most: Annotated[int, typer.Option(help="How many columns.", min=1)] = 5,
) -> None:
    """Columns of a table whose spread the decoder gets wrong, the worst first."""
    from vaediag.io.diagnosis import load_diagnosis  # imported when it runs, so that `vaediag --help` stays quick
    from vaediag.records.columns import column_name, columns_of, measured

    diagnosis = load_diagnosis(folder)
    names = columns_of(diagnosis.data, diagnosis.model.event_shape)
    spread = measured(diagnosis)["posterior.dispersion"]
    for index in sorted(range(len(spread)), key=lambda index: -abs(spread[index] - 1))[:most]:
        print(f"{column_name(index, names)}: dispersion {spread[index]:.2f} (1 is exact)")
