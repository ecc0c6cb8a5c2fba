"""What an import may bring with it, and what it may cost. Each case needs a process of its own."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from types import FunctionType, ModuleType

import pytest

HEAVY = {"tensorflow", "tensorflow_probability", "keras", "tf_keras"}
QT = {"PyQt6", "pyqtgraph"}

WITHOUT = {
    "vaediag": {"numpy", "scipy", "matplotlib", "rich", "typer"} | HEAVY,
    "vaediag.errors": {"numpy"} | HEAVY,
    "vaediag.cli.run": {"numpy", "scipy", "matplotlib", "rich", "pydantic"} | HEAVY,
    "vaediag.explanations": {"numpy", "typer", "rich"} | HEAVY,
    "vaediag.cli.junit": {"scipy", "matplotlib"} | HEAVY,
    "vaediag.cli.settings": {"scipy", "matplotlib"} | HEAVY,
    "vaediag.registry": {"numpy"} | HEAVY,
    "vaediag.datasets": HEAVY,
    "vaediag.io.open": {"matplotlib"} | HEAVY,
    "vaediag.io.diagnosis": {"matplotlib"} | HEAVY,
    "vaediag.records.diagnosis": {"matplotlib"} | HEAVY,
    "vaediag.records.text": {"matplotlib"} | HEAVY,
    "vaediag.findings.evaluate": {"matplotlib"} | HEAVY,
    "vaediag.compare": {"matplotlib"} | HEAVY,
    "vaediag.report.write": HEAVY,
    "vaediag_models.cards": HEAVY | QT,
    "vaediag_gui.entry": HEAVY | QT,
    "vaediag_gui.app": {"matplotlib", "sklearn", "scipy"} | HEAVY,
    "vaediag_gui.jobs.child": HEAVY | QT,
    "vaediag_gui.tasks.run": HEAVY | QT,
}


def in_new_process(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("module", WITHOUT)
def test_an_import_brings_nothing_heavy(module: str) -> None:
    loaded = in_new_process(f"import {module}, json, sys; print(json.dumps(sorted(sys.modules)))")
    assert WITHOUT[module].isdisjoint(json.loads(loaded))


def test_importing_the_library_costs_at_most_a_fifth_of_a_second() -> None:
    code = "import time; start = time.process_time(); import vaediag; print(time.process_time() - start)"
    assert min(float(in_new_process(code)) for _ in range(3)) <= 0.2


def test_help_answers_within_three_tenths_of_a_second() -> None:
    """Processor time of the whole process, so that a busy machine does not decide; best of three."""
    code = (
        "import sys, time; sys.argv = ['vaediag', '--help']\n"
        "import contextlib, io\n"
        "from vaediag.cli.main import main\n"
        "with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit): main()\n"
        "print(time.process_time())"
    )
    assert min(float(in_new_process(code)) for _ in range(3)) <= 0.3


def test_every_public_name_can_be_fetched_and_stays_what_it_is() -> None:
    """`vaediag.diagnose` is a function also after something has imported the module of that name."""
    import vaediag as vd

    for module in ("vaediag.diagnose", "vaediag.compare", "vaediag.pixel", "vaediag.pixel_calibration"):
        importlib.import_module(module)
    for name in (
        *("compare", "diagnose", "from_callables", "from_model", "grid", "interpolate", "load", "load_diagnosis"),
        *("look", "pixel", "pixel_calibration", "save", "traverse", "verify_loss", "write_report"),
    ):
        assert isinstance(getattr(vd, name), FunctionType), name
        assert name in dir(vd)
    for name in ("datasets", "errors", "likelihoods", "posteriors", "priors"):
        assert isinstance(getattr(vd, name), ModuleType), name
    assert isinstance(vd.VAE, type)
    assert vd.__version__[0].isdigit()


def test_an_unknown_name_is_an_attribute_error() -> None:
    import vaediag

    with pytest.raises(AttributeError, match="no attribute 'diagnoze'"):
        vaediag.diagnoze  # type: ignore[attr-defined]  # noqa: B018
