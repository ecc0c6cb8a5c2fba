"""Which likelihoods and posteriors there are, and what each would mean: plain data for the command line and the app.

Nothing here loads TensorFlow. A choice plus its options becomes the config that `vaediag.heads.from_config` reads.
"""

from vaediag.choices.config import LIKELIHOODS as LIKELIHOODS
from vaediag.choices.config import likelihood_config as likelihood_config
from vaediag.choices.config import listed as listed
from vaediag.choices.config import posterior_config as posterior_config
from vaediag.choices.posteriors import POSTERIORS as POSTERIORS
from vaediag.choices.records import Choice as Choice
from vaediag.choices.records import Option as Option
