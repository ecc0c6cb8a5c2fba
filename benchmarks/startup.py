"""How long a person waits for `import vaediag` and `vaediag --help` (warm file cache, median of nine)."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from clock import line, side_by_side


def main() -> None:
    command = shutil.which("vaediag", path=str(Path(sys.executable).parent)) or "vaediag"
    cases = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "import vaediag (with the interpreter)": [sys.executable, "-c", "import vaediag"],
        "vaediag --help": [command, "--help"],
    }
    medians = side_by_side(
        {name: lambda call=call: subprocess.run(call, check=True, capture_output=True) for name, call in cases.items()},
        rounds=9,
    )
    limits = {"import vaediag (with the interpreter)": "at most 0.20 s", "vaediag --help": "at most 0.30 s"}
    print("start")
    for name, seconds in medians.items():
        line(name, f"{seconds:.3f} s", limits.get(name, ""))


if __name__ == "__main__":
    main()
