"""Defects planted in exact models, at several sizes: a table of which finding follows from which defect.

python benchmarks/defects.py --seeds 20 --exact 200 --sides 8 16 28 --latents 4 16 --images 200 1000
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import time
from pathlib import Path

from vaediag_models.defects import table
from vaediag_models.defects.kinds import DEFECTS, EXACT
from vaediag_models.defects.run import Outcome, Task, performed
from vaediag_models.defects.size import Size


def main() -> None:
    options = _options()
    outcomes = read(options.read) if options.read else measured(options)
    print(table.report(outcomes))
    sides = sorted({outcome.task.size.side for outcome in outcomes})
    for side in sides if len(sides) > 1 else ():
        print(f"\n{side} × {side}\n{table.report([each for each in outcomes if each.task.size.side == side])}")
    if options.markdown:
        print(f"\n{table.matrix(outcomes)}")


def measured(options: argparse.Namespace) -> list[Outcome]:
    sizes = [Size(s, latents, n) for s in options.sides for latents in options.latents for n in options.images]
    wanted = [
        Task(kind.name, size, seed)
        for kind in (*DEFECTS, *EXACT)
        if any(part in kind.name for part in options.kinds)
        for size in sizes
        for seed in range(options.seeds if kind.expected else options.exact)
    ]
    started, outcomes = time.monotonic(), []
    until = started + 60 * options.minutes if options.minutes else None
    for outcome in performed(wanted, processes=options.processes, until=until):
        outcomes.append(outcome)
        if options.write:
            with Path(options.write).open("a") as file:
                file.write(json.dumps(outcome, default=dataclasses.asdict) + "\n")
    print(f"{len(outcomes)} of {len(wanted)} diagnoses in {(time.monotonic() - started) / 60:.1f} min\n", flush=True)
    return outcomes


def read(paths: list[str]) -> list[Outcome]:
    lines = [line for path in paths for line in Path(path).read_text().splitlines()]
    parts = [json.loads(line) for line in lines]
    return [
        Outcome(Task(kind, Size(**size), seed), tuple((a, b) for a, b in findings), seconds)
        for (kind, size, seed), findings, seconds in parts
    ]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--kinds", nargs="+", default=[""], help="parts of the names of kinds; all unless given")
    parser.add_argument("--sides", nargs="+", type=int, default=[8, 16, 28])
    parser.add_argument("--latents", nargs="+", type=int, default=[4, 16])
    parser.add_argument("--images", nargs="+", type=int, default=[200, 1000])
    parser.add_argument("--seeds", type=int, default=2, help="of each defect at each size")
    parser.add_argument("--exact", type=int, default=6, help="seeds of each exact model at each size")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--minutes", type=float, default=10, help="begin nothing after so many; 0: no limit")
    parser.add_argument("--write", metavar="FILE", help="add each outcome to a file, one JSON line each")
    parser.add_argument("--read", metavar="FILE", nargs="+", help="measure nothing: tables of outcomes written before")
    parser.add_argument("--markdown", action="store_true", help="and the matrix of kinds and findings")
    return parser.parse_args()


if __name__ == "__main__":
    main()
