"""The report of a training: what a `History` holds, drawn over time, and one page. Nothing is computed here."""
