"""`vaediag gui`: open the desktop app."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from vaediag.errors import InputError

Model = Annotated[str | None, typer.Argument(help="Any address of a model.", show_default=False)]
Watch = Annotated[str | None, typer.Option(help="Folder of a training to follow (vd.Monitor).", show_default=False)]
Data = Annotated[str | None, typer.Argument(help="Any address of a data set.", show_default=False)]


def gui(model: Model = None, data: Data = None, watch: Watch = None) -> None:
    """Open the desktop app."""
    from vaediag_gui.system import check_qt, check_screen

    check_qt()
    check_screen(sys.platform, os.environ)
    from vaediag_gui.app import run

    code = run(model, data, watch)
    if code:
        raise InputError(f"gui: the window ended with code {code}; try 'vaediag gui' again with --debug.")
