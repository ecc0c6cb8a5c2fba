"""Runs a command and turns whatever happens into an exit code and at most one line.

0 done, 1 findings (`check` only), 2 bad input, 3 our fault (the line says where the log is), 130 Ctrl-C.
"""

from __future__ import annotations

import errno
import sys
from collections.abc import Sequence

import typer

from vaediag.cli.app import build
from vaediag.cli.columns import in_columns, terminal_width
from vaediag.cli.main import INTERRUPTED, STOPPED
from vaediag.cli.streams import Swallowed, swallow_native_output
from vaediag.errors import VaediagError

DONE, BAD_INPUT, OUR_FAULT = 0, 2, 3
FULL = (errno.ENOSPC, errno.EDQUOT)  # a write to an open file does not say which file it was


def supervised(arguments: Sequence[str]) -> int:
    """`run` for a person at a terminal: native libraries are muted, and a reader that has gone away is no error."""
    with swallow_native_output() as swallowed:
        code = run(arguments, swallowed)
        _flush()
    return code


def run(arguments: Sequence[str], swallowed: Swallowed | None = None) -> int:
    """Run one command line and return its exit code; messages go to `sys.stderr`, one line each.

    `--debug`, anywhere among the arguments, shows the traceback of an error as well.
    """
    debug = "--debug" in arguments
    arguments = [each for each in arguments if each != "--debug"] or ["--help"]
    try:
        command = typer.main.get_command(build(arguments))
        code = command.main(args=arguments, prog_name="vaediag", standalone_mode=False) or DONE
    except KeyboardInterrupt:
        code = INTERRUPTED
    except SystemExit as error:
        # typer leaves with 1, which here means findings, when the reader of its output has gone away
        code = DONE if isinstance(error.__context__, BrokenPipeError) else int(error.code or DONE)
    except typer.TyperException as error:
        return _fail(_usage(error, arguments), error, debug)
    except VaediagError as error:
        return _fail(str(error), error, debug)
    except OSError as error:
        if error.filename is None and error.errno not in FULL:
            return _our_fault(error, debug, swallowed)
        where = error.filename or "output"
        return _fail(f"{where}: {error.strerror}; try another path, or free it first.", error, debug)
    except Exception as error:
        return _our_fault(error, debug, swallowed)
    if code == INTERRUPTED:
        _say(STOPPED)
    return code


def _usage(error: typer.TyperException, arguments: Sequence[str]) -> str:
    """One line for a command line that does not parse: what is wrong with it, what arrived, and where the help is."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "vaediag"
    message = error.format_message().strip().rstrip(".").replace("Value error, ", "")
    names = getattr(getattr(error, "param", None), "opts", ())
    arrived = [
        f"; got {value!r}"
        for name, value in zip(arguments, [*arguments[1:], None], strict=True)
        if name in names and value is not None
    ]
    return f"{message}{''.join(arrived[-1:])}; try '{path} --help'."


def _fail(message: str, error: BaseException, debug: bool) -> int:
    if debug:
        _show_traceback(error)
    _say(message)
    return BAD_INPUT


def _our_fault(error: BaseException, debug: bool, swallowed: Swallowed | None) -> int:
    from vaediag.cli.log import write_log

    path = write_log(error, swallowed.text() if swallowed else "")
    if debug:
        _show_traceback(error)
    _say(f"this is a fault of vaediag, not of the input: {type(error).__name__}: {error}; the whole story is in {path}")
    return OUR_FAULT


def _show_traceback(error: BaseException) -> None:
    import traceback

    traceback.print_exception(error, file=sys.stderr)


def _say(message: str) -> None:
    """One line, and below it the choices that a message lists: lines that begin with two spaces."""
    first, *rest = message.split("\n")
    if not rest or not all(line.startswith("  ") for line in rest):
        first, rest = message, []
    print("\n".join([f"vaediag: {' '.join(first.split())}", *_choices(rest)]), file=sys.stderr)


def _choices(lines: Sequence[str]) -> list[str]:
    """Lines `  name   sentence` in columns of the terminal's width; the sentence may stand alone."""
    cut = [line.strip().partition("  ") for line in lines]
    listed = [(name, sentence.strip()) for name, gap, sentence in cut if gap]
    others = [("", name) for name, gap, _ in cut if not gap]
    width = terminal_width()
    return [*in_columns(listed, width, indent=2), *in_columns(others, width, indent=2)]


def _flush() -> None:
    """A reader that has gone away (`vaediag models | head -1`) is no error of ours."""
    import os

    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
