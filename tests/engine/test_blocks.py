"""Sums by blocks: the order of additions follows from the chunks' indices alone."""

from __future__ import annotations

import math

import numpy as np
import pytest

from vaediag.engine.blocks import insert, merged, total

RNG = np.random.default_rng(0)
CHUNKS = [{"a": {"b": RNG.standard_normal(50) * 10.0 ** RNG.integers(-12, 12, 50)}} for _ in range(23)]


def blocks_of(indices):
    blocks = {}
    for index in indices:
        insert(blocks, 0, index, CHUNKS[index])
    return blocks


@pytest.mark.parametrize("cut", range(1, 23))
def test_any_split_gives_the_same_bits(cut):
    whole = total(blocks_of(range(23)))["a"]["b"]
    split = total(merged(blocks_of(range(cut)), blocks_of(range(cut, 23))))["a"]["b"]
    assert split.tobytes() == whole.tobytes()


def test_any_order_gives_the_same_bits():
    whole = total(blocks_of(range(23)))["a"]["b"]
    assert total(blocks_of(RNG.permutation(23)))["a"]["b"].tobytes() == whole.tobytes()


def test_the_sum_is_the_sum():
    exact = [math.fsum(chunk["a"]["b"][j] for chunk in CHUNKS) for j in range(50)]
    scale = np.abs([chunk["a"]["b"] for chunk in CHUNKS]).sum(0)
    assert np.all(np.abs(total(blocks_of(range(23)))["a"]["b"] - exact) <= 1e-15 * scale)


def test_few_blocks_are_kept():
    assert len(blocks_of(range(23))) == bin(23).count("1")
