"""`python -m vaediag_gui.jobs.analyst`: diagnoses and exports, out of the way of everything a person waits for."""

from __future__ import annotations

import contextlib
import os

from vaediag_gui.jobs.ask import ANALYST
from vaediag_gui.jobs.child import serve
from vaediag_gui.jobs.device import leave_a_core, on_cpu
from vaediag_gui.tasks.run import Tasks

if __name__ == "__main__":
    with contextlib.suppress(OSError, AttributeError):
        os.nice(19)
    on_cpu(os.environ)
    leave_a_core(os.environ)
    serve(ANALYST, Tasks().run)
