"""Data sets that a bare machine has: real digits, patches of real photographs, generated shapes. No TensorFlow."""

from vaediag_models.data.digits import digits as digits
from vaediag_models.data.digits import digits_binary as digits_binary
from vaediag_models.data.patches import patches as patches
from vaediag_models.data.shapes import FACTORS as FACTORS
from vaediag_models.data.shapes import shapes as shapes
from vaediag_models.data.shapes import shapes_factors as shapes_factors

BY_NAME = {"digits": digits, "digits-binary": digits_binary, "patches": patches, "shapes": shapes}
