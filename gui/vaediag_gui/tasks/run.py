"""A task by name. Each is a module of this package with one function `run(arguments, models, report)`."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from vaediag_gui.jobs.ask import TRUST, UNTRUSTED
from vaediag_gui.jobs.child import Answer, Report
from vaediag_gui.tasks.opened import Models
from vaediag_gui.tasks.trust import UntrustedError

TASKS = (
    "model", "data", "anchor", "look", "pixel", "walk", "thumbnails", "pair", "diagnose", "pixel_pit", "export",
    "wrap",
)  # fmt: skip


class Tasks:
    """The tasks of one helper, with what they have opened."""

    def __init__(self) -> None:
        self._models = Models()

    def run(self, task: str, arguments: dict[str, Any], report: Report) -> Answer:
        """(fields for JSON, arrays). Raises InputError where the question cannot be answered, or whatever a model does.

        A diagnosis of the second model is a diagnosis. Where a model holds a program that is not trusted, the fields
        are {"untrusted": {address, digest, message}} instead.
        """
        name = "diagnose" if task == "diagnose_other" else task
        if name not in TASKS:
            raise ValueError(f"task: expected one of {', '.join(TASKS)}; got {task!r}.")
        module = import_module(f"vaediag_gui.tasks.{name}")
        self._models.trusted = arguments.pop(TRUST, {})
        try:
            return module.run(arguments, self._models, report)
        except UntrustedError as error:  # not a failure: a question to the person
            return {UNTRUSTED: {"address": error.address, "digest": error.digest, "message": str(error)}}, {}
