"""The questions that wait in a helper."""

from __future__ import annotations

import threading

from vaediag_gui.jobs.inbox import Inbox


def question(lane: str, number: int = 1, task: str = "") -> dict[str, object]:
    return {"lane": lane, "generation": number, "task": task or lane}


def test_the_most_urgent_lane_comes_first_with_its_newest_question() -> None:
    inbox = Inbox(("model", "look"))
    inbox.put(question("look", 1))
    inbox.put(question("look", 2))
    inbox.put(question("model", 3))
    assert [inbox.take(wait=0), inbox.take(wait=0), inbox.take(wait=0)] == [
        question("model", 3), question("look", 2), None,
    ]  # fmt: skip


def test_only_tasks_that_are_asked_for() -> None:
    inbox = Inbox(("model", "data"))
    inbox.put(question("model"))
    assert inbox.take(tasks=("data",), wait=0) is None
    inbox.put(question("data"))
    assert inbox.take(tasks=("data",), wait=0) == question("data")
    assert inbox.take(wait=0) == question("model")


def test_forget_and_lanes_of_others() -> None:
    inbox = Inbox(("look",))
    inbox.put(question("look"))
    inbox.put({"lane": "look", "forget": True})
    inbox.put(question("diagnose"))
    inbox.put({})
    assert inbox.take(wait=0) is None


def test_a_waiting_worker_is_woken() -> None:
    inbox, found = Inbox(("look",)), []
    worker = threading.Thread(target=lambda: found.append(inbox.take()))
    worker.start()
    inbox.put(question("look"))
    worker.join(10)
    assert found == [question("look")]
