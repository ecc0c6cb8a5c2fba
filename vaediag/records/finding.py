"""Numbers turned into sentences."""

from __future__ import annotations

from dataclasses import dataclass

SEVERITIES = ("info", "warning", "problem")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong (or worth knowing).

    Attributes:
        id: the rule's name, stable: "scale", "encoder", "audit.grey", ...
        severity: "info", "warning" or "problem".
        where: the section of the diagnosis and the place in it: "calibration.corrected", "latent 3".
        title: one short sentence.
        evidence: the numbers with their standard errors.
        meaning: what that means for the user of the model.
        try_: what to do next ("try" in the JSON).
        figure: name of the report picture that shows it, or None.
        definition: the page that defines what was measured (`vaediag explain NAME`), "" if there is none.
    """

    id: str
    severity: str
    where: str
    title: str
    evidence: str
    meaning: str
    try_: str
    figure: str | None = None
    definition: str = ""
