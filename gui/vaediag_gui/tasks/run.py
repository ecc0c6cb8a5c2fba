"""A task by name. Each is a module of this package with one function `run(arguments, models, report)`."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from vaediag_gui.jobs.child import Answer, Report
from vaediag_gui.tasks.opened import Models

TASKS = (
    "model", "data", "anchor", "look", "pixel", "walk", "thumbnails", "pair", "diagnose", "pixel_pit", "export",
)  # fmt: skip


class Tasks:
    """The tasks of one helper, with what they have opened."""

    def __init__(self) -> None:
        self._models = Models()

    def run(self, task: str, arguments: dict[str, Any], report: Report) -> Answer:
        """(fields for JSON, arrays). Raises InputError where the question cannot be answered, or whatever a model does.

        A diagnosis of the second model is a diagnosis.
        """
        name = "diagnose" if task == "diagnose_other" else task
        if name not in TASKS:
            raise ValueError(f"task: expected one of {', '.join(TASKS)}; got {task!r}.")
        module = import_module(f"vaediag_gui.tasks.{name}")
        return module.run(arguments, self._models, report)
