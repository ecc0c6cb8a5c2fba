"""The tour: four steps in words, and where on the window each is said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vaediag_gui.state.answers import Answers
from vaediag_gui.state.wish import Wish


@dataclass(frozen=True, slots=True)
class Step:
    """`target` is the key of the widget that is framed, `keep` of those the card leaves uncovered; `tab` is opened.

    `action` is what to do now; `after` replaces it once there is a diagnosis, `before` until there is one.
    """

    title: str
    text: str
    target: str
    tab: str
    action: str
    after: str = ""
    before: str = ""
    keep: tuple[str, ...] = ()


STEPS = (
    Step(
        title="One z, many x",
        text=(
            "A code z goes into the decoder, and a distribution p(x | z) comes out: one z stands for many images x."
            " Its mean, a sample of it and its standard deviation σ are shown side by side."
        ),
        action="Move a slider and watch all of them change.",
        target="latents",
        tab="look",
        keep=("mean", "sample", "stddev"),
    ),
    Step(
        title="The mean is not a sample",
        text=(
            "The mean is the average of all x that belong to this z, so it looks smooth. What the model says an x looks"
            " like is the sample, noise and all. Pictures in papers are often means."
        ),
        action="Press N a few times: the sample changes, the mean does not.",
        target="sample",
        tab="look",
        keep=("mean", "stddev", "latents"),
    ),
    Step(
        title="Is σ right?",
        text=(
            "With σ the model states how wrong it expects to be. Calibration compares that with how wrong it is, over"
            " all images. A flat PIT histogram is right; high at both ends says that σ is too small, high in the"
            " middle that it is too large."
        ),
        action="Press Diagnose.",
        after="Compare the histogram with the dashed line, an exact model's: small steps are chance.",
        target="calibration",
        tab="calibration",
        keep=("diagnose",),
    ),
    Step(
        title="Which latents live?",
        text=(
            "A collapsed latent carries no information: its posterior is the prior, whatever the image. The KL says how"
            " many nats about x a latent carries, and the effect says how much of it the decoder uses."
        ),
        action="Look at the badges: used, mixed, wasted, noise or collapsed.",
        before="The badges beside the sliders come with the diagnosis: press Diagnose.",
        target="latents",
        tab="collapse",
        keep=("collapse", "diagnose"),
    ),
)
NO_MODEL = "First choose a model: digits-bernoulli is a good one to begin with."
RUNNING = "The diagnosis is running. You can go on; it says when it is done."


@dataclass(frozen=True, slots=True)
class TourState:
    """What the tour needs to know; which step it is at is its own business."""

    model_open: bool = False
    diagnosed: bool = False
    working: bool = False  # long work is under way: Esc cancels that, not the tour


@dataclass(frozen=True, slots=True)
class StepWords:
    title: str
    text: str
    action: str
    place: str  # "2 of 4"
    onward: str  # words of the button
    can_go_back: bool
    target: str | None
    keep: tuple[str, ...]
    tab: str | None


def resolve_tour(wish: Wish, known: Answers) -> TourState:
    return TourState(
        model_open=known.model is not None and known.model.source == wish.model,
        diagnosed=known.diagnosis is not None,
        working=known.work is not None,
    )


def step_words(number: int, state: TourState) -> StepWords:
    """Step `number`, from 0, for what is known."""
    step = STEPS[number]
    action = step.action
    if not state.model_open:
        action = NO_MODEL
    elif state.diagnosed:
        action = step.after or step.action
    elif state.working and (step.before or step.after):
        action = RUNNING
    elif step.before:
        action = step.before
    return StepWords(
        title=step.title,
        text=step.text,
        action=action,
        place=f"{number + 1} of {len(STEPS)}",
        onward="Done" if number == len(STEPS) - 1 else "Next",
        can_go_back=number > 0,
        target=step.target if state.model_open else None,
        keep=step.keep if state.model_open else (),
        tab=step.tab if state.model_open else None,
    )


Box = tuple[int, int, int, int]  # left, top, width, height


TOP, BOTTOM = 96, 28  # pixels: menus, the bar with Diagnose, tabs and the status bar are not covered either


def card_place(
    size: tuple[int, int], target: Box | None, keep: Sequence[Box], inside: Box, *, gap: int = 12
) -> tuple[int, int]:
    """Left and top of a card of `size`: within `inside`, beside `target`, and over as little of the rest as can be.

    Without a target it stands at the lower right.
    """
    width, height = size
    left, top, inner_width, inner_height = inside
    right = max(left + gap, left + inner_width - gap - width)
    bottom = max(top + gap, top + inner_height - BOTTOM - gap - height)
    corners = [(right, bottom), (left + gap, bottom), (right, top + gap), (left + gap, top + gap)]
    if target is None:
        beside = []
    else:
        x, y, w, h = target
        beside = [
            (x + w + gap, y + gap), (x + w + gap, y + h - height - gap), (x - width - gap, y + gap),
            (x + gap, y + h + gap), (x + gap, y - height - gap),
        ]  # fmt: skip
    fitted = [(min(max(a, left + gap), right), min(max(b, top + gap), bottom)) for a, b in beside + corners]

    def cost(place: tuple[int, int]) -> float:
        card = (*place, width, height)
        covered = sum(_overlap(card, each) for each in (*keep, (left, top, inner_width, TOP))) + (
            3 * _overlap(card, target) if target else 0
        )
        return covered + (0.1 * _distance(card, target) if target else 0)

    return min(fitted, key=cost)


def _overlap(first: Box, second: Box) -> int:
    across = min(first[0] + first[2], second[0] + second[2]) - max(first[0], second[0])
    down = min(first[1] + first[3], second[1] + second[3]) - max(first[1], second[1])
    return max(across, 0) * max(down, 0)


def _distance(first: Box, second: Box) -> int:
    """Pixels between the two, across and down."""
    across = max(second[0] - first[0] - first[2], first[0] - second[0] - second[2], 0)
    down = max(second[1] - first[1] - first[3], first[1] - second[1] - second[3], 0)
    return across + down
