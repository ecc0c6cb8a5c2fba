"""Advice in the words of the model's own family: the rules write it for a Normal."""

from __future__ import annotations

import re

_HEADS = {"laplace": "Laplace", "logistic": "Logistic", "studentt": "StudentT"}
_HEAVIER = ('vd.likelihoods.StudentT(scale="pixel", df=4)', 'vd.likelihoods.Laplace(scale="pixel")')


def head(likelihood: str) -> str:
    """Class in `vd.likelihoods` of a location-scale family other than Normal, from its description; "" for others."""
    letters = re.sub(r"[^a-z]", "", likelihood.lower())
    return next((name for start, name in _HEADS.items() if letters.startswith(start)), "")


def in_family(advice: str, likelihood: str) -> str:
    """`vd.likelihoods.Normal(scale="image")` as the head that the model has already, with its degrees of freedom."""
    name = head(likelihood)
    if not name:
        return advice
    more = f", df={_degrees(likelihood)}" if name == "StudentT" else ""
    return re.sub(r"vd\.likelihoods\.Normal\(([^)]*)\)", rf"vd.likelihoods.{name}(\1{more})", advice)


def heavier(likelihood: str) -> str:
    """A likelihood with heavier tails than the model's."""
    name = head(likelihood)
    if name == "StudentT":
        return f"fewer degrees of freedom, vd.likelihoods.StudentT(df=...) below {_degrees(likelihood)}"
    known = [one for one in _HEAVIER if not (name and name in one)]
    return f"a likelihood with heavier tails ({', '.join(known)}, vd.likelihoods.NormalMixture(components=3))"


def _degrees(likelihood: str) -> str:
    found = re.search(r"with ([\d.]+) degrees of freedom", likelihood)
    return found.group(1) if found else "4"
