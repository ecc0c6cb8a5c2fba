"""What a person at a terminal sees, and what they do not."""

from __future__ import annotations

import os
import subprocess
import sys
import warnings

import pytest

from vaediag.cli.streams import OURS, _show_ours, swallow_native_output


def shown_by(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)


def test_native_output_is_swallowed_and_python_output_is_not() -> None:
    code = (
        "import os, sys\n"
        "from vaediag.cli.streams import swallow_native_output\n"
        "with swallow_native_output() as swallowed:\n"
        "    os.write(2, b'I0000 native noise')\n"
        "    print('for the person', file=sys.stderr)\n"
        "    print(swallowed.text())\n"
        "os.write(2, b'after')"
    )
    done = shown_by(code)
    assert done.stderr == "for the person\nafter"
    assert done.stdout == "I0000 native noise\n"


def test_the_streams_are_given_back_after_an_error(capfd: pytest.CaptureFixture[str]) -> None:
    before = sys.stderr
    with pytest.raises(KeyError), swallow_native_output():
        raise KeyError
    assert sys.stderr is before
    os.write(2, b"visible")
    assert capfd.readouterr().err == "visible"


def test_only_our_own_warnings_are_shown(capfd: pytest.CaptureFixture[str]) -> None:
    with swallow_native_output() as swallowed:
        _show_ours(UserWarning("a name is taken"), UserWarning, f"{OURS}/registry.py", 1)
        _show_ours(RuntimeWarning("divide by zero"), RuntimeWarning, f"{OURS}/engine/run.py", 1)
        _show_ours(UserWarning("somebody else's"), UserWarning, "/elsewhere/keras.py", 1)
        kept = swallowed.text()
    assert capfd.readouterr().err == "vaediag: a name is taken\n"
    assert "somebody else's" in kept
    assert warnings.showwarning is not _show_ours


def test_a_reader_that_goes_away_is_no_error() -> None:
    code = (
        "import os, sys\n"
        "sys.argv = ['vaediag', '--version']\n"
        "read, write = os.pipe(); os.close(read); os.dup2(write, 1)\n"
        "from vaediag.cli.main import main\n"
        "main()"
    )
    done = shown_by(code)
    assert (done.returncode, done.stderr) == (0, "")
