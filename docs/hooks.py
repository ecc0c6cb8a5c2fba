"""What the site adds to the files of this folder: the page of every quantity, and the links that lead there.

The pages stand in `vaediag/explanations/`, because `vaediag explain` prints them; on a code host the links of the
documents lead to these files, on the site to copies of them.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

from vaediag.explanations.contents import GROUPS

SOURCE = Path(__file__).resolve().parents[1] / "vaediag" / "explanations"
FOLDER = "explanations"
KEPT = (".md", ".png", ".css")


def on_files(files: Files, *, config: Any, **_: Any) -> Files:
    """Add the pages of the quantities; keep only what is a page or a picture."""
    files = Files([file for file in files if file.src_uri.endswith(KEPT) or not file.src_uri.startswith(FOLDER)])
    for name in (name for group in GROUPS.values() for name in group):
        files.append(File.generated(config, f"{FOLDER}/{name}.md", abs_src_path=str(SOURCE / f"{name}.md")))
    return files


def on_page_markdown(markdown: str, *, page: Any, **_: Any) -> str:
    """Links to the explanations lead into the site."""
    up = "../" * page.file.src_uri.count("/")
    return re.sub(r"\]\((?:\.\./)+vaediag/explanations/(\w+)\.md", rf"]({up}{FOLDER}/\1.md", markdown)
