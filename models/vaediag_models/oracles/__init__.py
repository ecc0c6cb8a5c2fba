"""Models whose answers are known in closed form: the yardsticks that every measurement is checked against.

Each factory returns a frozen object with `.vae` (three distributions, ready for `vaediag.diagnose`),
`.simulate(n, seed)` (float32 images drawn from the *true* law of x) and closed forms as methods.
"""

from vaediag_models.oracles.binary import BinaryCells as BinaryCells
from vaediag_models.oracles.binary import binary_cells as binary_cells
from vaediag_models.oracles.binary import binary_independent as binary_independent
from vaediag_models.oracles.linear import Linear as Linear
from vaediag_models.oracles.recipes import collapsed as collapsed
from vaediag_models.oracles.recipes import correlated_noise as correlated_noise
from vaediag_models.oracles.recipes import heavy_tails as heavy_tails
from vaediag_models.oracles.recipes import linear_gaussian as linear_gaussian
from vaediag_models.oracles.recipes import miscalibrated as miscalibrated
from vaediag_models.oracles.recipes import wrong_posterior as wrong_posterior
