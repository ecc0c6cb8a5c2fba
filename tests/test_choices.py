import subprocess
import sys

import pytest

from vaediag.choices import LIKELIHOODS, POSTERIORS, likelihood_config, posterior_config
from vaediag.errors import InputError


def test_the_choices_load_no_tensorflow():
    code = "import sys, vaediag.choices; assert not {'tensorflow', 'numpy', 'keras'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("choices", [LIKELIHOODS, POSTERIORS])
def test_names_differ_and_every_choice_says_what_it_means(choices):
    assert len({choice.name for choice in choices}) == len(choices)
    for choice in choices:
        assert choice.meaning.endswith(".")
        assert choice.title
        assert choice.outputs
        for option in choice.options:
            assert option.kind in ("number", "whole", "word")
            assert not option.words or option.default == option.words[0][0]


def test_options_become_a_config():
    assert likelihood_config("normal", scale="0.1") == {"family": "normal", "scale": {"kind": "fixed", "value": 0.1}}
    assert likelihood_config("normal-pixel", spread="softplus") == {
        "family": "normal",
        "scale": {"kind": "pixel", "floor": 1e-3, "spread": "softplus"},
    }
    assert likelihood_config("student-t-image", df=3)["df"] == 3.0
    assert likelihood_config("categorical", levels="256") == {"family": "categorical", "levels": 256}
    assert likelihood_config("bernoulli-probs") == {"family": "bernoulli", "parameters": "probs"}
    assert posterior_config("mean-logvar") == {"posterior": "mean_log_var"}


@pytest.mark.parametrize(
    ("name", "options", "says"),
    [
        ("gauss", {}, "expected one of the"),
        ("normal", {}, "scale: 'normal' needs it"),
        ("normal", {"scale": "wide"}, "expected a number"),
        ("normal", {"scale": True}, "expected a number"),
        ("normal-pixel", {"scale": 0.1}, "no such option; expected one of spread, floor"),
        ("bernoulli-logits", {"scale": 0.1}, "expected none"),
        ("normal-image", {"spread": "variance"}, "log_variance .*softplus"),
        ("categorical", {"levels": 2.5}, "whole number"),
        ("binomial", {"total_count": "many"}, "whole number"),
    ],
)
def test_a_choice_that_cannot_be_is_refused_in_a_sentence(name, options, says):
    with pytest.raises(InputError, match=says):
        likelihood_config(name, **options)


def test_an_unknown_name_is_answered_with_all_choices_and_their_meaning():
    with pytest.raises(InputError) as error:
        posterior_config("gauss")
    for choice in POSTERIORS:
        assert choice.name in str(error.value)
        assert choice.meaning in str(error.value)
