"""Peak resident memory (VmHWM) of a fresh process at 10 000 and at 100 000 images streamed from a file."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from clock import line

CHILD = """
import sys
sys.path.insert(0, {here!r})
from networks import dense
import vaediag as vd
vd.diagnose(dense(), sys.argv[1], skip=("pictures",))
status = open("/proc/self/status").read()
print(int(status.split("VmHWM:")[1].split()[0]))
"""


def peak(path: Path) -> float:
    """MiB."""
    here = str(Path(__file__).parent)
    child = [sys.executable, "-c", CHILD.format(here=here), str(path)]
    return int(subprocess.run(child, check=True, capture_output=True, text=True).stdout.split()[-1]) / 1024


def main() -> None:
    if not Path("/proc/self/status").exists():
        print("peak memory: skipped, this system does not report VmHWM")
        return
    peaks = {}
    with tempfile.TemporaryDirectory() as folder:
        for count in (10_000, 100_000):
            path = Path(folder) / f"images-{count}.npy"
            file = np.lib.format.open_memmap(path, "w+", np.float32, (count, 28, 28, 1))
            rng = np.random.default_rng(0)
            for start in range(0, count, 1000):
                file[start : start + 1000] = rng.random((1000, 28, 28, 1), np.float32)
            file.flush()
            del file
            peaks[count] = peak(path)
    print("peak resident memory of a fresh process, 28x28 images from a .npy file, whole diagnosis")
    for count, mebibytes in peaks.items():
        limit = "at most 1.05 x" if count == 100_000 else ""
        line(f"{count:,} images", f"{mebibytes:.0f} MiB", f"{mebibytes / peaks[10_000]:.3f} x   {limit}")


if __name__ == "__main__":
    main()
