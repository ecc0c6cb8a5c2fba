"""The probes in depth on 256 images of 28 x 28 with 16 latents: seconds of each, tracing included, and memory."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import networks
import numpy as np
from clock import line

from vaediag.io.images import Images, from_array
from vaediag.probes.codes import encode_subset
from vaediag.probes.corrected import corrected_codes
from vaediag.probes.effect import latent_effect
from vaediag.probes.iwae import importance
from vaediag.probes.prune import prune_cost
from vaediag.seeds import fold, pair

IMAGES = 256
NETWORKS = ("convolutional", "dense")


def probes(vae: Any, images: Images) -> dict[str, Callable[[], object]]:
    index = np.arange(IMAGES)
    codes = encode_subset(vae, images, index, pair(0))
    return {
        "replacing latents (effect)": lambda: latent_effect(vae, codes, seed=fold(pair(0), 1)),
        "pruning latents (prune_cost)": lambda: prune_cost(vae, codes, seed=fold(pair(0), 2)),
        "correcting codes (corrected)": lambda: corrected_codes(vae, images.take(index), seed=fold(pair(0), 3)),
        "weighing codes (iwae, K up to 100)": lambda: importance(vae, images, index, seed=fold(pair(0), 4)),
    }


def peak() -> float:
    """MiB of resident memory that this process ever had; NaN where the system does not say."""
    status = Path("/proc/self/status")
    return int(status.read_text().split("VmHWM:")[1].split()[0]) / 1024 if status.exists() else np.nan


def measure(name: str) -> None:
    vae = getattr(networks, name)()
    images = from_array(np.random.default_rng(0).random((IMAGES, 28, 28, 1), np.float32))
    todo = probes(vae, images)
    vae.decode(np.zeros((IMAGES, vae.latent_dim), np.float32)).mean()  # what any decode of so many images holds
    print(f"{name}, {IMAGES} images of 28x28, {vae.latent_dim} latents")
    before, total = peak(), 0.0
    for what, call in todo.items():
        start, busy, held = time.perf_counter(), time.process_time(), peak()
        call()
        seconds, busy = time.perf_counter() - start, time.process_time() - busy
        total += seconds
        line(what, f"{seconds:.1f} s", f"{busy:.1f} s of processors, peak + {peak() - held:.0f} MiB")
    line("together", f"{total:.1f} s", f"peak + {peak() - before:.0f} MiB   at most 60 s")


def main() -> None:
    if len(sys.argv) > 1:
        measure(sys.argv[1])
        return
    for name in NETWORKS:  # each in a process of its own, which has a peak of its own
        subprocess.run([sys.executable, __file__, name], check=True)


if __name__ == "__main__":
    main()
