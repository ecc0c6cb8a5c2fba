"""Where a picture came from: the line at the foot of every figure. And whether its data allow a verdict at all."""

from __future__ import annotations

from dataclasses import dataclass

from vaediag.findings.data import spoiled
from vaediag.records.diagnosis import DataInfo, Diagnosis
from vaediag.records.tables import noun
from vaediag.report.words import plain, plural


@dataclass(frozen=True, slots=True)
class Stamp:
    """Model, data and seed, as text that matplotlib can draw.

    Attributes:
        data: empty for pictures that need no data.
        void: the data do not fit the likelihood, so that calibration and variance cannot be judged.
        doubted: the corrected codes are not reliable, which every picture that shows them says (`conditionings`).
    """

    model: str
    data: str
    seed: int
    void: bool = False
    doubted: bool = False

    def line(self) -> str:
        data = [f"data {self.data}"] if self.data else []
        return "   ·   ".join([f"model {self.model}", *data, f"seed {self.seed}"])

    def verdict(self, sentence: str) -> str:
        """The sentence, or why there can be none."""
        return VOID if self.void else sentence


VOID = "These numbers cannot be judged: the data do not fit the likelihood (see the findings)"


def stamp_of(diagnosis: Diagnosis) -> Stamp:
    model = f"{plain(diagnosis.model.name, 48)} ({plain(diagnosis.model.likelihood, 48)})"
    run, void = diagnosis.evidence.corrected, spoiled(diagnosis) is not None
    doubted = run is not None and not run.reliable
    return Stamp(model, plain(data_words(diagnosis.data, noun(diagnosis)), 90), diagnosis.seed, void, doubted)


def data_words(data: DataInfo, unit: str = "image") -> str:
    """`digits, test split, 450 images`; `unit` is what one x is called."""
    split = [f"{data.split} split"] if data.split else []
    return ", ".join([data.name, *split, plural(data.count, unit)])
