"""The loop of a helper process: questions come in on standard input, events go out on what was standard output.

Three threads: one reads, one says every second that the process is alive, and the main one works.
"""

from __future__ import annotations

import os
import sys
import threading
import time
import traceback
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from vaediag_gui.jobs.ask import named
from vaediag_gui.jobs.bond import bind
from vaediag_gui.jobs.frames import Unpacker
from vaediag_gui.jobs.inbox import Inbox, Question
from vaediag_gui.jobs.outbox import Outbox, Progress, private_stdin, private_stdout
from vaediag_gui.jobs.sentence import sentence

BEAT = 1.0  # seconds
FOLLOW_UP = 0.4  # seconds in which the window may ask more about the data before TensorFlow keeps us for seconds
READ = 2**16

Answer: TypeAlias = tuple[dict[str, Any], dict[str, np.ndarray]]
Report: TypeAlias = Callable[[str, int, int], None]
Run: TypeAlias = Callable[[str, dict[str, Any], Report], Answer]


@dataclass(frozen=True, slots=True)
class WarmUp:
    """What makes a helper ready: `stage` says it in words; `before` names tasks that need not wait for it."""

    stage: str
    call: Callable[[], object]
    before: Collection[str] = ()


def serve(lanes: Sequence[str], run: Run, *, warm: WarmUp | None = None, beat: float = BEAT) -> None:
    """Answer questions until the window goes away; never returns.

    Args:
        lanes: those of this helper, the most urgent first.
        run: `run(task, arguments, report) -> (fields, arrays)`; whatever it raises is said in the event "failed".
        warm: done once, before the event "ready".
        beat: seconds between two signs of life.
    """
    bind()
    outbox, inbox = private_stdout(), Inbox(lanes)
    threading.Thread(target=_read, args=(inbox, private_stdin()), daemon=True, name="reader").start()
    outbox.send("hello", pid=os.getpid())
    threading.Thread(target=_beat, args=(outbox, beat), daemon=True, name="beat").start()
    if warm is not None:
        _warm_up(warm, inbox, outbox, run)
    outbox.send("ready")
    while True:
        question = inbox.take()
        if question is not None:
            _answer(question, outbox, run)


def _warm_up(warm: WarmUp, inbox: Inbox, outbox: Outbox, run: Run) -> None:
    wait = 0.0
    while warm.before:
        question = inbox.take(tasks=warm.before, wait=wait)
        if question is None:
            break
        _answer(question, outbox, run)
        wait = FOLLOW_UP
    outbox.send("stage", stage=warm.stage)
    warm.call()


def _answer(question: Question, outbox: Outbox, run: Run) -> None:
    about = {"lane": question["lane"], "generation": question["generation"]}
    outbox.send("begun", **about)
    try:
        fields, arrays = run(question["task"], dict(question["arguments"]), Progress(outbox, **about))
        outbox.send("answer", arrays, **about, fields=fields)
    except Exception as error:  # of foreign networks and libraries: said to the person, the process goes on
        if os.environ.get("VAEDIAG_DEBUG"):
            traceback.print_exception(error, file=sys.stderr)
        outbox.send("failed", **about, message=sentence(error, named({**question, **_model(question)})))


def _model(question: Question) -> Mapping[str, Any]:
    """The model that a question names, for the sentence about it."""
    arguments = question["arguments"]
    return {"model": arguments.get("model") or arguments.get("address")}


def _read(inbox: Inbox, descriptor: int) -> None:
    """Questions as they arrive. The end of standard input means that the window is gone: so are we, at once."""
    unpacker = Unpacker()
    try:
        while data := os.read(descriptor, READ):
            for question, _ in unpacker.feed(data):
                inbox.put(question)
    finally:
        os._exit(0)


def _beat(outbox: Outbox, seconds: float) -> None:
    while True:
        time.sleep(seconds)
        outbox.send("beat")
