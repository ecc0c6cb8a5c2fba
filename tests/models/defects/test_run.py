"""Planted, diagnosed, noted."""

from __future__ import annotations

import dataclasses
import time

import pytest

from vaediag_models import command
from vaediag_models.defects import run, selftest
from vaediag_models.defects.kinds import DEFECTS, EXACT
from vaediag_models.defects.run import Outcome, Task
from vaediag_models.defects.size import SMALL, Size


def test_a_wrong_sigma_is_named_and_an_exact_model_is_left_alone_each_time_the_same():
    wrong, exact = Task("σ × 1.5", SMALL, 0), Task("exact, one σ", SMALL, 0)
    first = run.perform(wrong)
    assert first.loud == {"scale"}
    assert run.perform(exact).loud == set()
    assert run.perform(wrong).findings == first.findings  # whatever was planted in between


def test_blocks_keep_models_together():
    large = Size(16, 4, 200)
    few = [Task("exact, Bernoulli", SMALL, seed) for seed in range(5)]
    many = [Task("σ × 1.1", size, seed) for seed in range(60) for size in (SMALL, large)]
    blocks = run._blocks(many + few)
    assert all(len({task.compiled for task in block}) == 1 for block in blocks)
    assert sorted(task for block in blocks for task in block) == sorted(many + few)
    assert few in blocks  # one process compiles it, for so few
    assert sum(block[0].compiled == many[0].compiled for block in blocks) == 60 / run.BLOCK
    assert blocks[0][0].size == large


def test_processes_bring_the_outcomes_back_and_keep_the_time():
    ended = time.monotonic() - 1
    assert list(run.performed([Task("exact, one σ", SMALL, 0)], processes=1, until=ended)) == []


def test_selftest_plants_every_kind():
    tasks = selftest.tasks(2)
    assert len(tasks) == len({*tasks}) == 2 * (len(DEFECTS) + selftest.EXACT_FOR_EACH * len(EXACT))
    assert tasks[: len(tasks) // 2] == selftest.tasks(1)
    assert {task.kind for task in selftest.tasks(1)} == {kind.name for kind in (*DEFECTS, *EXACT)}


@pytest.fixture
def saying(monkeypatch):
    """Let `selftest` find what it is told to, without diagnosing; the last outcome comes first, as it may."""

    def say(**instead: str):
        def performed(tasks, *, until, progress):
            del until, progress
            expected = {kind.name: kind.expected[:1] for kind in DEFECTS} | {kind.name: () for kind in EXACT}
            for task in reversed(tasks):
                ids = (instead["all_say"],) if "all_say" in instead else expected[task.kind]
                if task.seed < int(instead.get("seeds", 99)):
                    yield Outcome(task, tuple((id_, "warning") for id_ in ids), 1.0)

        monkeypatch.setattr(selftest, "performed", performed)

    return say


def test_the_command_says_that_promises_were_kept(saying, capsys):
    saying()
    command.selftest(seeds=2)
    said = capsys.readouterr().out
    assert "As promised" in said
    assert "✗" not in said
    assert f"{2 * len(DEFECTS) + 6 * len(EXACT)} diagnoses in 0 s." in said


def test_the_command_fails_where_names_are_wrong(saying, capsys):
    saying(all_say="shape")
    with pytest.raises(command.typer.Exit) as stopped:
        command.selftest(seeds=2)
    assert stopped.value.exit_code == 1
    assert "✗" in capsys.readouterr().out


def test_the_command_says_what_it_had_no_time_for(saying, capsys):
    saying(seeds="1")
    command.selftest(seeds=2)
    assert f"{len(DEFECTS) + 5 * len(EXACT)} left out for want of time" in capsys.readouterr().out


def test_too_little_time_is_no_success(saying, capsys):
    saying(seeds="0")
    with pytest.raises(command.typer.Exit) as stopped:
        command.selftest(seeds=1, seconds=10.0)
    assert stopped.value.exit_code == 1
    said = capsys.readouterr().out
    assert f"too little time to tell: {len(DEFECTS) + len(EXACT)} kinds were not tried once" in said
    assert "--seconds 300" in said
    assert "As promised" not in said


def test_outcomes_are_sorted(saying):
    saying()
    assert [outcome.task for outcome in selftest.selftest(2, 10.0)] == selftest.tasks(2)


def test_loud_is_above_info():
    outcome = Outcome(Task("x", SMALL, 0), (("posterior_mean", "info"), ("scale", "problem")), 1.0)
    assert outcome.loud == {"scale"}
    assert str(dataclasses.replace(SMALL, images=5)) == "8×8, L 4, N 5"
