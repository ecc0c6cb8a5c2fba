"""Likelihoods: from a decoder network's outputs to p(x_i | z) per pixel.

`law(outputs, event_shape)` returns a TFP distribution with batch `[n, *event_shape]` and scalar events; parameters and
values are float32. A head needs one or more groups of d numbers, d the number of pixels (or columns), in the order that
its docstring states. They arrive as one tensor (`[n, groups * d]`; `[n, H, W, groups * C]`, group after group of
channels; `[n, *event_shape, groups]`), as a list of one tensor per group, or as a dict whose keys name them.
"""

from vaediag.heads.likelihoods.beta import Beta as Beta
from vaediag.heads.likelihoods.categorical import Categorical as Categorical
from vaediag.heads.likelihoods.counts import NegativeBinomial as NegativeBinomial
from vaediag.heads.likelihoods.counts import Poisson as Poisson
from vaediag.heads.likelihoods.counts import ZeroInflatedNegativeBinomial as ZeroInflatedNegativeBinomial
from vaediag.heads.likelihoods.counts import ZeroInflatedPoisson as ZeroInflatedPoisson
from vaediag.heads.likelihoods.discretized import DiscretizedLogistic as DiscretizedLogistic
from vaediag.heads.likelihoods.discretized import DiscretizedLogisticMixture as DiscretizedLogisticMixture
from vaediag.heads.likelihoods.mixture import NormalMixture as NormalMixture
from vaediag.heads.likelihoods.protocol import Likelihood as Likelihood
from vaediag.heads.likelihoods.scaled import SCALES as SCALES
from vaediag.heads.likelihoods.scaled import LocationScale as LocationScale
from vaediag.heads.likelihoods.sigmoid import Bernoulli as Bernoulli
from vaediag.heads.likelihoods.sigmoid import Binomial as Binomial
from vaediag.heads.likelihoods.sigmoid import ContinuousBernoulli as ContinuousBernoulli
from vaediag.heads.likelihoods.symmetric import Laplace as Laplace
from vaediag.heads.likelihoods.symmetric import Logistic as Logistic
from vaediag.heads.likelihoods.symmetric import Normal as Normal
from vaediag.heads.likelihoods.symmetric import StudentT as StudentT
from vaediag.heads.likelihoods.transformed import LogitNormal as LogitNormal
from vaediag.heads.likelihoods.transformed import LogNormal as LogNormal
from vaediag.heads.likelihoods.transformed import TruncatedNormal as TruncatedNormal
