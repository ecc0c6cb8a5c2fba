"""One self-contained page: no scripts, no links that load, every picture inside, every string from a file escaped."""

from __future__ import annotations

import base64
import re
import shlex
from dataclasses import dataclass
from importlib.resources import files

from jinja2 import Environment, StrictUndefined

from vaediag.records.assumed import assumed
from vaediag.records.columns import columns_of
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.finding import Finding
from vaediag.records.tables import noun
from vaediag.records.text import by_severity, clipped, counted, printable
from vaediag.report.catalogue import PANELS
from vaediag.report.event import shape_words
from vaediag.report.figures.panel import reason
from vaediag.report.missing import by_reason
from vaediag.report.stamp import data_words
from vaediag.report.tables import tables
from vaediag.report.words import NO_BREAK, minus, percent, plural, shorten

LONGEST = 400  # characters of a name or an address that came from a file
WHOLE = 4000  # of a sentence: none of ours is so long, what a file holds can be
UNASKED = "not requested"
BADGES = {"problem": ("■", "Problem"), "warning": ("▲", "Warning"), "info": ("●", "Note")}


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure that was drawn: its sentence-title and its PNG."""

    title: str
    png: bytes


def page(diagnosis: Diagnosis, shown: dict[str, Shown], movie: bytes | None) -> str:
    """The page's HTML. `shown` holds the figures by id; `movie` is the traversal's GIF."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters.update(line=line, whole=whole, held=held, sentence=sentence, percent=percent)
    environment.globals.update(badges=BADGES)
    here = files("vaediag.report")
    template = environment.from_string((here / "page.html.jinja").read_text("utf-8"))
    found = by_severity(diagnosis.findings)
    return template.render(
        css=(here / "page.css").read_text("utf-8"),
        diagnosis=diagnosis,
        assumed=assumed(diagnosis).removeprefix("Assumed: "),
        verdict=counted(diagnosis.findings),
        worst=found[0].severity if found else "none",
        data=data_words(diagnosis.data, noun(diagnosis)),
        shape=_sizes(diagnosis),
        unit=noun(diagnosis),
        latents=plural(diagnosis.model.latent_dim, "latent"),
        findings=[(finding, _picture_of(finding, shown)) for finding in found],
        tables=tables(diagnosis),
        pictures=[
            (panel, shown[panel.id].title.replace(r"\$", "$"), _inline(shown[panel.id].png, "png"))
            for panel in PANELS
            if panel.id in shown
        ],
        movie=None if movie is None else _inline(movie, "gif"),
        missing=missing(diagnosis, shown),
        options=options(diagnosis),
        command=command(diagnosis),
    )


def _sizes(diagnosis: Diagnosis) -> str:
    shape = diagnosis.model.event_shape
    named = noun(diagnosis) == "row" and columns_of(diagnosis.data, shape) is not None
    return plural(shape[0], "column") if named else shape_words(shape)


def line(text: object) -> str:
    """One printable line of bounded length; the template escapes it."""
    return shorten(printable(str(text)), LONGEST)


def whole(text: object) -> str:
    """All that a finding says, on one line; the template escapes it."""
    return clipped(printable(str(text)), WHOLE)


def sentence(text: object) -> str:
    """The same, but it begins with a capital (unless it begins with a symbol) and has typographic minus signs."""
    words = minus(whole(text))
    return words[:1].upper() + words[1:] if re.match(r"(a|[a-z]{2,})[ ,]", words) else words


def held(text: str) -> str:
    """`p(x | z)` is not broken over two lines."""
    return text.strip().replace(" | ", f"{NO_BREAK}|{NO_BREAK}")


def missing(diagnosis: Diagnosis, shown: dict[str, Shown]) -> list[tuple[str, tuple[str, ...]]]:
    """Why something was not drawn or not measured, and what: pictures first."""
    undrawn = [(f"picture {panel.id}", reason(diagnosis, panel.reasons)) for panel in PANELS if panel.id not in shown]
    return by_reason(diagnosis, undrawn + sorted(diagnosis.why_not.items()))


def options(diagnosis: Diagnosis) -> list[str]:
    """The options that would add what was not asked for."""
    keys = {"--deep": ("collapse.effect", "collapse.prune_cost", "evidence.iwae", "independence"),
            "--ais 8": ("evidence.ais",)}  # fmt: skip
    return [name for name, places in keys.items() if any(diagnosis.why_not.get(key) == UNASKED for key in places)]


def command(diagnosis: Diagnosis) -> str:
    """The command line that makes this report again; "" when model or data have no address."""
    model, data = diagnosis.model.source, diagnosis.data.source
    if not model or not data:
        return ""
    words = ["vaediag report", shlex.quote(line(model)), shlex.quote(line(data)), f"--seed {diagnosis.seed}"]
    words += [f"--limit {diagnosis.data.count}"] if diagnosis.data.subset else []
    words += ["--deep"] if _deep(diagnosis) else []
    ais = diagnosis.evidence.ais
    words += [] if ais is None else [f"--ais {len(ais.images)} --temperatures {ais.temperatures}"]
    return " ".join([*words, "-o report"])


def _deep(diagnosis: Diagnosis) -> bool:
    """Was anything measured that takes longer?"""
    collapse = diagnosis.collapse
    asked = (collapse.effect_images, collapse.prune_images, diagnosis.evidence.iwae, diagnosis.independence)
    return any(each is not None for each in asked)


def _picture_of(finding: Finding, shown: dict[str, Shown]) -> tuple[str, str] | None:
    """Anchor and question of the picture that shows a finding, if it was drawn."""
    return next(
        ((panel.id, panel.question) for panel in PANELS if panel.id == finding.figure and panel.id in shown), None
    )


def _inline(data: bytes, kind: str) -> str:
    return f"data:image/{kind};base64,{base64.b64encode(data).decode('ascii')}"
