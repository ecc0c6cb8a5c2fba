"""Every action of the window with its words, shortcut and tooltip: menus, shortcuts and their list come from here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PyQt6.QtGui import QAction, QKeySequence
from PyQt6.QtWidgets import QMenu, QWidget


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a menu. `command` is what the window does; `arguments` go with it."""

    command: str
    words: str
    tip: str
    keys: str = ""
    arguments: tuple[tuple[str, object], ...] = ()
    needs: str = ""  # "model", "diagnosis", "work", "tab:look", ... : enabled only then
    checkable: bool = False


SEPARATOR = None
TAB_NEEDS = {"training": "training"}

MENUS: dict[str, tuple[Entry | None, ...]] = {
    "File": (
        Entry("start_page", "Start page", "The registered models and what was opened lately", "Ctrl+Home"),
        Entry("open_model", "Open model…", "A bundle, a registered model or package.module:factory", "Ctrl+O"),
        Entry("open_data", "Open data…", "A file or folder of images, or a registered data set", "Ctrl+Shift+O"),
        Entry("open_diagnosis", "Open diagnosis…", "A diagnosis that was saved before", "Ctrl+D", needs="model"),
        Entry("wrap", "Wrap your networks…", "An encoder and a decoder in files of Keras or TensorFlow", "Ctrl+W"),
        Entry("watch", "Watch a training…", "The folder of vd.Monitor(…, folder=…), live or afterwards", "Ctrl+T"),
        SEPARATOR,
        Entry("save_report", "Save report…", "Every figure and a page that explains them", "Ctrl+R", needs="diagnosis"),
        Entry(
            "copy_python",
            "Copy as Python",
            "The lines that reproduce what this tab shows",
            "Ctrl+Shift+C",
            needs="python",
        ),
        SEPARATOR,
        Entry("preferences", "Preferences…", "Light or dark, and how diagnoses are run", "Ctrl+,"),
        Entry("quit", "Quit", "Close the window and end its helpers", "Ctrl+Q"),
    ),
    "View": (
        *(
            Entry("tab", words, f"Go to {words}", f"Ctrl+{place}", (("tab", name),), needs=TAB_NEEDS.get(name, "model"))
            for place, (name, words) in enumerate(
                (
                    ("look", "Look"),
                    ("traverse", "Traverse"),
                    ("calibration", "Calibration"),
                    ("variance", "Variance"),
                    ("collapse", "Collapse"),
                    ("evidence", "Evidence"),
                    ("findings", "Findings"),
                    ("compare", "Compare"),
                    ("training", "Training"),
                ),
                start=1,
            )
        ),
        SEPARATOR,
        Entry("new_sample", "New sample", "Draw x anew from the same p(x | z)", "N", needs="tab:look"),
        Entry("shimmer", "Shimmer", "Fresh samples of the same z, ten a second", "S", needs="tab:look", checkable=True),
        Entry("hold_noise", "Hold noise", "The sample's noise stays while z moves", "H", needs="model", checkable=True),
        Entry("random_z", "Random z", "A draw from the prior", "R", needs="model"),
        Entry(
            "reset_latent",
            "Centre z",
            "Back to the image's code, or the prior's centre",
            "C",
            (("latent", None),),
            "model",
        ),
        SEPARATOR,
        Entry("next_image", "Next image", "The next image of the data becomes the anchor", "Ctrl+Right", needs="model"),
        Entry("previous_image", "Previous image", "The image before becomes the anchor", "Ctrl+Left", needs="model"),
        Entry("show_latents", "Show latents", "The panel of sliders", "F8", checkable=True),
        Entry("show_data", "Show data", "The panel of images", "F9", checkable=True),
    ),
    "Run": (
        Entry(
            "diagnose",
            "Diagnose",
            "Measure calibration, variance and collapse on all images",
            "F5",
            needs="can_diagnose",
        ),
        Entry("in_depth", "In depth", "Diagnoses also measure what takes up to a minute", "Shift+F5", checkable=True),
        Entry(
            "ask_ais",
            "Annealed importance sampling…",
            "The evidence of a few images itself, in minutes: choose how many",
            "Ctrl+F5",
            needs="diagnosis",
        ),
        Entry("cancel", "Cancel", "Stop the work under way", "Esc", needs="work"),
        SEPARATOR,
        Entry(
            "restart",
            "Restart the viewer",
            "End the process that decodes, and start it again",
            "",
            (("helper", "viewer"),),
        ),
        Entry("reload", "Reload model and data", "Read both from their files again", "Ctrl+Shift+R", needs="model"),
    ),
    "Help": (
        Entry("tour", "Tour", "Four steps: from one z to a diagnosis", "F1"),
        Entry("shortcuts", "Shortcuts", "Every key of this window", "Ctrl+/"),
        Entry("about", "About vaediag", "Version and licences"),
    ),
}

EXPORT: tuple[Entry | None, ...] = (
    Entry("save_shown", "Save picture of this tab…", "PNG or SVG, drawn as in the report", "Ctrl+S", needs="picture"),
    Entry("save_moving", "Save moving picture…", "A GIF of the samples or of the traversal", "Ctrl+G", needs="moving"),
    Entry("save_report", "Save report…", "Every figure and a page that explains them", needs="diagnosis"),
    SEPARATOR,
    Entry("copy_python", "Copy as Python", "The lines that reproduce what this tab shows", needs="python"),
)


class Actions:
    """The QActions of a window. `do(command, arguments)` is called when one is triggered."""

    def __init__(self, window: QWidget, do: Callable[[str, dict[str, object]], None]) -> None:
        self._window, self._do = window, do
        self._made: list[tuple[Entry, QAction]] = []

    def fill(self, menu: QMenu, entries: tuple[Entry | None, ...]) -> None:
        menu.setToolTipsVisible(True)
        for entry in entries:
            if entry is None:
                menu.addSeparator()
            else:
                menu.addAction(self._make(entry))

    def every(self) -> list[QAction]:
        """Each action once, in the order of the menus."""
        return [action for entry, action in self._made if entry.keys]

    def enable(self, met: frozenset[str]) -> None:
        """Enable the actions whose `needs` are in `met`."""
        for entry, action in self._made:
            action.setEnabled(not entry.needs or entry.needs in met)

    def check(self, command: str, on: bool) -> None:
        for entry, action in self._made:
            if entry.command == command and entry.checkable:
                action.setChecked(on)

    def _make(self, entry: Entry) -> QAction:
        action = QAction(entry.words, self._window)
        action.setToolTip(entry.tip)
        action.setStatusTip(entry.tip)
        action.setCheckable(entry.checkable)
        if entry.keys:
            action.setShortcut(QKeySequence(entry.keys))
            self._window.addAction(action)
        action.triggered.connect(lambda checked=False: self._do(entry.command, self._arguments(entry, checked)))
        self._made.append((entry, action))
        return action

    @staticmethod
    def _arguments(entry: Entry, checked: bool) -> dict[str, object]:
        return {**dict(entry.arguments), **({"on": checked} if entry.checkable else {})}
