"""A training watched, as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from vaediag.outward.packages import needed
from vaediag.records.history import SIGMA_LEVELS, History, Series

if TYPE_CHECKING:
    from pandas import DataFrame

ERROR = "_standard_error"


def to_pandas(history: History) -> dict[str, DataFrame]:
    """The history as tables.

    - `diagnoses`: one row per diagnosis, by its step: epoch, elapsed and cost (seconds), each number with its
      `_standard_error`, `sigma_0.01` to `sigma_0.99` (quantiles), `loss.NAME` as the training loop reported it,
      `trouble` where a diagnosis has no numbers.
    - `latents`: one row per diagnosis (by step) and latent: `kl` and its error, nats.
    - `findings`: one row per finding of a diagnosis, with its step, the gravest first.

    Raises:
        InputError: pandas is not installed.
    """
    pandas = needed("pandas", "History.to_pandas")
    step = pandas.Index(history.step, name="step")
    columns = {name: getattr(history, name) for name in ("epoch", "elapsed", "cost")}
    for name in ("elbo", "rate", "distortion", "dispersion", "miscalibration_area", "tail_weight"):
        series: Series = getattr(history, name)
        columns |= {name: series.value, name + ERROR: series.standard_error}
    columns |= {"active": history.active, "postponed": history.postponed}
    sigma = np.asarray(history.sigma).reshape(len(history), -1)
    columns |= {f"sigma_{level:g}": sigma[:, place] for place, level in enumerate(SIGMA_LEVELS[: sigma.shape[1]])}
    columns |= {f"loss.{name}": values for name, values in history.losses.items()}
    columns["trouble"] = np.array(history.trouble or ("",) * len(history))
    each = pandas.MultiIndex.from_product([history.step, range(history.latent_dim)], names=("step", "latent"))
    severities = history.severities or tuple(("",) * len(ids) for ids in history.findings)
    found = [
        {"step": int(at), "epoch": float(epoch), "id": finding, "severity": severity}
        for at, epoch, ids, grave in zip(history.step, history.epoch, history.findings, severities, strict=False)
        for finding, severity in zip(ids, grave, strict=True)
    ]
    return {
        "diagnoses": pandas.DataFrame(columns, index=step),
        "latents": pandas.DataFrame({"kl": np.ravel(history.kl), "kl" + ERROR: np.ravel(history.kl_error)}, index=each),
        "findings": pandas.DataFrame(found, columns=["step", "epoch", "id", "severity"]),
    }
