"""What the app keeps on disk."""

from __future__ import annotations

import os
import time
from pathlib import Path

from vaediag_gui.app import STALE, sweep


def test_what_killed_sessions_left_is_removed_after_a_week(tmp_path: Path):
    for name, age in (("1", STALE + 60), ("2", 60)):
        (tmp_path / name / "diagnose-1").mkdir(parents=True)
        then = time.time() - age
        os.utime(tmp_path / name, (then, then))
    (tmp_path / "a-file").write_text("")
    os.utime(tmp_path / "a-file", (0, 0))
    sweep(tmp_path)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["2", "a-file"]
    sweep(tmp_path / "nowhere")
