"""`make bench`: every benchmark, one after the other, with the machine described."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

BENCHMARKS = (
    "startup",
    "look",
    "whole_pass",
    "depth",
    "families",
    "toolbox",
    "memory",
    "monitor",
    "defects",
    "app_window",
    "app_slider",
    "app_endurance",
)
ON_SCREEN = ("app_window", "app_slider")  # once more under Xvfb, where it is installed


def machine() -> str:
    cpu = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [row.split(":")[1].strip() for row in info.read_text().splitlines() if row.startswith("model name")]
        cpu = names[0] if names else cpu
    packages = ", ".join(f"{name} {version(name)}" for name in ("tensorflow", "tensorflow-probability", "numpy"))
    return f"{cpu}, {os.cpu_count()} cores; Python {platform.python_version()}, {packages}"


def main() -> None:
    print(machine(), flush=True)
    for name in sys.argv[1:] or BENCHMARKS:
        command = [sys.executable, str(Path(__file__).parent / f"{name}.py")]
        subprocess.run(command, check=True)
        if name in ON_SCREEN and shutil.which("xvfb-run"):
            screen = ["xvfb-run", "-a", "-s", "-screen 0 1400x900x24"]
            subprocess.run([*screen, *command], check=True, env={**os.environ, "QT_QPA_PLATFORM": "xcb"})


if __name__ == "__main__":
    main()
