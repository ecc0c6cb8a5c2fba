"""The documents name what there is."""

from __future__ import annotations

import re
from pathlib import Path

from vaediag.explanations import names, question

DOCS = Path(__file__).parents[1] / "docs"


def test_every_quantity_is_listed_with_its_question():
    listed = re.findall(
        r"^- \[(\w+)\]\(\.\./vaediag/explanations/(\w+)\.md\): (.*)$", (DOCS / "quantities.md").read_text(), re.M
    )
    assert listed == [(name, name, question(name)) for name in names()]


def test_links_between_documents_lead_somewhere():
    for page in [*DOCS.rglob("*.md"), DOCS.parent / "README.md", DOCS.parent / "CONTRIBUTING.md"]:
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text()):
            assert (page.parent / target).exists(), (page.name, target)


def test_every_room_of_the_library_is_in_the_architecture():
    text = (DOCS / "architecture.md").read_text()
    rooms = [folder.name for folder in (DOCS.parent / "vaediag").iterdir() if (folder / "__init__.py").exists()]
    assert [name for name in rooms if f"`vaediag/{name}/`" not in text] == []
