"""The Python lines that make what the window shows: paste them into a fresh interpreter."""

from __future__ import annotations

import json

from vaediag_gui.jobs.asks import COMPUTED, walked_dims
from vaediag_gui.resolve.depth import ALL, DEEP, asked_of, include
from vaediag_gui.state.answers import Answers
from vaediag_gui.state.wish import Wish

DIAGNOSIS = ("calibration", "variance", "collapse", "evidence", "findings")
FIGURES = {
    "calibration": ("pit", "quantile_curve", "calibration_maps"),
    "variance": ("variance_maps",),
    "collapse": ("kl", "epsilon_delta"),
    "evidence": ("lowest_evidence",),
}
FURTHER = {
    "calibration": {"independence": "dependence"},
    "collapse": {"prune_cost": "prune_cost"},
    "evidence": {"iwae": "evidence_gaps"},
}  # figures that only a deeper diagnosis has


def snippet(wish: Wish, known: Answers) -> str:
    """Code for the current tab, with the addresses, z and seed as they are. Raises ValueError without a model."""
    if not can_show(wish):
        raise ValueError("no model is open")
    if wish.tab == "training" and wish.watch:
        return "\n".join(_training(wish.watch)) + "\n"
    lines = ["import vaediag as vd", "", f"vae = vd.load({wish.model!r})"]
    if wish.tab in DIAGNOSIS:
        lines += _diagnosis(wish, known)
    elif wish.tab == "compare":
        lines += _compare(wish)
    elif wish.tab == "traverse":
        lines += _walk(wish, known)
    else:
        lines += _look(wish)
    return "\n".join(lines) + "\n"


def can_show(wish: Wish) -> bool:
    """Is there something that code could reproduce?"""
    return wish.model is not None or (wish.tab == "training" and bool(wish.watch))


def _training(folder: str) -> list[str]:
    return [
        "import vaediag as vd",
        "",
        f"history = vd.load_history({folder!r})  # as vd.Monitor(vae, images, folder=…) wrote it",
        "",
        "history.epoch, history.elbo.value, history.elbo.standard_error  # [diagnoses] each",
        "history.kl  # [diagnoses, latents], nats",
    ]


def _images(wish: Wish) -> str:
    preprocess = f", preprocess={wish.preprocess!r}" if wish.preprocess else ""
    return f"images = vd.datasets.load({wish.data!r}{preprocess}).fit(vae.event_shape)"


def _image(index: int, name: str = "x") -> str:
    return f"{name} = images.take([{index}])[0]  # image {index}, {name}: [*event_shape]"


def _look(wish: Wish) -> list[str]:
    views = tuple(view for view in wish.views if view in COMPUTED and (view != "residual" or wish.image is not None))
    lines = []
    given = beside = ""
    if wish.image is not None and wish.data:
        lines += [_images(wish), _image(wish.image)]
        given = ", x=x" if "residual" in views else ""
        beside = ", x=x" if "data" in wish.views else ""
    extra = f", p={wish.p!r}" if "quantile" in views else ""
    extra += f", level={wish.level!r}" if "interval_width" in views else ""
    return [
        *lines,
        f"z = {list(wish.z or ())!r}",
        f"look = vd.look(vae, z, views={views!r}, seed={wish.seed}{extra}{given})",
        "",
        "look.views  # name of the view -> array [1, *event_shape]",
        "",
        "from vaediag.report.picture import write_picture",
        "",
        f'write_picture(look, "look.png"{beside})',
    ]


def _walk(wish: Wish, known: Answers) -> list[str]:
    path = wish.path
    common = f"steps={path.steps}, views={path.views!r}, seed={wish.seed}, hold_noise={path.hold_noise}"
    span = f"span=({path.low!r}, {path.high!r}), units={path.units!r}"
    lines, start = [], "None"
    with_image = wish.image is not None and wish.data
    if with_image and (path.kind == "interpolation" or path.start == "image" or path.units == "posterior"):
        lines += [_images(wish), _image(wish.image or 0)]
        start = "x"
    elif path.start == "code":
        lines += [f"z = {list(wish.z or ())!r}"]
        start = "z"
    if path.kind == "interpolation":
        lines += [_image(path.end or 0, "end")]
        lines += [f"walk = vd.interpolate(vae, x[None], end[None], {common})"]
    elif path.kind == "grid":
        lines += [f"walk = vd.grid(vae, {path.plane!r}, start={start}, {span}, {common})"]
    else:
        latents = known.model.latent_dim if known.model is not None else 8
        dims = list(walked_dims(wish, known, latents))
        lines += [f"walk = vd.traverse(vae, {dims!r}, start={start}, {span}, {common})"]
    return [
        *lines,
        "",
        "walk.views  # name of the view -> array [rows, steps, *event_shape]",
        "",
        "from vaediag.report.picture import write_picture",
        "",
        'write_picture(walk, "walk.png")',
    ]


def _diagnosis(wish: Wish, known: Answers) -> list[str]:
    """What the diagnosis on show measured, or the next one will."""
    names = include(wish) if known.diagnosis is None else asked_of(known.diagnosis)
    limit = f".limit({wish.limit}, seed={wish.diagnosis_seed})" if wish.limit else ""
    lines = [
        _images(wish) + limit,
        f"d = vd.diagnose(vae, images, seed={wish.diagnosis_seed}{_include(wish, known, names)})",
        "print(d)",
    ]
    further = (figure for name, figure in FURTHER.get(wish.tab, {}).items() if name in names)
    figures = (*FIGURES.get(wish.tab, ()), *further)
    if not figures:
        return [*lines, 'vd.write_report(d, "report")']
    return [
        *lines,
        "",
        "from vaediag.report.picture import write_figure",
        "",
        *(f'write_figure(d, "{name}", "{name}.png")' for name in figures),
    ]


def _include(wish: Wish, known: Answers, names: tuple[str, ...]) -> str:
    """The arguments that ask for these."""
    listed = json.dumps(list(names))
    if "ais" not in names:
        return ', include="deep"' if names == DEEP else f", include={listed}" if names else ""
    ais = None if known.diagnosis is None else known.diagnosis.evidence.ais
    images = wish.ais_images if ais is None else len(ais.images)
    temperatures = wish.ais_temperatures if ais is None else ais.temperatures
    words = '"all"' if names == ALL else listed
    return f", include={words}, ais_images={images}, ais_temperatures={temperatures}"


def _compare(wish: Wish) -> list[str]:
    return [
        f"other = vd.load({wish.other!r})" if wish.other else "other = vae  # choose a second model",
        _images(wish),
        f"first = vd.diagnose(vae, images, seed={wish.diagnosis_seed})",
        f"second = vd.diagnose(other, images, seed={wish.diagnosis_seed})",
        "print(vd.compare(first, second))",
    ]
