"""The two palettes. Names say what a colour is for; no statement is made by colour alone."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours as #rrggbb."""

    name: str  # "light" or "dark"
    window: str  # behind everything
    surface: str  # panels, cards, plots
    raised: str  # buttons, fields
    hover: str
    pressed: str
    rule: str  # lines between things
    grid: str  # lines inside plots
    text: str
    muted: str  # secondary text; still at least 4.5 : 1 on `surface`
    disabled: str
    accent: str  # what is chosen or active
    on_accent: str
    selection: str  # background of chosen rows
    problem: str
    warning: str
    info: str
    good: str
    blue: str  # the curves' colours: Okabe and Ito's, as in the report, lighter in the dark
    orange: str
    green: str
    purple: str
    amber: str
    undefined: str  # cells of a map that have no value


LIGHT = Palette(
    name="light",
    window="#eef1f5",
    surface="#ffffff",
    raised="#ffffff",
    hover="#f0f4f9",
    pressed="#e1e8f0",
    rule="#cfd6df",
    grid="#e7ebf0",
    text="#1c2430",
    muted="#566170",
    disabled="#9aa3af",
    accent="#0b63a8",
    on_accent="#ffffff",
    selection="#dcebf8",
    problem="#b3261e",
    warning="#8a5a00",
    info="#0b63a8",
    good="#00704f",
    blue="#0b63a8",
    orange="#c9510c",
    green="#00805f",
    purple="#94468a",
    amber="#b97f00",
    undefined="#d5dae1",
)

DARK = Palette(
    name="dark",
    window="#14181f",
    surface="#1c222b",
    raised="#272f3a",
    hover="#2f3946",
    pressed="#394554",
    rule="#3a4554",
    grid="#2b333f",
    text="#e8edf3",
    muted="#a3b0bf",
    disabled="#66727f",
    accent="#5fb0ee",
    on_accent="#0c1218",
    selection="#21425c",
    problem="#ff8a80",
    warning="#f2b84b",
    info="#7cc0f5",
    good="#5ed3a8",
    blue="#5fb0ee",
    orange="#f2935b",
    green="#45c79d",
    purple="#d793cc",
    amber="#e6b84a",
    undefined="#434d5a",
)
