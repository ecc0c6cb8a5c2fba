"""The bookkeeping of questions, against a model of it: whatever happens, the newest is sent and heard, once."""

from __future__ import annotations

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from vaediag_gui.jobs.ask import VIEWER, Ask, ask
from vaediag_gui.jobs.lanes import Lanes, streamed


def travelling(lanes: Lanes) -> dict[str, tuple[int, Ask]]:
    """Send what can be sent; the questions by lane."""
    return {asked.lane: (number, asked) for number, asked in lanes.sendable()}


def test_one_question_of_a_lane_travels_and_the_newest_waits() -> None:
    lanes = Lanes(VIEWER)
    first, second, third = (ask("anchor", n=n) for n in range(3))
    assert lanes.ask(first)
    ((number, _),) = travelling(lanes).values()
    assert lanes.ask(second)
    assert lanes.ask(third)
    assert not travelling(lanes)
    assert lanes.ended("anchor", number) is None, "superseded, and a lane that is not streamed"
    assert travelling(lanes)["anchor"] == (number + 1, third)
    assert lanes.ended("anchor", number + 1) == third
    assert not lanes.pending


def test_the_most_urgent_lane_is_sent_first() -> None:
    lanes = Lanes(VIEWER)
    for lane in ("pair", "look", "model"):
        lanes.ask(ask(lane))
    assert [asked.lane for _, asked in lanes.sendable()] == ["model", "look", "pair"]


def test_going_back_to_the_question_that_travels_sends_nothing() -> None:
    lanes = Lanes(VIEWER)
    lanes.ask(ask("anchor", n=1))
    ((number, first),) = travelling(lanes).values()
    lanes.ask(ask("anchor", n=2))
    assert not lanes.ask(first)
    assert lanes.ended("anchor", number) == first
    assert not travelling(lanes)


def test_a_dropped_question_is_late_even_if_the_lane_is_asked_again() -> None:
    lanes = Lanes(VIEWER)
    lanes.ask(ask("look", n=1))
    ((number, first),) = travelling(lanes).values()
    assert lanes.drop("look")
    assert not lanes.drop("look")
    assert lanes.ended("look", number) is None
    assert lanes.ask(first), "nothing is wanted of it any more, so it is new"


def test_only_the_question_at_work_is_blamed_for_a_death() -> None:
    lanes = Lanes(VIEWER)
    lanes.ask(ask("look"))
    lanes.ask(ask("walk"))
    numbers = travelling(lanes)
    for _ in range(2):
        lanes.begun("look", numbers["look"][0])
        killer = lanes.died()
        numbers = travelling(lanes)
    assert killer == ask("look")
    assert set(numbers) == {"walk"}


def test_a_dropped_question_that_kills_is_not_taken_for_the_next_one() -> None:
    lanes = Lanes(VIEWER)
    for _ in range(3):
        lanes.ask(ask("look", z=1))
        ((number, _),) = travelling(lanes).values()
        lanes.begun("look", number)
        lanes.drop("look")
        lanes.ask(ask("look", z=2))
        travelling(lanes)
        assert lanes.died() is None
        lanes.drop("look")


def test_deaths_count_for_one_question_only() -> None:
    lanes = Lanes(VIEWER)
    for n in range(4):
        lanes.ask(ask("look", n=n))
        ((number, _),) = travelling(lanes).values()
        lanes.begun("look", number)
        assert lanes.died() is None


def test_an_answer_clears_a_suspicion() -> None:
    lanes = Lanes(VIEWER)
    asked = ask("look")
    for _ in range(3):
        lanes.ask(asked, force=True)
        number = travelling(lanes)["look"][0]
        lanes.begun("look", number)
        assert lanes.died() is None
        number = travelling(lanes)["look"][0]
        lanes.begun("look", number)
        assert lanes.ended("look", number) == asked


def test_what_was_given_up_is_asked_by_force_only() -> None:
    lanes = Lanes(VIEWER)
    lanes.ask(ask("look"))
    lanes.give_up(ask("look"), "It kills.")
    lanes.drop("look")
    assert not lanes.ask(ask("look"))
    assert lanes.fatal(ask("look")) == "It kills."
    assert lanes.ask(ask("look"), force=True)
    assert lanes.fatal(ask("look")) is None


@pytest.mark.parametrize(
    ("older", "newer", "worth_showing"),
    [
        (ask("look", model="a", z=[1]), ask("look", model="a", z=[2]), True),
        (ask("look", model="a", z=[1]), ask("look", model="b", z=[1]), False),
        (ask("look", model="a", views=["mean"]), ask("look", model="a", views=["mode"]), False),
        (ask("walk", model="a", kind="grid"), ask("walk", model="a", kind="traversal"), False),
        (ask("thumbnails", data="d", indices=[1]), ask("thumbnails", data="d", indices=[2]), True),
        (ask("thumbnails", data="d", indices=[1]), ask("thumbnails", data="e", indices=[1]), False),
        (ask("anchor", model="a", image=1), ask("anchor", model="a", image=2), False),
        (ask("look", model="a"), ask("pixel", model="a"), False),
    ],
)
def test_which_older_answers_are_shown_on_the_way(older: Ask, newer: Ask, worth_showing: bool) -> None:
    assert streamed(older, newer) is worth_showing


class Life(RuleBasedStateMachine):
    """Any order of questions, answers, drops and deaths of one lane that is not streamed, and one that is."""

    def __init__(self) -> None:
        super().__init__()
        self.lanes = Lanes(VIEWER)
        self.with_helper: list[tuple[str, int, Ask]] = []
        self.wanted: dict[str, Ask] = {}
        self.heard: dict[str, Ask] = {}

    def _send(self) -> None:
        self.with_helper += [(asked.lane, number, asked) for number, asked in self.lanes.sendable()]

    @rule(lane=st.sampled_from(["look", "anchor"]), n=st.integers(0, 3))
    def asks(self, lane: str, n: int) -> None:
        self.wanted[lane] = ask(lane, n=n)
        self.lanes.ask(self.wanted[lane])
        self._send()

    @rule(lane=st.sampled_from(["look", "anchor"]))
    def drops(self, lane: str) -> None:
        self.lanes.drop(lane)
        self.wanted.pop(lane, None)
        self.heard.pop(lane, None)
        self._send()

    @precondition(lambda self: self.with_helper)
    @rule(data=st.data())
    def answers(self, data: st.DataObject) -> None:
        lane, number, asked = self.with_helper.pop(data.draw(st.integers(0, len(self.with_helper) - 1)))
        found = self.lanes.ended(lane, number)
        if found is not None:
            assert found == asked
            assert lane in self.wanted
            assert found == self.wanted[lane] or lane == "look"
            self.heard[lane] = found
        self._send()

    @rule()
    def dies_idle(self) -> None:
        self.with_helper.clear()
        assert self.lanes.died() is None
        self._send()

    @invariant()
    def whatever_is_wanted_was_heard_or_is_with_the_helper(self) -> None:
        current = {
            lane: asked for lane, number, asked in self.with_helper if self.lanes.lanes[lane].travelling == asked
        }
        for lane, asked in self.wanted.items():
            waits = self.lanes.lanes[lane].waiting and lane in current
            assert self.heard.get(lane) == asked or current.get(lane) == asked or waits


TestLife = Life.TestCase
