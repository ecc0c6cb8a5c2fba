"""Questions, answers, deaths and patience, with helpers that do what they are told."""

from __future__ import annotations

import os
import random
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from vaediag_gui.jobs.ask import ask

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="signals and /proc")


def test_an_answer_carries_its_question_fields_and_arrays(heard: Any) -> None:
    asked = heard.ask("look", value="ü", z=(0.5,))
    heard.until(lambda: heard.answers)
    question, fields, arrays = heard.answers[0]
    assert question == asked
    assert fields["echo"] == {"value": "ü", "z": [0.5]}
    assert fields["task"] == "look"
    assert arrays["undefined"].shape == ()


def test_an_equal_question_is_not_asked_again_unless_by_force(heard: Any) -> None:
    heard.ask("look", n=1)
    heard.ask("look", n=1)
    heard.until(lambda: len(heard.answers) == 1)
    heard.ask("look", n=1)
    last = heard.ask("anchor", n=2)
    heard.until(lambda: heard.answered(last))
    assert len(heard.answers) == 2
    heard.ask("look", n=1, force=True)
    heard.until(lambda: len(heard.answers) == 3)


def test_the_newest_question_wins_within_its_lane(heard: Any, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    heard.ask("model", do="wait", file=str(gate))
    questions = [heard.ask("anchor", n=n) for n in range(100)]
    gate.touch()
    heard.until(lambda: heard.answered(questions[-1]))
    assert heard.of("anchor") == [questions[-1]]
    assert len(heard.of("model")) == 1


def test_while_a_slider_moves_pictures_arrive_in_order_and_the_newest_last(heard: Any) -> None:
    questions = [heard.ask("look", n=0)]

    def ask_on_every_answer(question: Any, *_: Any) -> None:
        if question.lane == "look" and len(questions) < 200:
            questions.extend(heard.ask("look", n=len(questions) + extra) for extra in range(3))

    heard.supervisor.answered.connect(ask_on_every_answer)
    heard.until(lambda: len(questions) >= 200 and heard.answered(questions[-1]))
    order = [question.arguments["n"] for question in heard.of("look")]
    assert order == sorted(set(order))
    assert any(n % 3 == 1 for n in order), "pictures on the way, although a newer question waits"
    assert len(order) < len(questions), "no backlog"


def test_a_dropped_question_is_not_heard_of_and_not_worked_on(heard: Any, tmp_path: Path) -> None:
    gate, trace = tmp_path / "gate", tmp_path / "trace"
    heard.ask("anchor", do="wait", file=str(gate))
    heard.until(lambda: heard.progress)
    heard.ask("thumbnails", do="touch", file=str(trace))
    heard.supervisor.drop("thumbnails")
    heard.supervisor.drop("anchor")
    last = heard.ask("pair", n=1)
    gate.touch()
    heard.until(lambda: heard.answered(last))
    assert [question.lane for question, _, _ in heard.answers] == ["pair"]
    assert not trace.exists()


def test_what_does_not_follow_from_the_wish_any_more_is_dropped(heard: Any, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    before = {"look": ask("look", do="wait", file=str(gate)), "anchor": ask("anchor", n=1)}
    heard.supervisor.ask_all(before)
    heard.until(lambda: heard.progress)
    small = heard.ask("thumbnails", n=1)
    now = {"model": ask("model", n=1), "look": before["look"]}
    heard.supervisor.ask_all(now)
    gate.touch()
    heard.until(lambda: len(heard.answers) == 3)
    last = heard.ask("pair", n=1)
    heard.until(lambda: heard.answered(last))
    assert {asked for asked, _, _ in heard.answers} == {*now.values(), small, last}


def test_an_error_is_one_sentence_and_the_helper_goes_on(heard: Any) -> None:
    asked = heard.ask("look", do="raise", type="ValueError", message="no such thing\nwith a second line")
    heard.until(lambda: heard.failures)
    assert heard.failures == [(asked, "ValueError: no such thing (while decoding one z)", False)]
    heard.ask("pixel", do="not JSON")
    heard.until(lambda: len(heard.failures) == 2)
    assert heard.failures[1][1].startswith("ValueError")
    last = heard.ask("look", n=1)
    heard.until(lambda: heard.answered(last))
    assert "restarting" not in heard.phases("viewer")


def test_nothing_that_is_printed_breaks_the_messages(heard: Any) -> None:
    heard.ask("look", do="print")
    heard.until(lambda: heard.answers)
    assert heard.answers[0][1]["input_ended"]
    last = heard.ask("look", n=1)
    heard.until(lambda: heard.answered(last))


def test_progress_is_thinned_but_its_end_arrives(heard: Any) -> None:
    asked = heard.ask("diagnose", do="work")
    heard.until(lambda: heard.answered(asked))
    steps = [done for question, _, done, _ in heard.progress if question == asked]
    assert steps[-1] == 1000
    assert len(steps) < 500
    assert steps == sorted(steps)


# ---- deaths ---------------------------------------------------------------------------------------------------------


def test_killed_at_any_moment_the_newest_question_is_answered(heard: Any) -> None:
    rng = random.Random(0)
    asked = heard.ask("look", n=-1)
    for kill in range(20):
        before = len(heard.answers)
        for n in range(rng.randrange(1, 6)):
            asked = heard.ask("look", kill=kill, n=n)
            heard.ask("anchor", kill=kill, n=n)
        enough = before + rng.randrange(3)
        heard.until(lambda enough=enough: len(heard.answers) >= enough)
        pid = heard.supervisor.pid("viewer")
        if pid:
            os.kill(pid, signal.SIGKILL)
        if rng.random() < 0.5:
            asked = heard.ask("look", kill=kill, n="after")
        heard.until(lambda asked=asked: heard.answered(asked))
    heard.until(lambda: heard.supervisor.state("viewer").phase == "ready")
    assert not [failure for failure in heard.failures if failure[2]]
    assert heard.of("look")[-1] == asked


def test_a_question_is_repeated_once_after_a_death(heard: Any, tmp_path: Path) -> None:
    asked = heard.ask("look", do="die once", file=str(tmp_path / "flag"))
    heard.until(lambda: heard.answered(asked))
    assert heard.failures == []
    said = [state.detail for name, state in heard.states if state.phase == "restarting"]
    assert "killed" in said[0]
    assert heard.supervisor.state("viewer").phase == "ready"


def test_a_question_that_kills_twice_is_named_and_given_up_while_other_lanes_go_on(heard: Any) -> None:
    other = heard.ask("walk", n=1)
    deadly = heard.ask("look", do="die", model="digits")
    heard.until(lambda: heard.failures)
    question, sentence, fatal = heard.failures[0]
    assert (question, fatal) == (deadly, True)
    assert "decoding one z (digits)" in sentence
    assert "twice" in sentence
    last = heard.ask("walk", n=2)
    heard.until(lambda: heard.answered(last))
    assert heard.answered(other) or last in heard.of("walk")
    deaths = heard.phases("viewer").count("restarting")
    assert deaths == 2
    # the same again, then something else and the same again: said, not asked
    heard.ask("look", do="die", model="digits")
    fine = heard.ask("look", n=3)
    heard.until(lambda: heard.answered(fine))
    heard.ask("look", do="die", model="digits")
    assert [failure[2] for failure in heard.failures] == [True, True]
    last = heard.ask("walk", n=4)
    heard.until(lambda: heard.answered(last))
    assert heard.phases("viewer").count("restarting") == deaths


def test_try_again_asks_even_a_deadly_question(heard: Any) -> None:
    heard.ask("look", do="die")
    heard.until(lambda: heard.failures)
    deaths = heard.phases("viewer").count("restarting")
    heard.ask("look", do="die", force=True)
    heard.until(lambda: len(heard.failures) == 2)
    assert heard.phases("viewer").count("restarting") == deaths + 2


def test_a_helper_that_never_gets_ready_is_given_up_with_its_last_words(hear: Any) -> None:
    heard = hear(viewer=[sys.executable, "-c", "import sys; sys.exit('tensorflow: no room left')"])
    heard.supervisor.start()
    heard.ask("look", n=1)
    heard.until(lambda: heard.supervisor.state("viewer").phase == "given up")
    assert "no room left" in heard.supervisor.state("viewer").detail
    assert "3 times" in heard.supervisor.state("viewer").detail
    heard.ask("look", n=2)
    assert heard.supervisor.pid("viewer") == 0
    heard.supervisor.restart("viewer")
    assert heard.supervisor.state("viewer").phase == "restarting"


def test_a_program_that_is_not_there_is_given_up_too(hear: Any) -> None:
    heard = hear(viewer=["/nowhere/python"])
    heard.supervisor.start()
    heard.until(lambda: heard.supervisor.state("viewer").phase == "given up")
    assert "could not be started" in heard.supervisor.state("viewer").detail


def test_a_helper_that_talks_nonsense_is_started_again(hear: Any) -> None:
    nonsense = "import sys, time; sys.stdout.buffer.write(bytes(99)); sys.stdout.flush(); time.sleep(99)"
    heard = hear(viewer=[sys.executable, "-c", nonsense])
    heard.supervisor.start()
    heard.until(lambda: heard.supervisor.state("viewer").phase == "given up")
    assert "no message" in heard.supervisor.state("viewer").detail


# ---- patience and endings -------------------------------------------------------------------------------------------


def test_silence_is_said_and_so_is_its_end(heard: Any) -> None:
    asked = heard.ask("look", do="stop")
    heard.until(lambda: heard.supervisor.state("viewer").phase == "silent")
    assert "restart" in heard.supervisor.state("viewer").detail
    os.kill(heard.supervisor.pid("viewer"), signal.SIGCONT)
    heard.until(lambda: heard.answered(asked))
    heard.until(lambda: heard.supervisor.state("viewer").phase == "ready")


def test_states_from_start_to_work(heard: Any, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    asked = heard.ask("walk", do="wait", file=str(gate))
    heard.until(lambda: heard.supervisor.state("viewer").phase == "busy")
    assert heard.supervisor.state("viewer").detail == "the traversal"
    gate.touch()
    heard.until(lambda: heard.answered(asked))
    assert heard.phases("viewer") == ["starting", "starting", "ready", "busy", "ready"]
    assert ("viewer", "warming up") in [(name, state.detail) for name, state in heard.states]
    assert heard.phases("analyst") == []


def test_quick_answers_do_not_make_the_state_flicker(heard: Any) -> None:
    for n in range(50):
        asked = heard.ask("look", n=n)
        heard.until(lambda asked=asked: heard.answered(asked))
    assert "busy" not in heard.phases("viewer")


def test_cancel_answers_within_half_a_second_and_ends_the_whole_family(heard: Any, qtbot: Any, gone: Any) -> None:
    heard.ask("diagnose", do="family")
    heard.until(lambda: heard.progress)
    pid, kin = heard.supervisor.pid("analyst"), int(heard.progress[0][1])
    with qtbot.waitSignal(
        heard.supervisor.state_changed, timeout=500, check_params_cb=lambda _, state: state.phase == "off"
    ):
        heard.supervisor.cancel("diagnose")
    qtbot.waitUntil(lambda: gone(pid) and gone(kin), timeout=500)
    last = heard.ask("diagnose", n=1)
    heard.until(lambda: heard.answered(last))
    assert heard.of("diagnose") == [last]
    assert "restarting" not in heard.phases("analyst"), "quietly"


def test_cancel_of_one_lane_leaves_the_other_one_asked(heard: Any) -> None:
    heard.ask("diagnose", do="hang")
    heard.until(lambda: heard.progress)
    other = heard.ask("export", n=1)
    heard.supervisor.cancel("diagnose")
    heard.until(lambda: heard.answered(other))
    assert heard.failures == []


def test_cancel_of_a_question_that_waits_does_not_stop_the_one_at_work(heard: Any, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    asked = heard.ask("diagnose", do="wait", file=str(gate))
    heard.until(lambda: heard.progress)
    pid = heard.supervisor.pid("analyst")
    heard.ask("export", do="touch", file=str(tmp_path / "trace"))
    heard.supervisor.cancel("export")
    gate.touch()
    heard.until(lambda: heard.answered(asked))
    assert heard.supervisor.pid("analyst") == pid
    assert not (tmp_path / "trace").exists()


def test_an_idle_analyst_that_dies_is_not_missed(heard: Any) -> None:
    asked = heard.ask("diagnose", n=1)
    heard.until(lambda: heard.answered(asked))
    os.kill(heard.supervisor.pid("analyst"), signal.SIGKILL)
    heard.until(lambda: heard.supervisor.state("analyst").phase == "off")
    asked = heard.ask("diagnose", n=2)
    heard.until(lambda: heard.answered(asked))


def test_restart_asks_again_what_was_under_way(heard: Any, gone: Any, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    asked = heard.ask("look", do="wait", file=str(gate))
    heard.until(lambda: heard.progress)
    pid = heard.supervisor.pid("viewer")
    heard.supervisor.restart("viewer")
    gate.touch()
    heard.until(lambda: heard.answered(asked) and gone(pid))
    assert heard.failures == []


@pytest.mark.parametrize(
    ("doing", "phase"), [("echo", "ready"), ("hang", "busy"), ("stop", "silent"), ("hold", "silent")]
)
def test_close_ends_both_whatever_they_do(hear: Any, gone: Any, doing: str, phase: str) -> None:
    heard = hear()
    heard.supervisor.start()
    for lane, helper in (("look", "viewer"), ("diagnose", "analyst")):
        heard.ask(lane, do=doing)
        heard.until(lambda helper=helper: heard.supervisor.state(helper).phase == phase)
    pids = [heard.supervisor.pid(helper) for helper in ("viewer", "analyst")]
    assert all(pids)
    heard.supervisor.close()
    assert all(gone(pid) for pid in pids)
    assert heard.failures == []
    heard.ask("look", n="late")
    heard.supervisor.restart("viewer")
    heard.supervisor.close()
    assert not any(heard.supervisor.pid(helper) for helper in ("viewer", "analyst")), "closed is closed"
