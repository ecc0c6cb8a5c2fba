"""Sums over chunks that do not depend on how a run was split: pairs of neighbours, pairs of pairs, and so on.

Floating-point addition is not associative. Two blocks of 2^level chunks are added only if together they are a block of
2^(level + 1) chunks, aligned at a multiple of its length; what is left unpaired is added at the end in chunk order. So
the order of additions follows from the chunks' indices alone, and rounding errors grow with the logarithm of the number
of chunks.
"""

from __future__ import annotations

from typing import Any

Tree = Any  # dictionaries of dictionaries of arrays
Blocks = dict[tuple[int, int], Tree]  # (level, index): the sums of chunks index * 2^level ... (index + 1) * 2^level - 1


def insert(blocks: Blocks, level: int, index: int, sums: Tree) -> None:
    """Add a block (in place), joining it with its neighbour, and the two with theirs, while there is one."""
    while (neighbour := blocks.pop((level, index ^ 1), None)) is not None:
        sums = added(neighbour, sums) if index % 2 else added(sums, neighbour)
        level, index = level + 1, index // 2
    blocks[level, index] = sums


def merged(a: Blocks, b: Blocks) -> Blocks:
    """The blocks of two runs over different chunks."""
    blocks = dict(a)
    for (level, index), sums in sorted(b.items()):
        insert(blocks, level, index, sums)
    return blocks


def total(blocks: Blocks) -> Tree:
    """The sums over all chunks."""
    first, *rest = (blocks[place] for place in sorted(blocks, key=lambda place: place[1] << place[0]))
    for sums in rest:
        first = added(first, sums)
    return first


def added(a: Tree, b: Tree) -> Tree:
    return {key: added(a[key], b[key]) for key in a} if isinstance(a, dict) else a + b
