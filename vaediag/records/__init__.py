"""What vaediag found, as frozen records of numbers and NumPy arrays; they load without TensorFlow."""
