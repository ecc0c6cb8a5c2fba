"""Widgets that know nothing of VAEs."""
