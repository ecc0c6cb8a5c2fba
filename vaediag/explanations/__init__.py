"""What every number means: one page per quantity, in words and formulas that read well in a terminal."""

from vaediag.explanations.pages import find as find
from vaediag.explanations.pages import names as names
from vaediag.explanations.pages import page as page
from vaediag.explanations.pages import question as question
