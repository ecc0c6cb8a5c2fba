"""Networks that could run code or eat the memory are refused at once, before Keras or TensorFlow sees them."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import time
import zipfile

import h5py
import numpy as np
import pytest

from vaediag.bundle.inspect import examine, inspect_network
from vaediag.bundle.zips import read_npz, write_npz, write_zip
from vaediag.errors import InputError, UnsafeFileError

QUICK = 1.0  # seconds


def layer(config, name):
    return next(item for item in config["config"]["layers"] if item["config"]["name"] == name)


def refusal(path, match):
    start = time.perf_counter()
    with pytest.raises(UnsafeFileError, match=match) as caught:
        inspect_network(path)
    assert time.perf_counter() - start < QUICK
    assert "\n" not in str(caught.value)
    assert path.name in str(caught.value)


def row(*layers, name="row", **config):
    return {"module": "keras", "class_name": "Sequential", "config": {"name": name, "layers": list(layers), **config}}


def listed(class_name, **config):
    return {"module": "keras.layers", "class_name": class_name, "config": config}


def setting(name, key, value):
    def change(config):
        layer(config, name)["config"][key] = value

    return change


def replaced(name, **entries):
    def change(config):
        layer(config, name).update(entries)

    return change


LAMBDA = {
    "module": "builtins",
    "class_name": "function",
    "config": "__import__('os').system('touch /tmp/run')",
    "registered_name": "function",
}


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (replaced("hidden", class_name="Lambda"), "'Lambda'"),
        (replaced("hidden", class_name="TFSMLayer"), "'TFSMLayer'"),
        (replaced("hidden", class_name="Custom", registered_name="mine>Custom"), "'mine>Custom'"),
        (replaced("hidden", registered_name="mine>Dense"), "the registered object 'mine>Dense'"),
        (replaced("hidden", module="os"), "of module 'os'"),
        (replaced("hidden", module=None), "of module None"),
        (replaced("hidden", module="kerasx.layers"), "of module 'kerasx.layers'"),
        (replaced("hidden", class_name=["Dense"]), "the layer"),
        (replaced("hidden", config=3), "no table"),
        (setting("hidden", "activation", LAMBDA), "'function' as activation"),
        (setting("hidden", "activation", "my_function"), "'my_function' as activation"),
        (setting("hidden", "kernel_initializer", LAMBDA), "'function' of module 'builtins'"),
        (setting("hidden", "kernel_initializer", "evil"), "'evil' as initializer"),
        (setting("hidden", "kernel_regularizer", {"module": "keras", "class_name": "X"}), "'X' as regularizer"),
        (setting("hidden", "bias_constraint", "evil"), "'evil' as constraint"),
        (setting("hidden", "dtype", {"module": "keras.dtype_policies", "class_name": "QuantizedDTypePolicy"}), "dtype"),
        (setting("hidden", "dtype", "int8"), "'int8' as dtype"),
        (setting("hidden", "units", LAMBDA), "must be a plain value"),
        (setting("hidden", "lora_rank", 10**8), "the unknown setting 'lora_rank'"),
        (setting("hidden", "quantization_config", {"module": "x"}), "the unknown setting"),
        (setting("hidden", "name", "x" * 500), "str"),
        (lambda config: config.update(class_name="MyModel"), "the network class 'MyModel'"),
        (lambda config: config.update(module="mine"), "of module 'mine'"),
        (lambda config: config["config"].update(extra=LAMBDA), "the unknown setting 'extra'"),
        (lambda _: [1], "a network that is no table"),
        (lambda config: config["config"].update(layers=[]), "without layers"),
        (lambda config: config["config"].update(input_layers=[]), "without inputs"),
        (lambda config: config["config"].update(output_layers=["nowhere", 0, 0]), "not there"),
        (lambda config: config["config"].update(output_layers=["both", 7, 0]), "does not have"),
    ],
)
def test_configs_that_could_run_code(archive, change, match):
    refusal(archive(change), match)


def test_call_arguments_are_tensors_only(archive):
    def change(config):
        layer(config, "hidden")["inbound_nodes"][0]["kwargs"] = {"mask": {"class_name": "__lambda__"}}

    refusal(archive(change), "must be a plain value")

    def change_args(config):
        layer(config, "hidden")["inbound_nodes"][0]["args"] = [{"class_name": "__numpy__", "config": {"value": [1]}}]

    refusal(archive(change_args), "the argument '__numpy__'")


def test_layers_that_wait_for_each_other(archive):
    def change(config):
        layer(config, "hidden")["inbound_nodes"][0]["args"][0]["config"]["keras_history"] = ["both", 0, 0]

    refusal(archive(change), "wait for each other")


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (setting("mean", "units", 200_000_000), "at most|does not hold"),
        (setting("hidden", "units", 100_000), r"of shape \[100000, 30\]"),
        (setting("v", "units", 2), r"of shape \[8, 2\]"),
        (setting("z", "batch_shape", [None, 2**29]), "at most"),
        (setting("z", "batch_shape", [None, None]), "fixed sizes"),
        (setting("z", "batch_shape", [10**9, 2]), "fixed sizes"),
        (setting("z", "batch_shape", [None, -4]), "fixed sizes"),
        (setting("hidden", "units", -8), "units is -8"),
        (setting("hidden", "units", 1.5), "units is 1.5"),
        (setting("hidden", "units", 2**62), "int as 'units'"),
    ],
)
def test_absurd_sizes(archive, change, match):
    path = archive(change)
    assert path.stat().st_size < 40_000
    refusal(path, match)


GROWTH = [
    ("UpSampling2D", {"size": [30_000, 30_000], "interpolation": "nearest"}),
    ("ZeroPadding2D", {"padding": [[10**8, 0], [0, 0]]}),
    ("RepeatVector", {"n": 2**28}),
    ("Conv2DTranspose", {"filters": 1, "kernel_size": 1, "strides": 20_000, "padding": "same", "dilation_rate": 1}),
    ("MaxPooling2D", {"pool_size": 2**30, "strides": 1, "padding": "same"}),
    (
        "DepthwiseConv2D",
        {"depth_multiplier": 1, "kernel_size": 2, "strides": 1, "padding": "same", "dilation_rate": 2**30},
    ),
    ("Conv2D", {"filters": 1, "kernel_size": 2, "strides": 1, "padding": "same", "dilation_rate": 2**30}),
]


@pytest.mark.parametrize(("class_name", "config"), GROWTH)
def test_layers_without_weights_cannot_grow_without_end(archive, class_name, config):
    shape = [None, 3] if class_name == "RepeatVector" else [None, 3, 3, 1]

    def change(_):
        rows = [
            {"module": "keras.layers", "class_name": "InputLayer", "config": {"batch_shape": shape, "name": "a"}},
            {"module": "keras.layers", "class_name": class_name, "config": {"name": "b", **config}},
        ]
        return row(*rows)

    refusal(archive(change), "numbers per image in all layers together")


def test_a_network_that_doubles_itself(archive):
    """Forty concatenations of a tensor with itself: small on paper, 2 ** 40 numbers in memory."""

    def change(config):
        layers = config["config"]["layers"][:1]
        for number in range(40):
            before = layers[-1]["name"]
            tensor = {
                "class_name": "__keras_tensor__",
                "config": {"shape": [None, 2], "dtype": "float32", "keras_history": [before, 0, 0]},
            }
            layers.append(
                {
                    "module": "keras.layers",
                    "class_name": "Concatenate",
                    "config": {"name": f"c{number}", "axis": -1},
                    "name": f"c{number}",
                    "inbound_nodes": [{"args": [[tensor, tensor]], "kwargs": {}}],
                }
            )
        config["config"].update(layers=layers, output_layers=["c39", 0, 0])

    refusal(archive(change), "numbers per image in all layers together")


def test_an_inner_network_cannot_declare_a_larger_input(archive):
    """Keras would build the inner kernel for the declared input, whatever the inner network is given."""
    dense = listed("Dense", name="d", units=8, activation="gelu", use_bias=True)
    for inner in (
        row(dense, build_input_shape=[None, 10**9], name="inner"),
        row(listed("InputLayer", name="i", batch_shape=[None, 10**7]), dense, name="inner"),
    ):
        whole = row(listed("InputLayer", name="x", batch_shape=[None, 2]), inner)
        refusal(archive(lambda _, whole=whole: whole), r"a network with inputs .* that is given \[\[2\]\]")


def test_an_inner_network_that_is_never_called(archive):
    """Keras would build it all the same."""

    def change(config):
        inner = row(
            listed("InputLayer", name="i", batch_shape=[None, 1000]),
            listed("Dense", name="d", units=10**9, use_bias=True),
            name="inner",
        )
        config["config"]["layers"].append(inner | {"name": "inner", "inbound_nodes": []})

    refusal(archive(change), "'inner', which is never called but would be built")


def test_networks_inside_networks_cannot_multiply(archive):
    """Eight levels of ten calls each: a few kilobytes, a hundred million layers."""

    def tensor(name, call):
        config = {"shape": [None, 2], "dtype": "float32", "keras_history": [name, call, 0]}
        return {"args": [{"class_name": "__keras_tensor__", "config": config}], "kwargs": {}}

    def change(_):
        inner = row(listed("InputLayer", name="i", batch_shape=[None, 2]), name="n")
        for _ in range(6):
            calls = [tensor("x", 0)] + [tensor("n", call) for call in range(9)]
            inner = {
                "module": "keras",
                "class_name": "Functional",
                "config": {
                    "name": "n",
                    "layers": [
                        listed("InputLayer", name="x", batch_shape=[None, 2]) | {"name": "x", "inbound_nodes": []},
                        inner | {"name": "n", "inbound_nodes": calls},
                    ],
                    "input_layers": ["x", 0, 0],
                    "output_layers": ["x", 0, 0],
                },
            }
        return inner

    refusal(archive(change), "more than 2000 calls of layers")


def test_too_many_layers(archive):
    def change(config):
        rows = [layer(config, "z")] + [
            {"module": "keras.layers", "class_name": "Identity", "config": {"name": f"i{number}"}}
            for number in range(5000)
        ]
        return row(*rows)

    refusal(archive(change), "more than 1000 layers")


def test_networks_nested_too_deep(archive):
    def change(config):
        for _ in range(60):
            config = row(config)
        return config

    refusal(archive(change), "at most 40 levels")


def test_refusal_needs_no_tensorflow(archive):
    path = archive(setting("mean", "units", 200_000_000))
    code = (
        "import sys, time; start = time.perf_counter()\n"
        "from vaediag.bundle.inspect import inspect_network\n"
        "from vaediag.errors import UnsafeFileError\n"
        f"try: inspect_network({str(path)!r})\n"
        "except UnsafeFileError: pass\n"
        "else: raise SystemExit('it was let in')\n"
        "assert 'tensorflow' not in sys.modules and 'keras' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


# ---- the archive -----------------------------------------------------------------------------------------------------


def members(saved):
    with zipfile.ZipFile(saved / "decoder.keras") as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize(
    ("extra", "match"),
    [
        ({"../evil.py": b"x"}, r"got 'metadata.json'.*'\.\./evil.py'"),
        ({"assets/vocabulary.txt": b"x"}, "expected exactly"),
        ({"/etc/passwd": b"x"}, "expected exactly"),
    ],
)
def test_other_members(saved, extra, match):
    with pytest.raises(UnsafeFileError, match=match):
        examine(write_zip(members(saved) | extra), "decoder.keras")


@pytest.mark.parametrize("name", ["metadata.json", "config.json", "model.weights.h5"])
def test_missing_members(saved, name):
    content = members(saved)
    del content[name]
    with pytest.raises(UnsafeFileError, match="expected exactly"):
        examine(write_zip(content), "decoder.keras")


def test_a_member_given_twice(saved):
    buffer = io.BytesIO(write_zip(members(saved)))
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("config.json", b"{}")
    with pytest.raises(UnsafeFileError, match="expected exactly"):
        examine(buffer.getvalue(), "decoder.keras")


def test_a_zip_bomb(saved):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members(saved).items():
            archive.writestr(name, data if name != "model.weights.h5" else bytes(80 * 2**20))
    assert len(buffer.getvalue()) < 2**20
    start = time.perf_counter()
    with pytest.raises(UnsafeFileError, match="it would unpack to 83886080"):
        examine(buffer.getvalue(), "decoder.keras")
    assert time.perf_counter() - start < QUICK


def test_a_config_of_many_megabytes(saved):
    content = members(saved) | {"config.json": b'{"a": "' + b"x" * 6_000_000 + b'"}'}
    with pytest.raises(UnsafeFileError, match=r"expected config\.json of at most 4194304 bytes"):
        examine(write_zip(content), "decoder.keras")


# ---- the weights -----------------------------------------------------------------------------------------------------


def with_weights(saved, change):
    buffer = io.BytesIO(members(saved)["model.weights.h5"])
    with h5py.File(buffer, "r+") as file:
        change(file)
    return write_zip(members(saved) | {"model.weights.h5": buffer.getvalue()})


def soft(file):
    file["layers/link"] = h5py.SoftLink("/layers/dense")


def external_link(file):
    file["layers/link"] = h5py.ExternalLink("/etc/other.h5", "/")


def hard_cycle(file):
    file["layers/loop"] = file["layers"]


def virtual(file):
    layout = h5py.VirtualLayout((2, 2), "f4")
    layout[:] = h5py.VirtualSource("other.h5", "x", (2, 2))
    file.create_virtual_dataset("layers/v", layout)


def external(file):
    file.create_dataset("layers/e", (4,), "f4", external=[("/etc/passwd", 0, 16)])


def sparse(file):
    file.create_dataset("layers/s", (200_000_000, 30), "f4", chunks=(1000, 30))


def compressed(file):
    file.create_dataset("layers/c", data=np.zeros(10), compression="gzip")


def text(file):
    file["layers/t"] = "text"


def named_type(file):
    file["layers/type"] = np.dtype("f4")


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (soft, "a link to another place"),
        (external_link, "a link to another place|a newer layout"),
        (hard_cycle, "reached twice"),
        (virtual, "numbers in pieces|newer"),
        (external, "numbers in another file"),
        (sparse, "more numbers than the file can hold"),
        (compressed, "compressed numbers"),
        (text, "no plain number"),
        (named_type, "neither a group nor an array"),
        (lambda file: file.create_dataset("layers/more", data=np.zeros((3, 3))), "the layers do not have"),
        (lambda file: file.pop("layers/dense/vars/0"), "the file does not hold"),
    ],
)
def test_weights_that_are_not_plain(saved, change, match):
    start = time.perf_counter()
    with pytest.raises(UnsafeFileError, match=match):
        examine(with_weights(saved, change), "decoder.keras")
    assert time.perf_counter() - start < QUICK


def test_what_keras_reads_holds_only_what_was_examined(saved):
    """Keys that were not looked at do not reach Keras, not even harmless ones."""
    content = members(saved)
    config = json.loads(content["config.json"])
    config["build_config"] = {"input_shape": [None, 10**9]}
    config["compile_config"] = {"optimizer": LAMBDA}
    layer(config, "hidden")["build_config"] = {"input_shape": [None, 10**9]}
    content["config.json"] = json.dumps(config).encode()
    rebuilt = examine(write_zip(content), "decoder.keras").archive
    assert rebuilt == (saved / "decoder.keras").read_bytes()


# ---- the heads -------------------------------------------------------------------------------------------------------


def test_arrays_come_back_and_are_stable():
    arrays = {"b": np.arange(6.0).reshape(2, 3), "a": np.asfortranarray(np.eye(3, 2, dtype=np.float32))}
    data = write_npz(arrays)
    assert data == write_npz(dict(reversed(arrays.items())))
    back = read_npz(data, "heads.npz", max_bytes=10_000)
    for name, array in arrays.items():
        np.testing.assert_array_equal(back[name], array, strict=True)


def npy(values, **replace):
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, values, allow_pickle=True)
    data = buffer.getvalue()
    for old, new in replace.items():
        data = data.replace(old.encode(), new.encode().ljust(len(old)))
    return data


@pytest.mark.parametrize(
    ("member", "match"),
    [
        (npy(np.array([{}, {}], dtype=object)), "which could run code"),
        (npy(np.array(["a"])), "which could run code"),
        (npy(np.zeros(4)).replace(b"(4,)", b"(9,)"), "another number"),
        (npy(np.zeros(4)).replace(b"(4,)", b"(-1,"), "damaged"),
        (npy(np.zeros(4))[:-8], "another number"),
        (b"junk", "damaged"),
        (b"", "damaged"),
    ],
)
def test_arrays_that_are_refused(member, match):
    with pytest.raises(InputError, match=match):
        read_npz(write_zip({"a.npy": member}), "heads.npz", max_bytes=10_000)


def test_too_many_or_too_large_arrays():
    with pytest.raises(UnsafeFileError, match="at most 64 arrays of 100 bytes; got 1"):
        read_npz(write_npz({"a": np.zeros(100)}), "heads.npz", max_bytes=100)
    with pytest.raises(UnsafeFileError, match="got 65"):
        read_npz(write_npz({str(number): np.zeros(1) for number in range(65)}), "heads.npz", max_bytes=10**6)
