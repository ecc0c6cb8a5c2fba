"""Training of the reference VAEs: one loop, repeatable to the last bit, that can be stopped and taken up again."""

from vaediag_models.training.loop import train as train
