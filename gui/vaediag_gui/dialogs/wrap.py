"""Wrap your networks: two files become a model, with everything said that no file says."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QSettings, QSize, Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from vaediag.io.preprocess import STEPS
from vaediag_gui.background import in_background
from vaediag_gui.dialogs.files import ask_file, ask_folder
from vaediag_gui.dialogs.wrap_parts import ChoiceList, NetworkPart, OptionsPart, button, line_edit
from vaediag_gui.dropped import absolute
from vaediag_gui.file_names import free_name, plain_name
from vaediag_gui.resolve.wrap import Draft, Side, WrapState, chosen_likelihood, resolve_wrap
from vaediag_gui.state.answers import Trouble, Work
from vaediag_gui.widgets.card import Card
from vaediag_gui.widgets.page import Page
from vaediag_gui.widgets.text import label

LEAD = "A file holds layers and weights. What its numbers mean is for you to say: nothing is guessed."
TRUST = (
    "I trust who made this SavedModel: it is a program, and when it is opened it can do on this machine whatever I can"
)
PRIOR = "File of the prior: numpy.savez with loc and scale [L], or weights [K], locs and scales [K, L]"
ARRAYS = "Arrays (*.npz);;All files (*)"


class WrapDialog(QDialog):
    """`wanted(arguments)`: those of `tasks.wrap`. The window says how it goes on.

    `stopped()`: the person does not want to wait any longer.
    """

    wanted = pyqtSignal(dict)
    stopped = pyqtSignal()

    def __init__(self, settings: QSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Wrap your networks")
        self.setModal(True)
        self._settings = settings
        self.draft = Draft()
        self.state = WrapState()
        self._reading: dict[str, str] = {}  # side -> address that is being read
        self._working = False
        self.encoder = NetworkPart("Encoder", "z_mean, z_log_var; left empty: the first two", settings)
        self.decoder = NetworkPart("Decoder", "left empty: all of them", settings)
        self.encoder.chose.connect(lambda text: self._change(encoder_outputs=text))
        self.decoder.chose.connect(lambda text: self._change(decoder_outputs=text))
        self.encoder.named.connect(lambda address: self._name("encoder", address))
        self.decoder.named.connect(lambda address: self._name("decoder", address))
        self.trust = QCheckBox()
        self.trust.setText("I trust it")
        self.trust.setAccessibleName(TRUST)
        self.trust.setToolTip(TRUST)
        self.trust.toggled.connect(lambda on: self._change(trust=on))
        self.shape = line_edit("Shape of one image", "28×28×1")
        self.shape.textChanged.connect(lambda text: self._change(shape=text))
        self.latents = line_edit("Number of latents", "16")
        self.latents.textChanged.connect(lambda text: self._change(latents=text))
        self.posterior = ChoiceList("What the encoder gives", 150, filtered=False)
        self.posterior.picked.connect(lambda name: self._change(posterior=name))
        self.likelihood = ChoiceList("What the decoder gives", 210, filtered=True)
        self.likelihood.picked.connect(lambda name: self._become(chosen_likelihood(self.draft, name)))
        self.options = OptionsPart()
        self.options.said.connect(self._option)
        self.options.estimated.connect(lambda on: self._change(estimate=on))
        self.preprocess = QComboBox()
        self.preprocess.setEditable(True)
        self.preprocess.setAccessibleName("Preprocessing")
        self.preprocess.setToolTip("What was done to the stored values in training; + joins steps: unit+pad:32")
        for name, meaning in STEPS.items():
            if ":" not in name:
                self.preprocess.addItem(name)
                self.preprocess.setItemData(self.preprocess.count() - 1, meaning, Qt.ItemDataRole.ToolTipRole)
        self.preprocess.setCurrentIndex(-1)
        self.preprocess.setEditText("")
        typed = self.preprocess.lineEdit()
        if typed is not None:
            typed.setPlaceholderText("none, unit, unit+pad:32 …")
            typed.setAccessibleName("Preprocessing")
        self.preprocess.editTextChanged.connect(lambda text: self._change(preprocess=text))
        self.steps = label(role="muted", wrap=True)
        self.prior = line_edit(PRIOR, "left empty: standard normal N(0, I)")
        self.prior.textChanged.connect(lambda text: self._change(prior=text))
        self.data = line_edit("Data", "a registered name, a path, keras:mnist, tfds:…; can be left empty")
        self.data.textChanged.connect(lambda text: self._change(data=text))
        self.output = line_edit("Folder of the model", "/path/to/my-vae (is made)")
        self.output.textChanged.connect(lambda text: self._change(output=text))
        self.assumed = label(role="muted", wrap=True)
        self.assumed.setAccessibleName("What will be assumed")
        self.message = label(wrap=True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 0)
        self.bar.setAccessibleName("Wrapping")
        self.bar.hide()
        self.go = QPushButton("Wrap and open")
        self._lay_out()
        self._show()
        self.encoder.line.setFocus()

    def sizeHint(self) -> QSize:
        return QSize(780, 760)

    def show_paths(self, paths: list[str]) -> None:
        """Files that were dropped: by their names where these say which is which, else in the order they came."""
        rest = []
        for path in paths:
            name = path.rsplit("/", 1)[-1].casefold()
            part = self.encoder if "enc" in name else self.decoder if "dec" in name else None
            if part is not None and not part.line.text():
                part.line.setText(path)
            else:
                rest.append(path)
        for path in rest:
            part = next((each for each in (self.encoder, self.decoder) if not each.line.text()), None)
            if part is not None:
                part.line.setText(path)

    # ---- how it goes on ----------------------------------------------------------------------------------------------

    def show_work(self, work: Work | None) -> None:
        """It is under way, or is not any longer."""
        self._working = work is not None
        self._page.setEnabled(not self._working)
        self.bar.setVisible(self._working)
        self._cancel.setText("Stop" if self._working else "Cancel")
        if work is not None:
            self.message.setText(f"{work.stage[:1].upper()}{work.stage[1:]} …")
        else:
            self._show()
        self.go.setEnabled(not self._working and not self.state.missing)

    def show_trouble(self, trouble: Trouble | None) -> None:
        """What went wrong, in place; everything said so far stays."""
        self._trouble = "" if trouble is None else trouble.message
        self._show()

    _trouble = ""

    def reject(self) -> None:
        if self._working:
            self.stopped.emit()
            return
        super().reject()

    # ---- what is said ------------------------------------------------------------------------------------------------

    def _name(self, side: str, address: str) -> None:
        """Read what the file says, in a thread: networks can be large."""
        self._change(**{side: Side(address)})
        self._reading[side] = address
        if not address:
            self._show()
            return
        path = absolute(address)

        def read() -> Callable[[], None]:
            from vaediag.bundle.facts import inspect_file
            from vaediag.errors import VaediagError

            try:
                found = Side(path, inspect_file(path))
            except VaediagError as error:
                found = Side(path, None, " ".join(str(error).splitlines()[0].split()))
            except (OSError, ValueError) as error:
                found = Side(path, None, f"It cannot be read: {error}")
            return lambda: self._take(side, address, found)

        in_background(read, self)

    def _take(self, side: str, address: str, found: Side) -> None:
        if self._reading.get(side) == address:
            part = getattr(self, side)
            if not part.inside.currentData():  # else one of them has been chosen
                part.show_inside(() if found.facts is None else found.facts.networks)
            self._change(**{side: found})

    def _option(self, name: str, text: str) -> None:
        kept = tuple((each, text if each == name else value) for each, value in self.draft.options)
        self._change(options=kept)

    def _change(self, **changes: Any) -> None:
        self._become(dataclasses.replace(self.draft, **changes))

    def _become(self, draft: Draft) -> None:
        if draft != self.draft:
            self.draft, self._trouble = draft, ""
            self._show()

    def _show(self) -> None:
        draft = self.draft
        state = self.state = resolve_wrap(draft)
        self.encoder.show_side(state.encoder, draft.encoder.trouble)
        self.decoder.show_side(state.decoder, draft.decoder.trouble)
        self.encoder.show_names(state.encoder_names)
        self.decoder.show_names(state.decoder_names)
        self._program.setVisible(state.program)
        self._sizes.setVisible(state.ask_shape or state.ask_latents)
        self._size_rows.setRowVisible(self.shape, state.ask_shape)
        self._size_rows.setRowVisible(self.latents, state.ask_latents)
        self.posterior.show_offers(state.posteriors, state.posterior_words, draft.posterior)
        self.likelihood.show_offers(state.likelihoods, state.likelihood_words, draft.likelihood)
        self.options.show_options(state.options, dict(draft.options), estimate=draft.estimate)
        self.steps.setText("; ".join(STEPS[name] for name in draft.preprocess.split("+") if name in STEPS))
        self.steps.setVisible(bool(self.steps.text()))
        self.assumed.setText(state.assumed)
        said = self._trouble or state.missing
        self.message.setText(f"▲  {said}" if self._trouble or state.wrong else said)
        self.go.setEnabled(not state.missing and not self._working)

    def _wrap(self) -> None:
        if not self.state.missing:
            given = self.state.arguments
            prior = absolute(given["prior"]) if given["prior"] else None
            self.wanted.emit({**given, "output": absolute(given["output"]), "prior": prior})

    # ---- layout ------------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self._page = Page(spacing=12)
        files = QFormLayout()
        files.setHorizontalSpacing(12)
        files.setVerticalSpacing(8)
        files.addRow("Encoder", self.encoder)
        files.addRow("Decoder", self.decoder)
        self._program = QWidget()
        trusted = QHBoxLayout(self._program)
        trusted.setContentsMargins(0, 0, 0, 0)
        trusted.setSpacing(12)
        trusted.addWidget(self.trust)
        trusted.addWidget(label(TRUST, "muted", wrap=True), 1)
        self._sizes = QWidget()
        self._size_rows = QFormLayout(self._sizes)
        self._size_rows.setContentsMargins(0, 0, 0, 0)
        self._size_rows.setHorizontalSpacing(12)
        self._size_rows.addRow("One image", self.shape)
        self._size_rows.addRow("Latents", self.latents)
        networks = Card("Your networks", "A .keras or .h5 file of any Keras, or the folder of a SavedModel, each.")
        networks.add(files)
        networks.add(self._program)
        networks.add(self._sizes)
        self._page.add(networks)
        self._page.add(Card("q(z | x): what are the encoder's outputs?", "", self.posterior))
        self._page.add(Card("p(x | z): what are the decoder's outputs?", "", self.likelihood, self.options))
        rest = QFormLayout()
        rest.setHorizontalSpacing(12)
        rest.setVerticalSpacing(8)
        rest.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        rest.addRow("p(z)", self._beside(self.prior, ("File…", PRIOR, self._ask_prior)))
        done = QVBoxLayout()
        done.setSpacing(2)
        done.addWidget(self.preprocess)
        done.addWidget(self.steps)
        rest.addRow("x", done)
        rest.addRow("Data", self._beside(self.data, ("File…", "Choose a file of images", self._ask_data)))
        rest.addRow(
            "Save in", self._beside(self.output, ("Folder…", "Choose where to save the model", self._ask_output))
        )
        around = Card("Prior, preprocessing, data and where to save")
        around.add(rest)
        self._page.add(around)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(self._page)
        self._page.setAutoFillBackground(False)
        viewport = scroll.viewport()
        if viewport is not None:
            viewport.setAutoFillBackground(False)
        buttons = QDialogButtonBox()
        self._cancel = QPushButton("Cancel")
        buttons.addButton(self._cancel, QDialogButtonBox.ButtonRole.RejectRole)
        self.go.setProperty("primary", True)
        self.go.setToolTip("Make a model of both networks, save it and open it")
        buttons.addButton(self.go, QDialogButtonBox.ButtonRole.ActionRole)
        self.go.clicked.connect(self._wrap)
        buttons.rejected.connect(self.reject)
        for each in self.findChildren(QPushButton):
            each.setAutoDefault(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 16)
        layout.setSpacing(8)
        layout.addWidget(label(LEAD, wrap=True))
        layout.addWidget(scroll, 1)
        for widget in (self.assumed, self.message, self.bar):
            layout.addWidget(widget)
        layout.addWidget(buttons)

    def _beside(self, field: QWidget, press: tuple[str, str, Callable[[], None]]) -> QWidget:
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(field, 1)
        row.addWidget(button(*press))
        return made

    def _ask_data(self) -> None:
        ask_file(self, "Choose a file of images", self._settings, self.data.setText)

    def _ask_prior(self) -> None:
        ask_file(self, "Choose the file of the prior", self._settings, self.prior.setText, ARRAYS)

    def _ask_output(self) -> None:
        ask_folder(self, "Choose the folder to save the model in", self._settings, self._propose)

    def _propose(self, folder: str) -> None:
        """A folder of its own inside the chosen one."""
        name = plain_name(Path(self.draft.decoder.address).stem) if self.draft.decoder.address else "vae"
        self.output.setText(str(Path(folder) / free_name(Path(folder), name)))
