"""Questions answered in this process, through frames, as the window would see the answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from vaediag_gui.jobs.ask import ask
from vaediag_gui.jobs.frames import Unpacker, pack
from vaediag_gui.jobs.records import record_of
from vaediag_gui.tasks.run import Tasks


@pytest.fixture(scope="module")
def tasks() -> Tasks:
    """One helper's tasks; the model and the data are opened once per module."""
    return Tasks()


@pytest.fixture
def answer(tasks: Tasks) -> Callable[..., Any]:
    """`answer(lane, **arguments)`: the record. Arguments pass through JSON, fields and arrays through a frame."""

    def answered(lane: str, **arguments: Any) -> Any:
        question = ask(lane, **arguments)
        fields, arrays = tasks.run(question.task, question.arguments, lambda *_: None)
        assert all(isinstance(array, np.ndarray) for array in arrays.values())
        ((header, received),) = Unpacker().feed(pack({"fields": fields}, arrays))
        return record_of(lane, header["fields"], received)

    return answered
