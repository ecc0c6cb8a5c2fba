"""Two diagnosed models, "toy" and "rival", for tests of Compare."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from tests.gui import builders
from vaediag.records.comparison import Comparison, Difference
from vaediag.records.diagnosis import DataInfo, ModelInfo
from vaediag.records.estimate import Estimate
from vaediag_gui.state.answers import Answers, HelperState
from vaediag_gui.state.wish import Wish

WISH = Wish(model="toy", data="toy-data", other="rival", image=2, tab="compare")


def diagnosis(name: str, source: str | None = "same") -> Any:
    model = ModelInfo(name, name if source == "same" else source, 3, (4, 5, 1), "normal", "normal", "standard normal")
    return SimpleNamespace(model=model, data=DataInfo("toy-data", None, None, 20, "", "none"), seed=0)


def difference(name: str, first: float, second: float, error: float | None = 1.0, **changes: Any) -> Difference:
    given: dict[str, Any] = {
        "name": name, "first": first, "second": second,
        "difference": Estimate(second - first, error, "nats per image"),
        "images": 20, "dropped": 0, "better": "second", "judged": "higher",
    }  # fmt: skip
    return Difference(**{**given, **changes})


def comparison(*differences: Difference) -> Comparison:
    rows = differences or (difference("elbo", -90.0, -80.0),)
    return Comparison("toy", "rival", "toy-data", 20, rows, ("Differences are second − first.",))


def known(**changes: Any) -> Answers:
    given = {"model": builders.facts(), "data": builders.data_facts(), "viewer": HelperState("ready")}
    return Answers(**{**given, **changes})
