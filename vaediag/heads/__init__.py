"""Heads: small frozen recipes that turn what a network outputs into a distribution.

A network only outputs parameters; the head says what they mean. Heads hold no network, no variable and no TensorFlow
object, so that "the same decoder under another likelihood" is one line and a bundle can store them as data.
"""

from vaediag.heads import likelihoods as likelihoods
from vaediag.heads import posteriors as posteriors
from vaediag.heads import priors as priors
from vaediag.heads.config import from_config as from_config
