"""Shows and checks what a VAE decoder really outputs: a distribution p(x | z).

    import vaediag as vd

    vae = vd.load("digits-normal-image")
    images = vd.datasets.load("digits")
    print(vd.diagnose(vae, images))

Importing this package loads nothing: every name is fetched on first use, because TensorFlow alone takes seconds and
even NumPy takes longer than `vaediag --help` may.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vaediag import datasets as datasets
    from vaediag import errors as errors
    from vaediag.bundle.save import save as save
    from vaediag.compare import compare as compare
    from vaediag.diagnose import diagnose as diagnose
    from vaediag.heads import likelihoods as likelihoods
    from vaediag.heads import posteriors as posteriors
    from vaediag.heads import priors as priors
    from vaediag.io.diagnosis import load_diagnosis as load_diagnosis
    from vaediag.io.diagnosis import save_diagnosis as save_diagnosis
    from vaediag.io.history import load_history as load_history
    from vaediag.io.history import save_history as save_history
    from vaediag.pixel import pixel as pixel
    from vaediag.pixel_calibration import pixel_calibration as pixel_calibration
    from vaediag.prepared import prepare as prepare
    from vaediag.registry import load as load
    from vaediag.report import plots as plots
    from vaediag.report.write import write_report as write_report
    from vaediag.scale import estimate_scale as estimate_scale
    from vaediag.training.monitor import Monitor as Monitor
    from vaediag.training.verify import verify_loss as verify_loss
    from vaediag.traversal import grid as grid
    from vaediag.traversal import interpolate as interpolate
    from vaediag.traversal import look as look
    from vaediag.traversal import traverse as traverse
    from vaediag.vae import VAE as VAE
    from vaediag.vae import from_callables as from_callables
    from vaediag.vae import from_model as from_model
    from vaediag.wrap import wrap as wrap

    __version__: str
else:
    # public name -> (module, attribute), or (module, None) where the name is the module itself
    _PUBLIC = {
        "Monitor": ("vaediag.training.monitor", "Monitor"),
        "VAE": ("vaediag.vae", "VAE"),
        "compare": ("vaediag.compare", "compare"),
        "datasets": ("vaediag.datasets", None),
        "diagnose": ("vaediag.diagnose", "diagnose"),
        "errors": ("vaediag.errors", None),
        "estimate_scale": ("vaediag.scale", "estimate_scale"),
        "from_callables": ("vaediag.vae", "from_callables"),
        "from_model": ("vaediag.vae", "from_model"),
        "grid": ("vaediag.traversal", "grid"),
        "interpolate": ("vaediag.traversal", "interpolate"),
        "likelihoods": ("vaediag.heads.likelihoods", None),
        "load": ("vaediag.registry", "load"),
        "load_diagnosis": ("vaediag.io.diagnosis", "load_diagnosis"),
        "load_history": ("vaediag.io.history", "load_history"),
        "look": ("vaediag.traversal", "look"),
        "pixel": ("vaediag.pixel", "pixel"),
        "pixel_calibration": ("vaediag.pixel_calibration", "pixel_calibration"),
        "plots": ("vaediag.report.plots", None),
        "posteriors": ("vaediag.heads.posteriors", None),
        "prepare": ("vaediag.prepared", "prepare"),
        "priors": ("vaediag.heads.priors", None),
        "save": ("vaediag.bundle.save", "save"),
        "save_diagnosis": ("vaediag.io.diagnosis", "save_diagnosis"),
        "save_history": ("vaediag.io.history", "save_history"),
        "traverse": ("vaediag.traversal", "traverse"),
        "verify_loss": ("vaediag.training.verify", "verify_loss"),
        "wrap": ("vaediag.wrap", "wrap"),
        "write_report": ("vaediag.report.write", "write_report"),
    }

    def __getattr__(name):
        from importlib import import_module

        if name == "__version__":
            from importlib.metadata import version

            return version("vaediag")
        if name not in _PUBLIC:
            raise AttributeError(f"module 'vaediag' has no attribute {name!r}")
        module, attribute = _PUBLIC[name]
        loaded = import_module(module)
        return loaded if attribute is None else getattr(loaded, attribute)

    def __dir__():
        return sorted([*globals(), *_PUBLIC, "__version__"])

    class _Package(ModuleType):
        """`vaediag.diagnose` stays the function: importing the module of that name would otherwise put itself there."""

        def __setattr__(self, name, value):
            if not (isinstance(value, ModuleType) and _PUBLIC.get(name, ("", None))[1] is not None):
                super().__setattr__(name, value)

    sys.modules[__name__].__class__ = _Package
