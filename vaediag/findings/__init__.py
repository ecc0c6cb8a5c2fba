"""Numbers into sentences: which of a diagnosis' numbers an exact model would not give, and what to do about it."""

from vaediag.findings.evaluate import evaluate as evaluate
