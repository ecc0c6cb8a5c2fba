"""Sections of our docstrings follow each other without an empty line; the reader of docstrings wants one."""

from __future__ import annotations

import re
from typing import Any

import griffe

STARTS = re.compile(r"(?<!\n)\n(?=(?:Args|Attributes|Returns|Yields|Raises):\n)")


class Sections(griffe.Extension):
    """Put the empty lines in."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        if obj.docstring is not None:
            obj.docstring.value = STARTS.sub("\n\n", obj.docstring.value)
