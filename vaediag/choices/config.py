"""From the name of a choice and its options to the config of a head."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from vaediag.choices.densities import DENSITIES
from vaediag.choices.discrete import DISCRETE
from vaediag.choices.posteriors import POSTERIORS
from vaediag.choices.records import Choice, Option
from vaediag.errors import InputError

LIKELIHOODS: tuple[Choice, ...] = DENSITIES + DISCRETE


def likelihood_config(name: str, **options: Any) -> dict[str, Any]:
    """The config for `vaediag.heads.from_config` of a likelihood by its name.

    Args:
        name: of one of `LIKELIHOODS`.
        options: its options by name, as numbers, words, or text that reads as such ("0.1").
    Raises:
        InputError: an unknown name (the message lists the choices and what each would mean), an option that is
            unknown, missing or of another kind.
    """
    return _config("likelihood", LIKELIHOODS, name, options)


def posterior_config(name: str) -> dict[str, Any]:
    """The config for `vaediag.heads.from_config` of a posterior by its name. Raises InputError as above."""
    return _config("posterior", POSTERIORS, name, {})


def listed(choices: Sequence[Choice]) -> str:
    """The choices, a line each: name and meaning."""
    width = max(len(choice.name) for choice in choices)
    return "\n".join(f"  {choice.name:{width}}  {choice.meaning}" for choice in choices)


def _config(what: str, choices: Sequence[Choice], name: str, options: Mapping[str, Any]) -> dict[str, Any]:
    found = next((choice for choice in choices if choice.name == name), None)
    if found is None:
        raise InputError(
            f"{what}: expected one of the {len(choices)} below; got {name!r}. The network alone does not say which: "
            f"choose what it was trained with.\n{listed(choices)}"
        )
    known = {option.name: option for option in found.options}
    for key in options:
        if key not in known:
            offered = f"one of {', '.join(known)}" if known else "none"
            raise InputError(f"{key}: {what} {name!r} has no such option; expected {offered}. Leave it out.")
    values = {key: _value(name, option, options.get(key)) for key, option in known.items()}
    config = {**dict(found.config), **values}
    return _with_scale(config) if config.get("scale") in ("image", "pixel") or "scale" in known else config


def _with_scale(config: dict[str, Any]) -> dict[str, Any]:
    """Everything about the scale in a table of its own, as the heads of location-scale families keep it."""
    scale = config["scale"]
    if isinstance(scale, str):
        table: dict[str, Any] = {"kind": scale, "floor": config["floor"], "spread": config["spread"]}
    else:
        table = {"kind": "fixed", "value": scale}
    return {key: value for key, value in config.items() if key not in ("spread", "floor")} | {"scale": table}


def _value(name: str, option: Option, given: Any) -> Any:
    if given is None:
        if option.default is None:
            raise InputError(
                f"{option.name}: {name!r} needs it, because the network does not say it: {option.meaning}. "
                f"Give {option.name}=..."
            )
        return option.default
    if option.kind == "word":
        if given not in dict(option.words):
            words = "; ".join(f"{word} ({meaning})" for word, meaning in option.words)
            raise InputError(f"{option.name}: expected one of {words}; got {given!r}.")
        return given
    try:
        number = math.nan if isinstance(given, bool) else float(given)
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number) or (option.kind == "whole" and number != int(number)):
        kind = "a whole number" if option.kind == "whole" else "a number"
        raise InputError(f"{option.name}: expected {kind} ({option.meaning}); got {given!r}.")
    return int(number) if option.kind == "whole" else number
