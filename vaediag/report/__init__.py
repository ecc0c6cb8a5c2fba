"""Figures, moving pictures and the one-page report: all drawn from records, nothing computed here."""
