"""The grey levels that all pictures of one report share."""

from __future__ import annotations

from vaediag.records.diagnosis import Diagnosis
from vaediag.report.paint import grey_levels


def levels_of(diagnosis: Diagnosis) -> tuple[float, float] | None:
    """The values of x drawn black and white, from the images shown in the report; None without pictures."""
    if diagnosis.pictures is None:
        return None
    return grey_levels(diagnosis.pictures.reconstructions.x, diagnosis.pictures.worst.x)
