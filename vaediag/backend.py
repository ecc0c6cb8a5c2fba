"""TensorFlow, quietly: the only place that imports it.

TensorFlow and its C++ libraries write log lines to the terminal even at level 3, so the file descriptor is redirected
while they load; if loading fails, what was swallowed is shown. Names are typed `Any`: TensorFlow's own annotations do
not survive a type checker.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator
from typing import Any

from vaediag.errors import InputError


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """Send file descriptor 2 to a temporary file; replay it if the body fails."""
    sys.stderr.flush()
    saved = os.dup(2)
    with tempfile.TemporaryFile() as sink:
        os.dup2(sink.fileno(), 2)
        try:
            yield
        except Exception:  # not Ctrl-C: its one line is enough
            sys.stderr.flush()
            os.dup2(saved, 2)
            sink.seek(0)
            os.write(2, sink.read())
            raise
        finally:
            sys.stderr.flush()
            os.dup2(saved, 2)
            os.close(saved)


def _load() -> tuple[Any, Any, Any]:
    chosen = os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    if chosen != "tensorflow":
        raise InputError(
            f"KERAS_BACKEND: expected 'tensorflow'; got {chosen!r}. vaediag reads VAEs on TensorFlow Probability: "
            "unset KERAS_BACKEND, or set it to tensorflow, and start again."
        )
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with _silence():
        import keras
        import tensorflow as tf
        import tensorflow_probability as tfp

        tf.get_logger().setLevel("ERROR")
        for gpu in tf.config.list_physical_devices("GPU"):
            with contextlib.suppress(RuntimeError):  # already initialised by the user's own code
                tf.config.experimental.set_memory_growth(gpu, True)
        tf.zeros(())  # the first op logs as well
    return keras, tf, tfp


keras: Any
tf: Any
tfp: Any
keras, tf, tfp = _load()
tfd: Any = tfp.distributions
