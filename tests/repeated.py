"""`diagnose` many times over, with everything compiled once: what tests of standard errors live on."""

from __future__ import annotations

from typing import Any

from threadpoolctl import threadpool_limits

from vaediag.diagnose import diagnose
from vaediag.prepared import prepare


class Repeated:
    """Diagnoses of one model: `repeated(images, seed=3)` is `diagnose(vae, images, seed=3)`, without tracing again."""

    def __init__(self, vae: Any, *, skip: tuple[str, ...] = ("pictures",), **options: Any) -> None:
        self.vae, self.options = prepare(vae), {"skip": skip, **options}

    def __call__(self, images: Any, *, seed: int = 0) -> Any:
        with threadpool_limits(1):  # many small matrices: threads would only wait for each other
            return diagnose(self.vae, images, seed=seed, **self.options)
