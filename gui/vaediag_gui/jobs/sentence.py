"""What went wrong, as one sentence for a person."""

from __future__ import annotations

import re
from types import TracebackType

from vaediag.errors import VaediagError

LONGEST = 300
_NO_NEWS = ("Graph execution error", "Detected at node", "Node:", "Original stack trace")
_STAGES = {"law": "the decoder", "decode": "the decoder", "encode": "the encoder"}


def sentence(error: BaseException, doing: str = "") -> str:
    """One line: the library's own words, or what a foreign network or a library raised, and while doing what.

    Args:
        doing: "decoding one z"; named where the error itself does not say what it is about.
    """
    if isinstance(error, VaediagError):
        return " ".join(str(error).split())
    if isinstance(error, MemoryError) or type(error).__name__ == "ResourceExhaustedError":
        about = f" for {doing}" if doing else ""
        return f"There was not enough memory{about}; close other programs, or choose fewer steps or images."
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror or type(error).__name__}."
    what = f"{type(error).__name__}: {first_line(error)}"
    stage = raised_by(error.__traceback__)
    if stage:
        return f"{stage[0].upper()}{stage[1:]} raised {what}"
    return f"{what} (while {doing})" if doing else what


def raised_by(trace: TracebackType | None) -> str:
    """ "the decoder" or "the encoder", when the error came out of that network; else nothing."""
    found = ""
    while trace is not None:
        code = trace.tb_frame.f_code
        if code.co_name in _STAGES and code.co_filename.replace("\\", "/").endswith("vaediag/vae.py"):
            found = _STAGES[code.co_name]
        trace = trace.tb_next
    return found


def first_line(error: BaseException) -> str:
    """The first line of a message that says something, shortened, without TensorFlow's names of graph nodes."""
    lines = [re.sub(r"\{\{.*?\}\}", "", line).strip() for line in str(error).splitlines()]
    lines = [line for line in lines if line and not line.startswith(_NO_NEWS)]
    text = lines[0] if lines else "no message"
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
