"""Messages survive the pipe: any header, any array, in any portions."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from vaediag_gui.jobs.frames import Unpacker, pack

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
HEADERS = st.dictionaries(st.text(max_size=8).filter(lambda name: name != "arrays"), JSON, max_size=4)
DTYPES = st.sampled_from(["f4", "f8", ">f4", "i4", "u1", "?", "U3", "i8"])
ARRAYS = st.dictionaries(
    st.text(max_size=8),
    DTYPES.flatmap(lambda dtype: hnp.arrays(dtype, hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4))),
    max_size=3,
)


def same(left: Any, right: Any) -> bool:
    return (
        left.shape == right.shape
        and left.dtype == right.dtype
        and np.ascontiguousarray(left).tobytes() == np.ascontiguousarray(right).tobytes()
    )


@given(header=HEADERS, arrays=ARRAYS)
def test_a_message_comes_back_as_it_was(header: dict[str, Any], arrays: dict[str, np.ndarray]) -> None:
    ((found, found_arrays),) = Unpacker().feed(pack(header, arrays))
    assert found == header
    assert found_arrays.keys() == arrays.keys()
    assert all(same(found_arrays[name], arrays[name]) for name in arrays)


@given(messages=st.lists(st.tuples(HEADERS, ARRAYS), min_size=1, max_size=3), cuts=st.lists(st.integers(1, 50)))
def test_portions_do_not_matter(messages: list[Any], cuts: list[int]) -> None:
    stream = b"".join(pack(*message) for message in messages)
    unpacker, found, at = Unpacker(), [], 0
    for size in [*cuts, len(stream)]:
        found += unpacker.feed(stream[at : at + size])
        at += size
    assert [header for header, _ in found] == [header for header, _ in messages]


def test_split_at_every_byte() -> None:
    frame = pack({"lane": "look", "ü": [1, None]}, {"x": np.array([[np.nan, -0.0]], np.float32), "n": np.array(7)})
    for cut in range(len(frame) + 1):
        unpacker = Unpacker()
        early = list(unpacker.feed(frame[:cut]))
        assert len(early) == (cut == len(frame))
        header, arrays = (early + list(unpacker.feed(frame[cut:])))[0]
        assert header == {"lane": "look", "ü": [1, None]}
        assert arrays["n"].shape == ()
        np.testing.assert_array_equal(arrays["x"], [[np.nan, -0.0]])


def test_arrays_that_are_not_contiguous_keep_their_order() -> None:
    values = np.arange(24.0).reshape(2, 3, 4).transpose(2, 0, 1)[::-1]
    ((_, arrays),) = Unpacker().feed(pack({}, {"values": values}))
    np.testing.assert_array_equal(arrays["values"], values)
    assert not arrays["values"].flags.writeable


def test_a_large_array() -> None:
    values = np.random.default_rng(0).random((64, 256, 256), np.float32)  # 16 MB
    frame, unpacker, found = pack({"big": True}, {"values": values}), Unpacker(), []
    for at in range(0, len(frame), 65_536):
        found += unpacker.feed(frame[at : at + 65_536])
    np.testing.assert_array_equal(found[0][1]["values"], values)


def test_text_that_is_no_unicode_survives() -> None:
    name = b"caf\xe9.npy".decode("utf-8", "surrogateescape")
    ((header, _),) = Unpacker().feed(pack({"path": name}))
    assert header == {"path": name}


def test_nan_may_not_stand_in_the_header() -> None:
    with pytest.raises(ValueError):
        pack({"value": float("nan")})


def test_what_is_no_frame_is_refused() -> None:
    with pytest.raises(ValueError):
        list(Unpacker().feed(struct.pack("<IQ", 5, 0) + b"hello"))
