"""Errors and deaths in words, questions as data, and what a helper takes of the machine."""

from __future__ import annotations

import signal
from types import SimpleNamespace
from typing import Any

import pytest

from vaediag.errors import InputError
from vaediag_gui.jobs.ask import ANALYST, HELPERS, VIEWER, WORDS, ask, helper_of, named
from vaediag_gui.jobs.death import cause, last_line
from vaediag_gui.jobs.device import cores, leave_a_core, on_cpu
from vaediag_gui.jobs.sentence import sentence


def test_equal_questions_are_equal_whatever_the_order_and_type_of_their_arguments() -> None:
    assert ask("look", z=(1.0, 2.0), seed=3) == ask("look", seed=3, z=[1.0, 2.0])
    assert len({ask("look", seed=0), ask("look", seed=0), ask("look", seed=1), ask("pixel", seed=0)}) == 3
    assert ask("look", z=(1.0,)).arguments == {"z": [1.0]}


def test_nan_cannot_be_asked() -> None:
    with pytest.raises(ValueError):
        ask("look", z=(float("nan"),))


def test_every_lane_has_one_helper_and_words() -> None:
    assert set(WORDS) == set(VIEWER) | set(ANALYST)
    assert not set(VIEWER) & set(ANALYST)
    assert all(helper_of(lane) == helper for helper, lanes in HELPERS.items() for lane in lanes)
    with pytest.raises(ValueError, match="diagnose"):
        helper_of("cooking")
    assert named({"lane": "look", "model": "digits"}) == "decoding one z (digits)"


def test_the_librarys_own_words_are_kept() -> None:
    assert sentence(InputError("z: expected 6;\n got 2."), "decoding one z") == "z: expected 6; got 2."


def test_memory_and_files() -> None:
    assert "not enough memory for the traversal" in sentence(MemoryError(), "the traversal")
    exhausted = type("ResourceExhaustedError", (Exception,), {})("OOM when allocating tensor")
    assert "not enough memory" in sentence(exhausted)
    assert sentence(FileNotFoundError(2, "No such file or directory", "/data/x.npy")) == (
        "/data/x.npy: No such file or directory."
    )


def test_other_errors_are_one_short_line_with_what_was_being_done() -> None:
    assert sentence(KeyError("x"), "the traversal") == "KeyError: 'x' (while the traversal)"
    assert sentence(RuntimeError()) == "RuntimeError: no message"
    long = sentence(ValueError("\n\n" + "x" * 1000 + "\nsecond"))
    assert len(long) < 330
    assert "\n" not in long


def test_what_tensorflow_says_is_found_between_its_nodes() -> None:
    graph = (
        "Graph execution error:\n\nDetected at node model/dense/MatMul defined at (most recent call last):\n"
        "Node: 'MatMul'\n{{function_node __wrapped__MatMul_device}} Matrix size-incompatible: In[0]: [1,3] [Op:MatMul]"
    )
    assert sentence(RuntimeError(graph)) == "RuntimeError: Matrix size-incompatible: In[0]: [1,3] [Op:MatMul]"


def test_the_network_that_raised_is_named() -> None:
    from vaediag.vae import VAE

    def broken(_: Any) -> Any:
        raise ZeroDivisionError("division by zero")

    model: Any = SimpleNamespace(_law=broken, _encode=broken, latent_dim=2, event_shape=(3,))
    with pytest.raises(ZeroDivisionError) as caught:
        VAE.law(model, [[0.0, 0.0]])
    assert sentence(caught.value, "decoding one z") == "The decoder raised ZeroDivisionError: division by zero"
    with pytest.raises(ZeroDivisionError) as caught:
        VAE.encode(model, [[0.0, 0.0, 0.0]])
    assert sentence(caught.value).startswith("The encoder raised")


@pytest.mark.parametrize(
    ("code", "by_signal", "said"),
    [
        (signal.SIGKILL, True, "memory runs out (SIGKILL)"),
        (signal.SIGSEGV, True, "it crashed (SIGSEGV)"),
        (signal.SIGUSR1, True, "ended by SIGUSR1"),
        (200, True, "ended by signal 200"),
        (3, False, "ended with code 3: no room"),
    ],
)
def test_how_a_process_ended(code: int, by_signal: bool, said: str) -> None:
    assert said in cause(int(code), by_signal=by_signal, last_words="warning\nno room\n \n")


def test_the_last_line() -> None:
    assert last_line("a\n b \n\n") == "b"
    assert last_line("") == ""
    assert len(last_line("x" * 999)) == 200


def test_what_a_helper_takes_of_the_machine() -> None:
    environment: dict[str, str] = {"OMP_NUM_THREADS": "7"}
    on_cpu(environment)
    leave_a_core(environment)
    assert environment["CUDA_VISIBLE_DEVICES"] == "-1"
    assert environment["TF_NUM_INTRAOP_THREADS"] == str(max(1, cores() - 1))
    assert environment["OMP_NUM_THREADS"] == "7", "the person's own choice"
    environment = {"VAEDIAG_GPU": "1", "CUDA_VISIBLE_DEVICES": "0"}
    on_cpu(environment)
    assert environment["CUDA_VISIBLE_DEVICES"] == "0"
