"""Where the cells of a sheet stand: pure geometry in pixels, so that it is tested without a window."""

from __future__ import annotations

from dataclasses import dataclass

GAP, BETWEEN = 2, 14  # between cells; between groups, and between layers that stand beside each other
LEAST, MOST = 16, 320  # width of a cell


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class StripLayout:
    """Cells of one size. Coordinates start at the upper left cell; `text` is the height that a group's label needs."""

    groups: int
    layers: int
    columns: int
    width: int
    height: int
    text: int = 0
    beside: bool = False

    @property
    def step(self) -> int:
        """From one group to the next."""
        if self.beside:
            return self.height + GAP
        return max(self.layers * (self.height + GAP) - GAP, self.text) + BETWEEN

    @property
    def block(self) -> int:
        """Width of one line of cells."""
        return self.columns * (self.width + GAP) - GAP

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of everything."""
        blocks = self.layers if self.beside else 1
        return blocks * (self.block + BETWEEN) - BETWEEN, self.groups * self.step - (GAP if self.beside else BETWEEN)

    def cell(self, group: int, layer: int, column: int) -> Box:
        x, y = column * (self.width + GAP), group * self.step
        if self.beside:
            return Box(x + layer * (self.block + BETWEEN), y, self.width, self.height)
        return Box(x, y + layer * (self.height + GAP), self.width, self.height)

    def places(self, group: int, column: int) -> list[Box]:
        """All that one z takes: its stack of cells, or one cell in each block."""
        if self.beside:
            return [self.cell(group, layer, column) for layer in range(self.layers)]
        top = self.cell(group, 0, column)
        return [Box(top.x, top.y, top.width, self.layers * (self.height + GAP) - GAP)]

    def at(self, x: float, y: float) -> tuple[int, int] | None:
        """Group and column at a point; None beside the cells. Gaps between cells belong to the cell before them."""
        block = 0
        if self.beside:
            block = int(x // (self.block + BETWEEN))
            x -= block * (self.block + BETWEEN)
        group, column = int(y // self.step), int(x // (self.width + GAP))
        inside = 0 <= group < self.groups and 0 <= column < self.columns and 0 <= block < max(self.layers, 1)
        if not inside or x < 0 or y - group * self.step >= self.places(group, column)[0].height + GAP:
            return None
        return group, column

    def visible(self, top: float, bottom: float) -> range:
        """The groups between two heights."""
        first = max(int(top // self.step), 0)
        return range(min(first, self.groups), min(int(bottom // self.step) + 1, self.groups))


def headed(columns: int, every: int) -> range:
    """Columns with a heading, `every` apart: the middle of a walk is among them; without a middle, the first."""
    middle = (columns - 1) // 2 if columns % 2 else 0
    return range(middle % every, columns, every)


def fitting(width: int, columns: int, layers: int, *, beside: bool) -> int:
    """The widest cell with which all columns fit into `width`."""
    blocks = layers if beside else 1
    room = width - (blocks - 1) * BETWEEN - blocks * (columns - 1) * GAP
    return min(max(room // (blocks * columns), LEAST), MOST)


def sharp(width: int, pixels: int) -> int:
    """At most `width`: a whole multiple of the picture's pixels where they are so large that uneven ones would show."""
    return width - width % pixels if width >= 4 * pixels else width
