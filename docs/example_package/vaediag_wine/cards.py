"""What the package offers. Listing it must be cheap: nothing is imported here but the card."""

from vaediag.registry import Card


def models() -> tuple[Card, ...]:
    return (
        Card(
            name="wine-linear",
            sentence="Wines in three latents: a linear decoder, one sigma for all columns.",
            source="vaediag_wine.model:linear",
            dataset="wine",
        ),
    )


def datasets() -> tuple[Card, ...]:
    return (Card("wine", "178 wines, 13 columns, each with mean 0 and variance 1.", "vaediag_wine.data:wine"),)
