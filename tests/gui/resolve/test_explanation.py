"""Pages of explanations as plain blocks."""

from __future__ import annotations

import pytest

from vaediag.explanations import names
from vaediag_gui.resolve.explanation import Block, blocks, explanation, sections

PAGE = """# thing

## Question

Is `it` right?
On two lines.

## Formula

As follows

    a = b
      + c

## What to do

- Look <b>here</b>, and
  there.
- Then stop.
"""


def test_paragraphs_are_joined_and_formulas_keep_their_lines() -> None:
    question, formula, todo = sections(PAGE)
    assert question.heading == "Question"
    assert question.blocks == (Block("text", "Is it right? On two lines."),)
    assert formula.blocks == (Block("text", "As follows"), Block("formula", "a = b\n  + c"))
    assert todo.blocks == (Block("item", "Look <b>here</b>, and there."), Block("item", "Then stop."))


def test_words_before_a_list_are_no_item() -> None:
    assert blocks("Two ways:\n- one\n- two") == (Block("text", "Two ways:"), Block("item", "one"), Block("item", "two"))


@pytest.mark.parametrize("name", names())
def test_every_page_has_its_five_sections(name: str) -> None:
    page = explanation(name)
    assert [section.heading for section in page.sections] == [
        "Question", "Formula", "Source", "Reading the picture", "What to do"
    ]  # fmt: skip
    assert all(section.blocks for section in page.sections)
    texts = [block.text for section in page.sections for block in section.blocks if block.kind != "formula"]
    assert not any("`" in text or "\n" in text for text in texts)


def test_a_page_that_is_not_there_says_so() -> None:
    (section,) = explanation("quantity_of_the_future").sections
    assert "quantity_of_the_future" in section.blocks[0].text
