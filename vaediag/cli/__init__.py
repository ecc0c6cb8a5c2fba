"""The command line. Nothing here imports NumPy or TensorFlow before a command needs it."""
