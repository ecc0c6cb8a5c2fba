"""Draw the pictures of `docs/gallery.md` and write that page: `python docs/make_gallery.py`.

Real reports of bundled models; what a picture answers and how to read it is said by the report itself. Takes minutes.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from PIL import Image

import vaediag as vd
from vaediag.explanations.contents import ELSEWHERE
from vaediag.explanations.pages import names
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.numbered import numbered
from vaediag.report.catalogue import PANELS
from vaediag.report.save import figure_bytes

DOCS = Path(__file__).resolve().parent
PICTURES = DOCS / "images" / "gallery"
WIDTH = 1100  # pixels; pages show less
USUAL = ("digits-normal-image", "digits")
# pictures that another model shows better, or that only another model has
OTHERS = {
    "reliability": ("digits-bernoulli", "digits-binary"),
    "dependence": ("patches-normal-shared", "patches"),
    "kl": ("digits-collapsed", "digits"),
    "kl_effect": ("digits-collapsed", "digits"),
    "prune_cost": ("digits-collapsed", "digits"),
    "spread_skill": ("digits-overconfident", "digits"),
    "quantile_curve": ("digits-overconfident", "digits"),
}
HEAD = """# Gallery

Every picture of a report, what it answers and how to read it. They are real: `vaediag report MODEL DATA --deep --ais 8`
draws them, and the line under each names the model. `python docs/make_gallery.py` draws this page again.
"""


def diagnosed(model: str, data: str) -> Diagnosis:
    """With everything that a picture needs, annealing of a few images included."""
    return vd.diagnose(vd.load(model), data, include="all", ais_images=8, ais_temperatures=300)


def packed(png: bytes) -> bytes:
    """No wider than a page needs, and with as many colours as a figure has."""
    picture = Image.open(BytesIO(png)).convert("RGB")
    if picture.width > WIDTH:
        picture = picture.resize((WIDTH, round(picture.height * WIDTH / picture.width)), Image.Resampling.LANCZOS)
    buffer = BytesIO()
    picture.quantize(128, dither=Image.Dither.NONE).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def explained(panel: str) -> str:
    """The link to the page of the quantity that a picture shows; "" where none is its own."""
    name = panel if panel in names() else ELSEWHERE.get(panel, "")
    return f" More: [{name}](../vaediag/explanations/{name}.md)." if name else ""


def main() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    known: dict[tuple[str, str], Diagnosis] = {}
    page = [HEAD]
    for panel in PANELS:
        address = OTHERS.get(panel.id, USUAL)
        if address not in known:
            known[address] = diagnosed(*address)
        figure = panel.draw(numbered(known[address]))
        if figure is None:
            print(f"{panel.id}: nothing to draw of {address[0]}")
            continue
        (PICTURES / f"{panel.id}.png").write_bytes(packed(figure_bytes(figure, "png")))
        page += [
            f"## {panel.question}\n",
            f"![{figure.get_label()}](images/gallery/{panel.id}.png)\n",
            f"*`{panel.id}`: {address[0]} on {address[1]}.*\n",
            f"{panel.reading}{explained(panel.id)}\n",
        ]
    (DOCS / "gallery.md").write_text("\n".join(page), encoding="utf-8")


if __name__ == "__main__":
    main()
