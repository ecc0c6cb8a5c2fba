"""What has to be said of two networks before they are a model."""

from __future__ import annotations

from dataclasses import replace

import pytest

from vaediag.bundle.facts import FileFacts, OutputFacts
from vaediag.choices import LIKELIHOODS
from vaediag_gui.resolve.wrap import Draft, Side, chosen_likelihood, numbers, resolve_wrap


def side(takes: tuple[int, ...], *gives: tuple[int, ...] | None, **changed: object) -> Side:
    outputs = tuple(OutputFacts(f"out{at}", shape) for at, shape in enumerate(gives))
    return Side("/n/net.keras", FileFacts("/n/net.keras", "keras", "Keras 3", (takes,), outputs, **changed))  # type: ignore[arg-type]


ENCODER, DECODER = side((8, 8, 1), (2,), (2,), None, custom_layers=("Sampling",)), side((2,), (8, 8, 1))
PROGRAM = Side("/n/program", FileFacts("/n/program", "savedmodel", "TensorFlow", program=True))


def said(**changes: object) -> Draft:
    """Everything that has to be said."""
    made = Draft(encoder=ENCODER, decoder=DECODER, posterior="mean-logvar", preprocess="unit", output="/m/vae")
    made = chosen_likelihood(made, "bernoulli-probs")
    return replace(made, **changes)  # type: ignore[arg-type]


def test_nothing_is_chosen_for_the_person():
    state = resolve_wrap(Draft(encoder=ENCODER, decoder=DECODER))
    assert state.assumed == (
        "Assumed: p(x | z) not said yet; q(z | x) not said yet; p(z) standard normal; x not said yet"
    )
    assert state.missing
    assert state.arguments == {}


def test_what_is_missing_is_asked_for_one_by_one():
    asked = []
    draft = Draft()
    for step in (
        {"encoder": ENCODER}, {"decoder": DECODER}, {"posterior": "mean-logvar"}, None, {"preprocess": "unit"},
        {"output": "/m/vae"},
    ):  # fmt: skip
        state = resolve_wrap(draft)
        assert not state.wrong
        asked.append(state.missing)
        draft = chosen_likelihood(draft, "bernoulli-probs") if step is None else replace(draft, **step)
    assert len(set(asked)) == 6
    assert "encoder" in asked[0]
    assert "folder" in asked[-1]
    assert resolve_wrap(draft).missing == ""


def test_the_choices_that_fit_the_outputs_come_first_and_the_rest_say_why():
    state = resolve_wrap(said())
    fitting = [offer.choice.name for offer in state.likelihoods if not offer.why_not]
    assert "bernoulli-probs" in fitting
    assert "normal-pixel" not in fitting
    (other,) = [offer for offer in state.likelihoods if offer.choice.name == "normal-pixel"]
    assert other.why_not == "needs 2 d"
    assert state.likelihood_words.startswith("It gives 64 numbers: 1 for each value of x (64).")
    assert state.posterior_words.startswith("It gives 4 numbers: 2 for each latent (2).")
    assert [offer.choice.name for offer in state.posteriors if offer.why_not] == ["mean-tril"]


def test_numbers_beside_the_image_are_counted():
    state = resolve_wrap(said(decoder=side((2,), (65,))))
    assert state.likelihood_words == "It gives 65 numbers: 1 for each value of x (64) and 1 more."


def test_where_files_say_no_sizes_all_choices_are_offered_and_the_sizes_asked_for():
    state = resolve_wrap(said(encoder=PROGRAM, decoder=PROGRAM, trust=True))
    assert len(state.likelihoods) == len(LIKELIHOODS)
    assert not any(offer.why_not for offer in state.likelihoods)
    assert (state.ask_shape, state.ask_latents) == (True, True)
    assert "shape of one image" in state.missing
    whole = resolve_wrap(said(encoder=PROGRAM, decoder=PROGRAM, trust=True, shape="28×28×1", latents="4"))
    assert (whole.arguments["event_shape"], whole.arguments["latent_dim"]) == ((28, 28, 1), 4)


def test_a_program_needs_the_persons_word():
    state = resolve_wrap(said(decoder=PROGRAM, latents="2"))
    assert state.program
    assert "trust" in state.missing
    assert resolve_wrap(said(decoder=PROGRAM, latents="2", trust=True)).arguments["trust_program"] is True


def test_options_are_open_but_for_what_claims_nothing():
    draft = chosen_likelihood(said(), "normal-pixel")
    assert dict(draft.options) == {"spread": "", "floor": "0.001"}
    assert resolve_wrap(draft).missing.startswith("Say spread")
    whole = replace(draft, options=(("spread", "softplus"), ("floor", "x")))
    state = resolve_wrap(whole)
    assert state.wrong
    assert "number" in state.missing


def test_a_scale_is_a_number_or_comes_from_the_data():
    draft = chosen_likelihood(said(), "normal")
    assert resolve_wrap(draft).missing.startswith("Say scale: ")
    given = resolve_wrap(replace(draft, options=(("scale", "0.1"),)))
    assert given.arguments["options"] == {"scale": "0.1"}
    assert "normal, one fixed σ, scale 0.1" in given.assumed
    estimated = replace(draft, estimate=True)
    assert "data" in resolve_wrap(estimated).missing
    whole = resolve_wrap(replace(estimated, data="digits"))
    assert whole.arguments["options"] == {"scale": "estimate"}
    assert "scale estimated from the data" in whole.assumed
    assert not chosen_likelihood(replace(estimated, data="digits"), "poisson").estimate


def test_mistakes_are_said_in_place():
    state = resolve_wrap(said(preprocess="unit+symmetric"))
    assert state.wrong
    assert "preprocess" in state.missing
    state = resolve_wrap(said(encoder=Side("/n/a", None, "It is empty.")))
    assert (state.missing, state.wrong) == ("The encoder cannot be used: see beside its file.", True)


@pytest.mark.parametrize(
    ("text", "shape"), [("28×28×1", (28, 28, 1)), ("28, 28", (28, 28)), ("7", (7,)), ("0x3", ()), ("a", ()), ("", ())]
)
def test_shapes_as_people_write_them(text: str, shape: tuple[int, ...]):
    assert numbers(text) == shape


def test_outputs_are_named_where_there_are_several_and_counted_as_named():
    many = side((8, 8, 1), (10,), (2,), (2,), rows=(("hidden", 4),))
    state = resolve_wrap(said(encoder=many))
    assert state.encoder_names == "There are out0 (10), out1 (2), out2 (2), hidden (4)."
    assert state.decoder_names is None
    assert "12 numbers" in state.posterior_words  # the first two
    state = resolve_wrap(said(encoder=many, encoder_outputs="out1, out2"))
    assert "4 numbers: 2 for each latent" in state.posterior_words
    assert state.arguments["encoder_outputs"] == ("out1", "out2")
    state = resolve_wrap(said(encoder=many, encoder_outputs="out1, other"))
    assert (state.missing, state.wrong) == ("The encoder has no output or layer called other.", True)


def test_the_file_of_the_prior_is_part_of_what_is_assumed():
    state = resolve_wrap(said(prior="/n/prior.npz"))
    assert "p(z) the one in prior.npz" in state.assumed
    assert state.arguments["prior"] == "/n/prior.npz"
    assert resolve_wrap(said()).arguments["prior"] is None
