"""What docs/while_training.md tells people to type does what it says."""

from __future__ import annotations

import re
from pathlib import Path

import vaediag as vd

PAGE = Path(__file__).parents[2] / "docs" / "while_training.md"


def test_the_page_runs_from_top_to_bottom(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    names: dict = {"__name__": "page"}
    blocks = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text("utf-8"), re.M | re.S)
    assert len(blocks) == 4
    first = None
    for number, block in enumerate(blocks):
        exec(compile(block, f"while_training.md, block {number + 1}", "exec"), names)
        first = names["monitor"] if number == 1 else first
    assert first is not None
    history = first.history
    assert history.epoch.tolist() == [1, 2, 3, 4, 5, 6]
    assert history.trouble == ("",) * 6
    assert history.elbo.value[-1] > history.elbo.value[0] + 10
    assert names["monitor"].history.epoch.tolist() == [1, 2, 3]
    assert names["monitor"].history.elbo.value[-1] > history.elbo.value[0]
    assert len(vd.load_history("watched")) == 6
    assert (tmp_path / "report" / "report.html").exists()
    assert list((tmp_path / "logs").glob("events.out.tfevents.*"))
    assert "digits on digits[test]: 256 images, seed 0; 6 diagnoses" in capsys.readouterr().out
