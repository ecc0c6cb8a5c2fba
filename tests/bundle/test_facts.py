"""What is known about a file before TensorFlow is loaded."""

from __future__ import annotations

import subprocess
import sys

import pytest

from vaediag.bundle.facts import OutputFacts, inspect_file
from vaediag.errors import InputError


@pytest.mark.parametrize("ending", ["keras", "h5"])
def test_an_encoder_that_draws(strangers, ending):
    facts = inspect_file(f"{strangers.folder}/encoder.{ending}")
    assert facts.inputs == ((8, 8, 1),)
    names = [output.name for output in facts.outputs]
    assert names[:2] == ["z_mean", "z_log_var"]
    assert [output.shape for output in facts.outputs] == [(2,), (2,), None]
    assert facts.custom_layers in (("Sampling",), ("Lambda",))
    assert facts.rows == (("hidden", 6), ("z_mean", 2), ("z_log_var", 2))
    assert facts.numbers is None
    assert not facts.program
    assert facts.saved_by.split()[0] == ("Keras" if facts.custom_layers == ("Sampling",) else "tf_keras")


@pytest.mark.parametrize("ending", ["keras", "h5"])
def test_networks_inside_a_network(strangers, ending):
    whole = inspect_file(f"{strangers.folder}/vae.{ending}")
    assert whole.networks == ("encoder", "decoder")
    decoder = inspect_file(f"{strangers.folder}/vae.{ending}:decoder")
    assert decoder.inputs == ((2,),)
    assert decoder.outputs == (OutputFacts(decoder.outputs[0].name, (8, 8, 1)),)
    assert decoder.numbers == 64


def test_names_that_are_not_inside(strangers):
    with pytest.raises(InputError, match=r"got 'decodr'; it holds encoder, decoder"):
        inspect_file(f"{strangers.folder}/vae.h5:decodr")
    with pytest.raises(InputError, match="leave the name out"):
        inspect_file(f"{strangers.folder}/decoder.h5:decoder")


def test_no_tensorflow_is_needed(strangers):
    code = f"""
import sys
from vaediag.bundle.facts import inspect_file
inspect_file({str(strangers.folder / "vae.h5")!r})
print(sorted({{"tensorflow", "keras", "tf_keras"}} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
