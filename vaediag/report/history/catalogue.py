"""The pictures of a training's report, in the order in which a person should meet them."""

from __future__ import annotations

from vaediag.report.history import calibration, evidence, findings, latents, losses, pictures, sigma
from vaediag.report.history.timeline import HistoryPanel

PANELS: tuple[HistoryPanel, ...] = tuple(
    module.PANEL for module in (findings, evidence, latents, calibration, sigma, losses, pictures)
)
