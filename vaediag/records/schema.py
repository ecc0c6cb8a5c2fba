"""`Diagnosis` as diagnosis.json (schema 1) names things: in the order in which a person looks for it."""

from __future__ import annotations

from typing import Any

from vaediag.records.codec import check_schema, decode, encode
from vaediag.records.consistency import check_consistent
from vaediag.records.diagnosis import SCHEMA, Diagnosis
from vaediag.records.estimate import Array

_FIRST = ("schema", "versions", "seed", "chunk", "excluded", "model", "data", "evidence", "calibration", "variance")
_FIRST += ("collapse", "independence", "audit", "findings", "why_not")


def to_tree(diagnosis: Diagnosis) -> tuple[dict[str, Any], dict[str, Array]]:
    """A diagnosis as (the tree of diagnosis.json, the arrays of diagnosis.npz)."""
    tree, arrays = encode(diagnosis)
    return {**{name: tree[name] for name in _FIRST}, **tree}, arrays


def from_tree(tree: Any, arrays: dict[str, Array]) -> Diagnosis:
    """The diagnosis that `to_tree` wrote. Raises InputError when it is damaged, or of another schema."""
    check_schema(tree, SCHEMA, "diagnosis", "vaediag")
    diagnosis = decode(Diagnosis, tree, arrays)
    check_consistent(diagnosis)
    return diagnosis
