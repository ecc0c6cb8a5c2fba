"""What a helper may take of the machine. Read by TensorFlow when it is imported, so set before."""

from __future__ import annotations

import os
from collections.abc import MutableMapping


def on_cpu(environment: MutableMapping[str, str]) -> None:
    """Hide GPUs, which the person's own training may need, unless VAEDIAG_GPU=1."""
    if environment.get("VAEDIAG_GPU") != "1":
        environment["CUDA_VISIBLE_DEVICES"] = "-1"


def leave_a_core(environment: MutableMapping[str, str]) -> None:
    """One thread less than cores: the window paints while the viewer decodes, and looks stay quick in a diagnosis."""
    threads = str(max(1, cores() - 1))
    for name in ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "OMP_NUM_THREADS"):
        environment.setdefault(name, threads)


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
