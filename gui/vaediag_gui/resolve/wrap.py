"""Two networks on their way to a model: what has been said of them, what fits, what is missing. Nothing is guessed."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Any

from vaediag.bundle.choosing import fits, says
from vaediag.bundle.facts import FileFacts
from vaediag.choices import LIKELIHOODS, POSTERIORS, Choice, Option, likelihood_config
from vaediag.errors import InputError
from vaediag.io.preprocess import chosen
from vaediag.records.text import printable
from vaediag_gui.legible import last_name, legible
from vaediag_gui.resolve.assumed import line, phrases

Shape = tuple[int, ...]
UNSAID = "not said yet"
FLOOR = "floor"  # the one option whose default claims nothing about the network
SCALE = "scale"
MOST_NAMES = 12  # of outputs, that are listed


@dataclass(frozen=True, slots=True)
class Side:
    """One network: its address as typed, and what its file says (`trouble`: why it says nothing)."""

    address: str = ""
    facts: FileFacts | None = None
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """What the person has said so far; "" is nothing. `options` are those of the likelihood, as text."""

    encoder: Side = Side()
    decoder: Side = Side()
    posterior: str = ""
    likelihood: str = ""
    options: tuple[tuple[str, str], ...] = ()
    estimate: bool = False  # the scale, from the data
    preprocess: str = ""
    data: str = ""
    shape: str = ""  # of x, where the encoder does not say it
    latents: str = ""  # where the decoder does not say it
    output: str = ""
    prior: str = ""  # a file of arrays; "": standard normal
    encoder_outputs: str = ""  # names with commas; "": the first two
    decoder_outputs: str = ""  # "": all
    trust: bool = False


@dataclass(frozen=True, slots=True)
class Offer:
    """A choice on the list; `why_not`: it has another number of outputs than the network gives."""

    choice: Choice
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class WrapState:
    encoder: str = ""  # what its file says, in words
    decoder: str = ""
    encoder_names: str | None = None  # what may be named as outputs, in words; None: there is no need to name any
    decoder_names: str | None = None
    program: bool = False  # a SavedModel among them
    ask_shape: bool = False
    ask_latents: bool = False
    posteriors: tuple[Offer, ...] = ()
    likelihoods: tuple[Offer, ...] = ()
    posterior_words: str = ""
    likelihood_words: str = ""
    options: tuple[Option, ...] = ()
    can_estimate: bool = False
    assumed: str = ""
    missing: str = ""  # the next thing to say; "" when it can be wrapped
    wrong: bool = False  # `missing` is a mistake, not an omission
    arguments: dict[str, Any] = field(default_factory=dict)


def resolve_wrap(draft: Draft) -> WrapState:
    size, latents = image_size(draft), code_size(draft)
    gives = _numbers(draft.decoder.facts, names(draft.decoder_outputs))
    codes = _encoder_numbers(draft.encoder.facts, names(draft.encoder_outputs))
    program = any(side.facts is not None and side.facts.program for side in (draft.encoder, draft.decoder))
    choice = _find(LIKELIHOODS, draft.likelihood)
    missing, wrong = _missing(draft, program, choice)
    return WrapState(
        encoder=_said(draft.encoder),
        decoder=_said(draft.decoder),
        encoder_names=_nameable(draft.encoder.facts, 2, draft.encoder_outputs),
        decoder_names=_nameable(draft.decoder.facts, 1, draft.decoder_outputs),
        program=program,
        ask_shape=draft.encoder.facts is not None and _takes(draft.encoder.facts) is None,
        ask_latents=draft.decoder.facts is not None and _takes(draft.decoder.facts) is None,
        posteriors=_offers(POSTERIORS, codes, latents),
        likelihoods=_offers(LIKELIHOODS, gives, size),
        posterior_words=_count(codes, latents, "latent", draft.encoder.facts),
        likelihood_words=_count(gives, size, "value of x", draft.decoder.facts),
        options=() if choice is None else choice.options,
        can_estimate=choice is not None and any(option.name == SCALE for option in choice.options),
        assumed=preview(draft),
        missing=missing,
        wrong=wrong,
        arguments=arguments(draft) if not missing else {},
    )


def preview(draft: Draft) -> str:
    """The line that every output of this model will begin with."""
    likelihood, posterior = _find(LIKELIHOODS, draft.likelihood), _find(POSTERIORS, draft.posterior)
    given = [f"{name} {value}" for name, value in draft.options if value and not (draft.estimate and name == SCALE)]
    if draft.estimate and likelihood is not None:
        given.insert(0, "scale estimated from the data")
    law = UNSAID if likelihood is None else ", ".join((likelihood.title, *given))
    code = UNSAID if posterior is None else posterior.title
    done = draft.preprocess.strip()
    prior = f"the one in {last_name(draft.prior)}" if draft.prior.strip() else "standard normal"
    made = phrases(legible(law, 200), code, prior, done if _valid(done) else "", ())
    return line(made if _valid(done) else (*made, f"x {UNSAID}"))


def arguments(draft: Draft) -> dict[str, Any]:
    """Those of the task."""
    options = {name: value.strip() for name, value in draft.options if value.strip()}
    if draft.estimate:
        options[SCALE] = "estimate"
    return {
        "encoder": draft.encoder.address, "decoder": draft.decoder.address, "posterior": draft.posterior,
        "likelihood": draft.likelihood, "options": options, "preprocess": draft.preprocess.strip(),
        "data": draft.data.strip() or None, "event_shape": numbers(draft.shape) or None,
        "latent_dim": next(iter(numbers(draft.latents)), None), "output": draft.output.strip(),
        "prior": draft.prior.strip() or None, "encoder_outputs": names(draft.encoder_outputs),
        "decoder_outputs": names(draft.decoder_outputs), "trust_program": draft.trust,
    }  # fmt: skip


def chosen_likelihood(draft: Draft, name: str) -> Draft:
    """Another likelihood: its options are open again, but for what claims nothing."""
    choice = _find(LIKELIHOODS, name)
    kept = dict(draft.options)
    options = tuple(
        (option.name, kept.get(option.name) or (str(option.default) if option.name == FLOOR else ""))
        for option in (choice.options if choice is not None else ())
    )
    scaled = choice is not None and any(option.name == SCALE for option in choice.options)
    return replace(draft, likelihood=name, options=options, estimate=draft.estimate and scaled)


def numbers(text: str) -> tuple[int, ...]:
    """`28×28×1` or `28, 28, 1`; () where it is no shape."""
    parts = text.replace("×", "x").replace(",", "x").replace(" ", "x").split("x")
    found = [part for part in parts if part]
    ok = found and all(part.isdecimal() and 0 < int(part) < 10**6 for part in found)
    return tuple(int(part) for part in found) if ok else ()


def image_size(draft: Draft) -> int | None:
    """Numbers of one image, where encoder or person say it."""
    shape = _takes(draft.encoder.facts) or numbers(draft.shape)
    return math.prod(shape) if shape else None


def code_size(draft: Draft) -> int | None:
    shape = _takes(draft.decoder.facts) or numbers(draft.latents)
    return math.prod(shape) if shape else None


def _takes(facts: FileFacts | None) -> Shape | None:
    if facts is None or len(facts.inputs) != 1 or any(not isinstance(n, int) or n < 1 for n in facts.inputs[0]):
        return None
    return facts.inputs[0]


def names(text: str) -> tuple[str, ...]:
    """`z_mean, z_log_var` as names."""
    return tuple(each.strip() for each in text.split(",") if each.strip())


def _sizes(facts: FileFacts) -> dict[str, int | None]:
    """Numbers of everything that can be named as an output, the outputs first."""
    found = {out.name: None if out.shape is None else math.prod(out.shape) for out in facts.outputs}
    return found | {layer: units for layer, units in facts.rows if layer not in found}


def _named(facts: FileFacts, chosen: tuple[str, ...]) -> int | None:
    sizes = [_sizes(facts).get(name) for name in chosen]
    return None if None in sizes else sum(size for size in sizes if size is not None)


def _nameable(facts: FileFacts | None, usual: int, said: str) -> str | None:
    """What can be named, where a network has more outputs than are usual, or one that cannot be had."""
    if facts is None:
        return None
    if facts.program:
        return "Names of its outputs, where it has several; they are seen when it is opened."
    needed = len(facts.outputs) > usual or any(out.shape is None for out in facts.outputs)
    if not needed and not said.strip():
        return None
    listed = [f"{legible(name, 24)} ({'?' if size is None else f'{size:,}'})" for name, size in _sizes(facts).items()]
    more = f" and {len(listed) - MOST_NAMES} more" if len(listed) > MOST_NAMES else ""
    return f"There are {', '.join(listed[:MOST_NAMES])}{more}."


def _numbers(facts: FileFacts | None, chosen: tuple[str, ...]) -> int | None:
    if facts is None:
        return None
    return _named(facts, chosen) if chosen else facts.numbers


def _encoder_numbers(facts: FileFacts | None, chosen: tuple[str, ...]) -> int | None:
    """Of its first two outputs, unless others are named: a third is a draw of z."""
    if facts is None or not facts.outputs:
        return None
    if chosen:
        return _named(facts, chosen)
    shapes = [output.shape for output in facts.outputs[:2]]
    return None if None in shapes else sum(math.prod(shape) for shape in shapes if shape is not None)


def _find(choices: tuple[Choice, ...], name: str) -> Choice | None:
    return next((each for each in choices if each.name == name), None)


def _offers(choices: tuple[Choice, ...], outputs: int | None, size: int | None) -> tuple[Offer, ...]:
    """Those that fit first; all of them where the number of outputs is not known."""
    if outputs is None or size is None:
        return tuple(Offer(choice) for choice in choices)
    found = [
        Offer(choice, "" if fits(choice.name, outputs=outputs, size=size) else f"needs {choice.outputs.split(':')[0]}")
        for choice in choices
    ]
    return tuple(sorted(found, key=lambda offer: bool(offer.why_not)))


def _count(outputs: int | None, size: int | None, each: str, facts: FileFacts | None) -> str:
    """What the network gives, against what it is about."""
    hint = says(None if facts is None else facts.distribution)
    meant = f" Its last layer was {facts.distribution}, which means {hint[0]}." if facts is not None and hint else ""
    if outputs is None or size is None:
        if facts is None:
            return ""
        known = f"It gives {outputs:,} numbers; how many there are for each {each}" if outputs else "How many it gives"
        return f"{known} is not known yet, so all choices are offered.{meant}"
    times, more = divmod(outputs, size)
    rest = f" and {more:,} more" if more else ""
    return f"It gives {outputs:,} numbers: {times} for each {each} ({size:,}){rest}.{meant}"


def _said(side: Side) -> str:
    """`Keras 3.15 · takes 28×28×1 · gives 2 + 2 + 2 · layer Sampling is never run`."""
    facts = side.facts
    if facts is None:
        return ""
    if facts.program:
        return "A SavedModel: a TensorFlow program. What it takes and gives is seen when it is opened."
    words = [facts.saved_by]
    if facts.inputs:
        words.append("takes " + " and ".join(_shape(shape) for shape in facts.inputs))
    if facts.outputs:
        words.append("gives " + " + ".join("?" if out.shape is None else _shape(out.shape) for out in facts.outputs))
    if facts.custom_layers:
        words.append(f"{', '.join(facts.custom_layers)} left out, never run")
    return printable(" · ".join(words))


def _shape(shape: Shape) -> str:
    return "×".join("?" if n is None else str(n) for n in shape) or "1"


def _valid(preprocess: str) -> bool:
    try:
        chosen(preprocess)
    except InputError:
        return False
    return True


def _missing(draft: Draft, program: bool, choice: Choice | None) -> tuple[str, bool]:
    """The first thing that has to be said, and whether it is a mistake."""
    for name, side in (("encoder", draft.encoder), ("decoder", draft.decoder)):
        if side.trouble:
            return f"The {name} cannot be used: see beside its file.", True
        if side.facts is None:
            return f"Choose the file or folder of the {name}.", False
    if program and not draft.trust:
        return "A SavedModel is a program: say whether you trust it.", False
    for asked, text, words in (
        (_takes(draft.encoder.facts) is None, draft.shape, "Say the shape of one image, such as 28×28×1."),
        (_takes(draft.decoder.facts) is None, draft.latents, "Say the number of latents."),
    ):
        if asked and not numbers(text):
            return words, bool(text.strip())
    for name, side, text in (
        ("encoder", draft.encoder, draft.encoder_outputs),
        ("decoder", draft.decoder, draft.decoder_outputs),
    ):
        there = {} if side.facts is None or side.facts.program else _sizes(side.facts)
        unknown = [each for each in names(text) if there and each not in there]
        if unknown:
            return f"The {name} has no output or layer called {legible(unknown[0], 40)}.", True
    if not draft.posterior:
        return "Choose what the encoder gives: q(z | x).", False
    if choice is None:
        return "Choose what the decoder gives: p(x | z).", False
    return _option_missing(draft, choice) or _rest_missing(draft)


def _option_missing(draft: Draft, choice: Choice) -> tuple[str, bool] | None:
    given = {name: value.strip() for name, value in draft.options}
    for option in choice.options:
        estimated = option.name == SCALE and draft.estimate
        if not given.get(option.name) and not estimated:
            return f"Say {option.name}: {option.meaning.split(';')[0]}.", False
    values = {name: value for name, value in given.items() if value}
    try:
        likelihood_config(choice.name, **(values | ({SCALE: "1"} if draft.estimate else {})))
    except InputError as error:
        return str(error).splitlines()[0], True
    return None


def _rest_missing(draft: Draft) -> tuple[str, bool]:
    done = draft.preprocess.strip()
    if not done:
        return "Say what was done to the stored values in training (none, if nothing was).", False
    if not _valid(done):
        try:
            chosen(done)
        except InputError as error:
            return str(error), True
    if draft.estimate and not draft.data.strip():
        return "Choose the data to estimate the scale from.", False
    if not draft.output.strip():
        return "Choose a folder to save the model in.", False
    return "", False
