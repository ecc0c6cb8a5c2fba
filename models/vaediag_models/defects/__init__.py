"""Defects planted in exact models: does a diagnosis find each of them, call it by its name, and leave exact ones alone?

`kinds` is the table of defects, `run` plants and diagnoses them, `table` counts what was said.
"""
