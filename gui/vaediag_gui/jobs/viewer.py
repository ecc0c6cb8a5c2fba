"""`python -m vaediag_gui.jobs.viewer`: looks, paths, pixels; always warm."""

from __future__ import annotations

import os

from vaediag_gui.jobs.ask import VIEWER
from vaediag_gui.jobs.child import WarmUp, serve
from vaediag_gui.jobs.device import leave_a_core, on_cpu
from vaediag_gui.tasks.run import Tasks


def load_tensorflow() -> None:
    import vaediag.traversal  # noqa: F401  # brings TensorFlow along


if __name__ == "__main__":
    on_cpu(os.environ)
    leave_a_core(os.environ)
    serve(VIEWER, Tasks().run, warm=WarmUp("loading TensorFlow", load_tensorflow, before=("data", "thumbnails")))
