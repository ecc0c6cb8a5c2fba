"""What everything that is measured rests on: three distributions, what was done to x, what was taken for granted."""

from __future__ import annotations

from vaediag.records.assumed import preprocessing_words
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.history import History
from vaediag.records.text import printable
from vaediag_gui.jobs.asks import loaded_model
from vaediag_gui.resolve.explanation import Block, Explanation, Section
from vaediag_gui.state.answers import Answers
from vaediag_gui.state.wish import Wish

LEAD = (
    "A network gives numbers; that they are the parameters of these distributions is what somebody said of it. All that"
    " is measured here is measured under them. Where one does not hold, the numbers speak of another model than yours."
)
MEANINGS = {
    "p(x | z)": "The likelihood: how the decoder's outputs become a distribution over x. Another family or another"
    " parameterisation gives other numbers everywhere.",
    "q(z | x)": "The posterior: how the encoder's outputs become a distribution over z. Taking a log σ for a log σ²"
    " shows as an encoder that is wrong.",
    "p(z)": "The prior: rate, KL and everything that is drawn without data come from it.",
    "x": "What was done to the stored values before the model saw them. It has to be what was done in training.",
}


def phrases(likelihood: str, posterior: str, prior: str, done: str, extra: tuple[str, ...]) -> tuple[str, ...]:
    """The parts of the line, in its order; `done` names the steps of the preprocessing ("": nobody knows yet)."""
    made = [f"p(x | z) {likelihood}", f"q(z | x) {posterior}", f"p(z) {prior}"]
    made += [preprocessing_words(done)] if done else []
    return tuple(printable(each) for each in (*made, *extra))


def line(parts: tuple[str, ...]) -> str:
    """`Assumed: p(x | z) …; q(z | x) …; p(z) …; x …`."""
    return f"Assumed: {'; '.join(parts)}" if parts else ""


def of_diagnosis(diagnosis: Diagnosis) -> tuple[str, ...]:
    model = diagnosis.model
    return phrases(model.likelihood, model.posterior, model.prior, diagnosis.data.preprocessing, model.assumed)


def of_history(history: History) -> tuple[str, ...]:
    return phrases(history.likelihood, history.posterior, history.prior, history.preprocessing, history.assumed)


def of_open(wish: Wish, known: Answers) -> tuple[str, ...]:
    """Of the open model and data; () before they are there."""
    facts = loaded_model(wish, known)
    if facts is None:
        return ()
    data = known.data if known.data is not None and known.data.source == wish.data else None
    done = data.preprocessing if data is not None else ""
    return phrases(facts.likelihood, facts.posterior, facts.prior, done, facts.assumed)


def on_show(wish: Wish, known: Answers) -> tuple[str, ...]:
    """What the tab in front rests on."""
    if wish.tab == "training":
        history = None if known.training is None else known.training.history
        return () if history is None else of_history(history)
    if wish.tab in ("look", "traverse", "compare") or known.diagnosis is None:
        return of_open(wish, known)
    return of_diagnosis(known.diagnosis)


def explained(parts: tuple[str, ...]) -> Explanation:
    """The line, part by part, each with what hangs on it."""
    made = [Section("", (Block("text", LEAD),))]
    others = []
    for part in parts:
        name = next((name for name in MEANINGS if part.startswith(f"{name} ")), "")
        if name:
            made.append(Section(part, (Block("text", MEANINGS[name]),)))
        else:
            others.append(Block("item", part))
    if others:
        made.append(Section("Taken for granted besides", tuple(others)))
    return Explanation("What is assumed", tuple(made))
