"""Entry point of the `vaediag` script. Imports wait inside, so that Ctrl-C is answered from the first moment."""

from __future__ import annotations

import sys

INTERRUPTED = 130
STOPPED = "stopped by Ctrl-C; nothing half-written was left."


def main() -> None:
    """Run the command line of this process. Raises SystemExit with the exit code."""
    try:
        from vaediag.cli.run import supervised

        code = supervised(sys.argv[1:])
    except KeyboardInterrupt:
        print(f"vaediag: {STOPPED}", file=sys.stderr)
        code = INTERRUPTED
    sys.exit(code)
