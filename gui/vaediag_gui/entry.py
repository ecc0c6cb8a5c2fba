"""`vaediag gui`: open the desktop app."""

from __future__ import annotations

from typing import Annotated

import typer

from vaediag.errors import InputError
from vaediag_gui.system import check_qt

Model = Annotated[str | None, typer.Argument(help="Any address of a model.", show_default=False)]
Data = Annotated[str | None, typer.Argument(help="Any address of a data set.", show_default=False)]


def gui(model: Model = None, data: Data = None) -> None:
    """Open the desktop app (not part of this version)."""
    check_qt()
    raise InputError(
        "gui: the desktop app is not part of this version of vaediag; the report shows the same pictures: "
        f"try 'vaediag report {model or 'MODEL'} {data or 'DATA'} -o report'."
    )
