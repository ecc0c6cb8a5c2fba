"""A table of numbers keeps its rows, and gives names a line of their own where it is narrow."""

from __future__ import annotations

from vaediag_gui.widgets.number_table import NARROW, NumberTable

HEADER = ("", "first", "second", "better")
ROWS = (("ELBO", "1.0", "2.0", "second"), ("Rate", "3.0", "4.0", "does not rank models"))


def test_rows_that_are_gone_are_hidden_and_come_back(qtbot) -> None:
    table = NumberTable(4)
    qtbot.addWidget(table)
    table.show()
    table.show_table(HEADER, ROWS, strong=(2, 0))
    table.show_table(HEADER, ROWS[:1], strong=(1,))
    assert [row[0].isVisible() for row in table._rows] == [True, False]
    assert table._rows[0][1].font().weight() > table._rows[0][2].font().weight()
    table.show_table(HEADER, ROWS)
    assert [[cell.text() for cell in row] for row in table._rows] == [list(row) for row in ROWS]
    assert table._rows[0][1].font().weight() == table._rows[0][2].font().weight()


def test_a_narrow_table_puts_names_above_their_numbers(qtbot) -> None:
    table = NumberTable(4)
    qtbot.addWidget(table)
    table.resize(NARROW + 100, 200)
    table.show_table(HEADER, ROWS)
    table.show()
    name, number = table._rows[0][:2]
    assert name.geometry().top() == number.geometry().top()
    table.resize(NARROW - 100, 200)
    table._grid.activate()
    assert name.geometry().bottom() < number.geometry().top()
    table.resize(NARROW + 100, 200)
    table._grid.activate()
    assert name.geometry().top() == number.geometry().top()
