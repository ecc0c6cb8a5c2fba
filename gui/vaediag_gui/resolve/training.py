"""The Training tab: a history as it grows, and how old its latest diagnosis is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vaediag.records.estimate import Estimate
from vaediag.records.history import History, Series
from vaediag.records.text import printable
from vaediag_gui.legible import last_name, legible
from vaediag_gui.resolve.assumed import line, of_history
from vaediag_gui.resolve.standing import Standing
from vaediag_gui.resolve.story import Story, latest, story
from vaediag_gui.resolve.words import Fact, brief, plural, short
from vaediag_gui.state.answers import Answers, Watched
from vaediag_gui.state.wish import Wish

QUESTION = "How does the training go?"
TEXT = (
    "A training with vd.Monitor(vae, images, folder=…) among its callbacks diagnoses the model again and again on the"
    " same held-out images. Its folder can be watched from here: ELBO, rate and distortion, the KL of every latent,"
    " the decoder's σ and what was found, while it trains and afterwards."
)


@dataclass(frozen=True, slots=True)
class TrainingState:
    standing: Standing
    verdict: str = ""
    about: str = ""
    assumed: str = ""
    age: str = ""  # "last diagnosis 12 s ago, epoch 7"
    story: Story | None = None


def resolve_training(wish: Wish, known: Answers) -> TrainingState:
    watched = known.training
    if not wish.watch or watched is None or watched.folder != wish.watch:
        return TrainingState(_invited() if not wish.watch else _waiting(wish.watch, "Reading it …"))
    history = watched.history
    if history is None or not len(history):
        return TrainingState(_nothing(watched))
    made = story(history)
    return TrainingState(
        standing=_beside(watched, made),
        verdict=verdict(made),
        about=about(watched, history),
        assumed=line(of_history(history)),
        age=age(watched, made),
        story=made,
    )


def verdict(made: Story) -> str:
    """`Epoch 7: ELBO −93.1 ± 0.4 nats per image; 9 of 16 latents in use`."""
    at = latest(made.history)
    if at is None:
        return "No diagnosis of this training has numbers yet"
    words = made.when(at)
    parts = [f"ELBO {number(made.history.elbo, at)} nats per image"]
    if made.lives:
        alive = sum(life.alive for life in made.lives)
        parts.append(f"{alive} of {plural(len(made.lives), 'latent')} in use")
    return f"{words[:1].upper()}{words[1:]}: {'; '.join(parts)}"


def about(watched: Watched, history: History) -> str:
    """`digits-vae on digits[test]: 256 images, seed 0 · /runs/7`."""
    what = f"{printable(history.model)} on {printable(history.data)}"
    return f"{what}: {plural(history.count, 'image')}, seed {history.seed} · {last_name(watched.folder)}"


def age(watched: Watched, made: Story) -> str:
    """How long ago the latest diagnosis was written."""
    last = f"{plural(len(made.x), 'diagnosis', 'diagnoses')}, the latest at {made.when(len(made.x) - 1)}"
    if made.history.finished:
        return f"Finished · {last}"
    if watched.written is None:
        return last
    return f"{last}, {ago(watched.now - watched.written)}"


def ago(seconds: float) -> str:
    """`12 s ago`, `3 min ago`, `2 h ago`: as precise as anybody wants to know."""
    whole = max(0, int(seconds))
    if whole < 60:
        return f"{whole} s ago"
    if whole < 3600:
        return f"{whole // 60} min ago"
    return f"{whole // 3600} h ago" if whole < 2 * 86400 else f"{whole // 86400} days ago"


def number(series: Series, moment: int) -> str:
    """`−93.1 ± 0.4`; a dash where the diagnosis has no number."""
    value, error = float(series.value[moment]), float(series.standard_error[moment])
    if not np.isfinite(value):
        return "–"
    return brief(Estimate(value, error if np.isfinite(error) else None))


def sigma_words(made: Story, moment: int) -> str:
    """`median 0.054, 98 % in 0.022 to 0.12`; a dash where there is no σ."""
    sigma = made.history.sigma[moment]
    if not np.isfinite(sigma).any():
        return "–"
    low, middle, high = (f"{float(sigma[k]):.2g}" for k in (0, 2, 4))
    return f"{middle}" if low == high else f"median {middle}, 98 % in {low} to {high}"


def losses(made: Story, moment: int) -> tuple[Fact, ...]:
    """What the training loop itself reported at a diagnosis."""
    return tuple(
        Fact(legible(name, 32), short(float(values[moment])) if np.isfinite(values[moment]) else "–")
        for name, values in made.history.losses.items()
    )


def _invited() -> Standing:
    return Standing(True, QUESTION, TEXT, button="Watch a training…", command="watch")


def _waiting(folder: str, words: str) -> Standing:
    return Standing(True, f"Watching {last_name(folder)}", words)


def _nothing(watched: Watched) -> Standing:
    """Nothing has been read from the folder yet."""
    if watched.trouble:
        return Standing(
            True, f"Nothing to show of {last_name(watched.folder)} yet",
            f"{watched.trouble}\n\nThe folder is looked at again every few seconds.", "warning",
            "Watch another…", "watch",
        )  # fmt: skip
    return _waiting(
        watched.folder,
        f"{TEXT}\n\nThere is no diagnosis in {legible(watched.folder, 80)} yet; the first one appears here by itself.",
    )


def _beside(watched: Watched, made: Story) -> Standing:
    """What is wrong now, above what was read before; or why the latest diagnosis has no numbers."""
    if watched.trouble:
        return Standing(
            False, "What is shown was read before; it cannot be read now", f"{watched.trouble} It is tried again.",
            "warning", "Watch another…", "watch",
        )  # fmt: skip
    reasons = made.history.trouble
    reason = reasons[len(made.x) - 1] if len(reasons) == len(made.x) else ""
    if reason:
        title = f"The diagnosis at {made.when(len(made.x) - 1)} has no numbers"
        return Standing(False, title, f"{printable(reason)}. The training may have diverged.", "problem")
    return Standing(False)
