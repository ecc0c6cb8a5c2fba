"""How often a training is looked at: simulated trainings keep to their budget, and nothing is wasted."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from vaediag.training.pace import Clock, Stage, affordable, expected


@dataclass
class Run:
    seen: list[int]
    spent: float
    trained: float

    @property
    def share(self):
        return self.spent / self.trained


def simulated(*, epochs, seconds, first, later, budget: float | None = 0.05, known=True, stop=None):
    """A training whose epochs take `seconds`; the last state is always diagnosed."""
    seen, costs, trained, spent = [], [], 0.0, 0.0
    done = stop or epochs
    for epoch in range(1, done + 1):
        trained += seconds
        stage = Stage(trained, spent, tuple(costs), epoch, seen[-1] if seen else 0, 0, epochs if known else None)
        if affordable(stage, budget) or epoch == done:
            costs.append(later if costs else first)
            spent += costs[-1]
            seen.append(epoch)
    return Run(seen, spent, trained)


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("seconds", [2.0, 5.0, 20.0])
@pytest.mark.parametrize("later", [0.1, 0.3, 1.0])
@pytest.mark.parametrize("epochs", [60, 200])
def test_stays_within_the_budget(known, seconds, later, epochs):
    run = simulated(epochs=epochs, seconds=seconds, first=4.5, later=later, known=known)
    assert run.spent <= max(0.05 * run.trained, 4.5 + later) + 1e-9


def test_a_long_training_is_seen_after_nearly_every_epoch():
    """Nearly: what a second one takes is not known at first."""
    assert len(simulated(epochs=100, seconds=20, first=4.5, later=0.3).seen) >= 98


def test_what_is_affordable_is_used_and_spread_evenly():
    run = simulated(epochs=200, seconds=2, first=4.5, later=0.5)  # 20 s in all: 31 diagnoses
    assert run.share > 0.04
    gaps = [b - a for a, b in zip(run.seen[2:], run.seen[3:], strict=False)]
    assert max(gaps) <= 2 * min(gaps) + 1
    assert run.seen[-1] == 200


def test_of_a_training_of_seconds_the_first_and_the_last_are_seen():
    assert simulated(epochs=8, seconds=1, first=4.5, later=0.2).seen == [1, 8]
    assert simulated(epochs=8, seconds=1, first=4.5, later=0.2, budget=None).seen == list(range(1, 9))


def test_without_a_known_end_compiling_is_earned_back_first():
    run = simulated(epochs=300, seconds=1, first=5.0, later=0.1, known=False)
    assert run.seen[0] == 1
    assert 140 <= run.seen[1] <= 151  # (5 + 2 × 1.25) / 0.05: what the second one takes is not known yet


def test_stopped_early_it_may_have_spent_what_was_meant_for_later():
    run = simulated(epochs=1000, seconds=5, first=5, later=0.25, stop=10)
    assert 0.05 < run.share < (5 + 10 * 0.25) / 50 + 1e-9


def test_of_the_first_most_was_compiling():
    assert expected((8.0,)) == 2.0
    assert expected((8.0, 0.3)) == 0.3
    assert expected((8.0, 9.0, 0.3, 0.3, 0.4, 0.3, 0.3)) == 0.3


def test_epochs_need_not_begin_at_zero():
    """Continued after 100 epochs: the time per epoch is that of the epochs that were seen."""
    stage = Stage(trained=50, spent=2, costs=(2.0, 0.2), epoch=110, last=109, start=100, end=200)
    assert affordable(stage, 0.05)  # 25 s for 100 epochs
    assert not affordable(Stage(50, 2, (2.0, 0.2), 110, 109, 100, 200), 0.005)


def test_the_clock_counts_training_and_diagnoses_apart():
    now = [0.0]
    clock = Clock(lambda: now[0])
    now[0] = 10
    with clock.spending():
        now[0] = 13
    now[0] = 20
    assert (clock.elapsed, clock.spent, clock.trained) == (20, 3, 17)
    clock.stop()
    now[0] = 100
    assert clock.elapsed == 20
    clock.go_on()
    now[0] = 105
    assert (clock.elapsed, clock.trained) == (25, 22)
    with pytest.raises(KeyboardInterrupt), clock.spending():
        now[0] = 106
        raise KeyboardInterrupt
    assert clock.spent == 4
