"""Two networks in files become a model in a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from vaediag_gui.jobs.child import Answer, Report
from vaediag_gui.tasks.opened import Models
from vaediag_gui.tasks.trust import digest


def run(arguments: dict[str, Any], models: Models, report: Report) -> Answer:
    """{"path", "data", "digest"}: the folder of the bundle. Raises InputError.

    Arguments: encoder, decoder, likelihood, posterior, options, preprocess, data, event_shape, latent_dim, output,
    encoder_outputs, decoder_outputs (names), prior (a file of arrays), trust_program (the person's word about programs
    among the networks).
    """
    report("loading TensorFlow", 0, 1)
    from vaediag.bundle.prior_file import read_prior
    from vaediag.wrap import wrap

    prior = arguments.get("prior")
    data = arguments.get("data")
    images = None
    if data is not None and arguments["options"].get("scale") == "estimate":
        images = models.images(data)
    report("wrapping the networks", 0, 1)
    wrap(
        arguments["encoder"], arguments["decoder"], likelihood=arguments["likelihood"],
        posterior=arguments["posterior"], event_shape=arguments.get("event_shape"),
        latent_dim=arguments.get("latent_dim"), encoder_outputs=arguments.get("encoder_outputs", ()),
        decoder_outputs=arguments.get("decoder_outputs", ()),
        prior=None if prior is None else read_prior(Path(prior)), preprocess=arguments["preprocess"], images=images,
        output=arguments["output"], trust=arguments.get("trust_program", False), **arguments["options"],
    )  # fmt: skip
    return {"path": arguments["output"], "data": data, "digest": digest(arguments["output"])}, {}
