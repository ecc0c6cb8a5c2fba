"""`diagnose` many times over, with everything compiled once: what tests of standard errors live on."""

from __future__ import annotations

import dataclasses
import importlib
from types import SimpleNamespace
from typing import Any
from unittest import mock

from threadpoolctl import threadpool_limits

from vaediag.backend import tf
from vaediag.diagnostics import whole
from vaediag.diagnostics.prior.tables import prior_tables
from vaediag.diagnostics.prior.view import prior_view
from vaediag.probes import corrected

diagnosing = importlib.import_module("vaediag.diagnose")  # the package offers the function under the module's name


class Repeated:
    """Diagnoses of one model: `repeated(images, seed=3)` is `diagnose(vae, images, seed=3)`, without tracing again.

    The prior draws are fresh for every seed, as in `diagnose`: their tables are variables of the one compiled graph.
    """

    def __init__(self, vae: Any, *, skip: tuple[str, ...] = ("pictures",), **options: Any) -> None:
        self.vae, self.options = vae, {"skip": skip, **options}
        self._compiled: dict[str, Any] = {}
        self._constants: dict[str, Any] = {}

    def __call__(self, images: Any, *, seed: int = 0) -> Any:
        with (
            threadpool_limits(1),  # many small matrices: threads would only wait for each other
            mock.patch.object(diagnosing, "plan", self.plan),
            mock.patch.object(diagnosing, "compile_step", self._once("step", diagnosing.compile_step)),
            mock.patch.object(corrected, "compile_chain", self._once("chain", corrected.compile_chain)),
        ):
            return diagnosing.diagnose(self.vae, images, seed=seed, **self.options)

    def plan(self, vae: Any, seed: Any, *, prior: bool = True) -> whole.Plan:
        if "plan" not in self._compiled:
            with mock.patch.object(whole, "prior_view", self._movable):
                self._compiled["plan"] = whole.plan(vae, seed, prior=prior)
            return self._compiled["plan"]
        if not prior:
            return self._compiled["plan"]
        tables = prior_tables(vae, seed)
        for name, value in _constants(tables).items():
            self._constants[name].assign(value)
        return dataclasses.replace(self._compiled["plan"], tables=tables)

    def _movable(self, tables: Any) -> Any:
        """The prior view with variables in the place of constants."""
        self._constants = {name: tf.Variable(value) for name, value in _constants(tables).items()}

        def view(chunk: Any) -> Any:
            made = prior_view(tables)(chunk)
            vars(made).update({name: variable.read_value() for name, variable in self._constants.items()})
            return made

        return view

    def _once(self, name: str, make: Any) -> Any:
        def compiled(*args: Any, **options: Any) -> Any:
            if name not in self._compiled:
                self._compiled[name] = make(*args, **options)
            return self._compiled[name]

        return compiled


def _constants(tables: Any) -> dict[str, Any]:
    nothing: Any = SimpleNamespace(x=None)
    return {name: value for name, value in vars(prior_view(tables)(nothing)).items() if tf.is_tensor(value)}
