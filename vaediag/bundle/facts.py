"""What a file of a network says about itself, read without TensorFlow, so that the app's window may ask too."""

from __future__ import annotations

import math
from dataclasses import dataclass

from vaediag.bundle.cut import DISTRIBUTIONS, foreign_layers, output_tensors
from vaediag.bundle.effects import Shape
from vaediag.bundle.foreign import Foreign, open_foreign, split_address
from vaediag.bundle.parts import output_shape, rows, shapes
from vaediag.errors import InputError, UnsafeFileError

KERAS, SAVED_MODEL = "keras", "savedmodel"
MOST_OUTPUTS = 16  # that are described


@dataclass(frozen=True, slots=True)
class OutputFacts:
    """One output of a network. `shape` has no batch axis; None: behind a layer whose code is not in the file."""

    name: str
    shape: Shape | None


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What is known about a network before it is opened.

    Attributes:
        address: the path, or `path:name` of a network inside the file.
        kind: "keras" (.keras, .h5, .hdf5 of any version) or "savedmodel".
        saved_by: "Keras 3.15.1", "tf_keras 2.21.0", "TensorFlow".
        inputs: shapes of its inputs without the batch axis; empty for a SavedModel, which is not opened here.
        outputs: in their order; empty for a SavedModel.
        custom_layers: classes whose code is not in the file (a layer that draws z, layers of tfp); they are never run.
        rows: layers with a row of numbers and how many: what can be named as outputs.
        networks: names of networks inside it, each to be had as `path:name`.
        program: whether opening it runs a program, which only the person can allow (`trust=True`, `--trust`).
    """

    address: str
    kind: str
    saved_by: str
    inputs: tuple[Shape, ...] = ()
    outputs: tuple[OutputFacts, ...] = ()
    custom_layers: tuple[str, ...] = ()
    rows: tuple[tuple[str, int], ...] = ()
    networks: tuple[str, ...] = ()
    program: bool = False

    @property
    def distribution(self) -> str | None:
        """The layer of tfp that makes a distribution of the outputs, if the file has one."""
        return next(
            (name for name in self.custom_layers if name in DISTRIBUTIONS and name != "KLDivergenceAddLoss"), None
        )

    @property
    def numbers(self) -> int | None:
        """How many numbers per image all outputs have together; None where that is not known."""
        known = [output.shape for output in self.outputs if output.shape is not None]
        return sum(map(math.prod, known)) if known and len(known) == len(self.outputs) else None


def inspect_file(address: str) -> FileFacts:
    """Facts about the network at `path` or `path:name`.

    Raises InputError, in one sentence that says what to do, when there is no network: an empty or damaged file, weights
    only, a class of the user's own.
    """
    if is_saved_model(address):
        return FileFacts(address, SAVED_MODEL, "TensorFlow", program=True)
    return facts_of(open_foreign(address), address)


def is_saved_model(address: str) -> bool:
    """Whether the address is that of a SavedModel folder, or of a network in one."""
    path, _ = split_address(address)
    return path.is_dir() and (path / "saved_model.pb").is_file()


def facts_of(file: Foreign, address: str) -> FileFacts:
    """Facts about a file that has been read."""
    outputs = output_tensors(file.config)
    named = outputs.items() if isinstance(outputs, dict) else ((output[0], output) for output in outputs)
    few = list(named)[:MOST_OUTPUTS]
    listed = tuple(OutputFacts(name, output_shape(file.config, output, file.where)) for name, output in few)
    return FileFacts(
        address,
        KERAS,
        file.saved_by,
        inputs=_inputs(file),
        outputs=listed,
        custom_layers=tuple(dict.fromkeys(foreign_layers(file.config))),
        rows=tuple(rows(file.config)),
        networks=file.inner,
    )


def _inputs(file: Foreign) -> tuple[Shape, ...]:
    starts = [layer["config"] for layer in file.config["config"]["layers"] if layer.get("class_name") == "InputLayer"]
    found = [start.get("batch_shape") for start in starts]
    try:
        return (
            tuple(tuple(shape[1:]) for shape in found if isinstance(shape, list)) or shapes(file.config, file.where)[0]
        )
    except (InputError, UnsafeFileError):
        return ()
