"""Make the pictures of the app that the documentation shows: `python docs/make_pictures.py [NAME ...]`.

The real window with its real helpers, without a screen, in the light palette, after a real diagnosis. Takes minutes.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "benchmarks"))

from app_driver import application, running, spin, until  # noqa: E402  # pyright: ignore[reportMissingImports]
from PyQt6.QtCore import QBuffer, QIODevice  # noqa: E402
from PyQt6.QtWidgets import QWidget  # noqa: E402

from vaediag_gui.app import App  # noqa: E402

IMAGES = Path(__file__).resolve().parent / "images"
MOST = 250_000  # bytes of one picture
SETTLED = 1500  # milliseconds after which pictures, thumbnails and labels of plots stand still


def keep(window: QWidget, name: str) -> None:
    """Write what the window shows, with as many colours as fit."""
    spin(SETTLED)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    window.grab().save(buffer, "PNG")
    picture = Image.open(BytesIO(buffer.data().data())).convert("RGB")
    written = packed(picture)
    if len(written) > MOST:
        written = packed(picture.quantize(256, dither=Image.Dither.NONE))
    IMAGES.mkdir(exist_ok=True)
    (IMAGES / f"{name}.png").write_bytes(written)
    print(f"{name}.png: {len(written) / 1000:.0f} kB")


def packed(picture: Image.Image) -> bytes:
    buffer = BytesIO()
    picture.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def diagnosed(app: App) -> None:
    if app.known.now.diagnosis is not None:
        return
    app.window.commanded.emit("diagnose", {})
    until(lambda: app.known.now.diagnosis is not None, 600)


def deep(app: App) -> None:
    """With everything that takes up to a minute, and the evidence of a few images."""
    app.window.commanded.emit("in_depth", {"on": True})
    app.window.commanded.emit("anneal", {"images": 8, "temperatures": 1000})
    until(lambda: app.known.now.diagnosis is not None and app.known.now.diagnosis.evidence.ais is not None, 1200)


def go(app: App, tab: str) -> None:
    """To a tab, also from the start page."""
    app.window.commanded.emit("tab", {"tab": tab})


def start(app: App) -> None:
    app.window.commanded.emit("start_page", {})
    keep(app.window, "start")


def look(app: App) -> None:
    diagnosed(app)
    go(app, "look")
    app.wishes.update(image=3)
    until(lambda: app.known.now.anchor is not None and app.known.now.anchor.image == 3)
    app.wishes.update(pixel=PIXEL)
    until(lambda: app.known.now.pixel is not None and app.known.now.pixel.index == PIXEL)
    keep(app.window, "look")


def traverse(app: App) -> None:
    go(app, "traverse")
    until(lambda: app.known.now.walk is not None)
    keep(app.window, "traverse")


def tab(name: str, **maps: object) -> Callable[[App], None]:
    def show(app: App) -> None:
        diagnosed(app)
        go(app, name)
        app.wishes.update(maps=maps)
        until(lambda: getattr(app.window, name).page.complete)
        keep(app.window, name)

    return show


def evidence(app: App) -> None:
    deep(app)
    tab("evidence")(app)


def trained() -> Path:
    """A folder with the history of a training and with its networks, made once; relative, as pictures show it."""
    folder = Path(tempfile.gettempdir()) / "vaediag-pictures"
    if not (folder / "decoder.keras").is_file():
        folder.mkdir(exist_ok=True)
        script = Path(__file__).parent / "train_for_pictures.py"
        subprocess.run([sys.executable, str(script), str(folder)], check=True)
    os.chdir(folder.parent)
    return Path(folder.name)


def training(app: App) -> None:
    app.window.commanded.emit("watch", {"folder": str(trained() / "run-7")})
    until(lambda: app.known.now.training is not None and app.known.now.training.history is not None)
    app.window.training.page.finish()
    app.window.resize(1280, 1060)
    keep(app.window, "training")
    app.window.resize(1280, 800)


def wrap(app: App) -> None:
    from vaediag_gui.dialogs.wrap import WrapDialog

    dialog, folder = WrapDialog(app.settings, app.window), trained()
    dialog.resize(820, 800)
    dialog.show_paths([str(folder / "encoder.keras"), str(folder / "decoder.keras")])
    until(lambda: bool(dialog.state.likelihood_words))
    dialog.posterior.picked.emit("mean-logvar")
    dialog.likelihood.picked.emit("normal-image")
    dialog.show()
    keep(dialog, "wrap")
    dialog.close()


PIXEL = (30, 30, 0)
# model, data, and what is shown of them
SHOWN: tuple[tuple[str, str, dict[str, Callable[[App], None]]], ...] = (
    ("shapes-bernoulli", "shapes", {"start": start, "traverse": traverse, "look": look}),
    ("digits-bernoulli", "digits-binary", {"training": training, "wrap": wrap}),
    ("digits-overconfident", "digits", {"calibration": tab("calibration"), "findings": tab("findings")}),
    ("digits-collapsed", "digits-binary", {"collapse": tab("collapse", latent=0)}),
    ("digits-normal-image", "digits", {"evidence": evidence}),
)


def main(names: list[str]) -> None:
    with application():
        for model, data, pictures in SHOWN:
            wanted = [show for name, show in pictures.items() if not names or name in names]
            if wanted:
                with running(model, data) as app:
                    for show in wanted:
                        show(app)


if __name__ == "__main__":
    main(sys.argv[1:])
