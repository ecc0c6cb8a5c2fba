"""What the person wants and what is known so far: no widgets, no TensorFlow."""
