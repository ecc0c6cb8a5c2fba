"""Where a picture came from: the line at the foot of every figure."""

from __future__ import annotations

from dataclasses import dataclass

from vaediag.records.diagnosis import DataInfo, Diagnosis
from vaediag.report.words import plain, plural


@dataclass(frozen=True, slots=True)
class Stamp:
    """Model, data and seed, as text that matplotlib can draw; `data` is empty for pictures that need no data."""

    model: str
    data: str
    seed: int

    def line(self) -> str:
        data = [f"data {self.data}"] if self.data else []
        return "   ·   ".join([f"model {self.model}", *data, f"seed {self.seed}"])


def stamp_of(diagnosis: Diagnosis) -> Stamp:
    model = f"{plain(diagnosis.model.name, 48)} ({plain(diagnosis.model.likelihood, 48)})"
    return Stamp(model, plain(data_words(diagnosis.data), 90), diagnosis.seed)


def data_words(data: DataInfo) -> str:
    """`digits, test split, 450 images`."""
    split = [f"{data.split} split"] if data.split else []
    return ", ".join([data.name, *split, plural(data.count, "image")])
