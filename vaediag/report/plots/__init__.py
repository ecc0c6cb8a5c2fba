"""The report's pictures one by one, in your own figure: the public `vaediag.plots`.

    import matplotlib.pyplot as plt
    import vaediag as vd

    figure, axes = plt.subplots(1, 3, layout="constrained")
    vd.plots.pit(d, axes[0])
    vd.plots.quantile_curve(d, axes[1], conditioning="corrected")
    vd.plots.kl(d, axes[2])

Every function takes a diagnosis and an axes, draws what the report draws, and returns the axes; without axes it makes a
figure of its own with pyplot. Fonts, sizes, ticks and grids are those of your rcParams, which nothing here changes;
colours, marks and hatches are the report's, as they carry meaning. What a diagnosis does not have raises InputError
with the reason.
"""

from vaediag.report.plots.calibration import coverage as coverage
from vaediag.report.plots.calibration import pit as pit
from vaediag.report.plots.calibration import quantile_curve as quantile_curve
from vaediag.report.plots.calibration import reliability as reliability
from vaediag.report.plots.calibration import spread_skill as spread_skill
from vaediag.report.plots.evidence import elbo as elbo
from vaediag.report.plots.evidence import evidence_gaps as evidence_gaps
from vaediag.report.plots.evidence import latent_dispersion as latent_dispersion
from vaediag.report.plots.evidence import pareto_k as pareto_k
from vaediag.report.plots.latents import epsilon_delta as epsilon_delta
from vaediag.report.plots.latents import kl as kl
from vaediag.report.plots.latents import kl_effect as kl_effect
from vaediag.report.plots.latents import latent_variance as latent_variance
from vaediag.report.plots.latents import posterior as posterior
from vaediag.report.plots.latents import prune_cost as prune_cost
from vaediag.report.plots.latents import rate_split as rate_split
from vaediag.report.plots.places import dependence as dependence
from vaediag.report.plots.places import dependence_map as dependence_map
from vaediag.report.plots.places import features as features
from vaediag.report.plots.places import pixel_map as pixel_map
from vaediag.report.plots.places import variance_features as variance_features
