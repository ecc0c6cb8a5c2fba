"""Sizes at which defects are planted."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Size:
    side: int  # of the square image
    latents: int
    images: int  # N, how many are diagnosed

    @property
    def pixels(self) -> int:
        return self.side**2

    @property
    def event_shape(self) -> tuple[int, int, int]:
        return (self.side, self.side, 1)

    @property
    def compiled(self) -> tuple[int, int]:
        """Sizes that share it share one compiled model."""
        return (self.side, self.latents)

    def __str__(self) -> str:
        return f"{self.side}×{self.side}, L {self.latents}, N {self.images}"


SMALL = Size(8, 4, 200)
SIZES = tuple(Size(side, latents, images) for side in (8, 16, 28) for latents in (4, 16) for images in (200, 1000))
