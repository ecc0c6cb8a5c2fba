"""Images in, diagnosis out: files and folders, without TensorFlow."""
