"""A diagnosis of a subset, with its pictures numbered as in the data, for whoever shows them to people."""

from __future__ import annotations

from dataclasses import replace

from vaediag.records.diagnosis import Diagnosis
from vaediag.records.pictures import Picked, Pictures, Reconstructions


def numbered(diagnosis: Diagnosis) -> Diagnosis:
    """The same, but that pictures name images by their numbers in the data. Only to be shown: rows count the subset."""
    pictures, data = diagnosis.pictures, diagnosis.data
    if pictures is None or data.chosen is None:
        return diagnosis

    def named(shown: Reconstructions) -> Reconstructions:
        return replace(shown, index=data.numbers(shown.index))

    def picked(found: Picked | None) -> Picked | None:
        return None if found is None else replace(found, shown=named(found.shown))

    code = pictures.one_code
    return replace(
        diagnosis,
        pictures=Pictures(
            traversal=pictures.traversal,
            one_code=code if code.image is None else replace(code, image=int(data.numbers(code.image))),
            reconstructions=named(pictures.reconstructions),
            worst=named(pictures.worst),
            posterior=pictures.posterior,
            lowest=picked(pictures.lowest),
            surprise=pictures.surprise,
            poor=picked(pictures.poor),
        ),
    )
