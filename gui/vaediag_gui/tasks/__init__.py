"""What the helpers can do: one task per file. The only part of the app that reaches TensorFlow; it knows no Qt."""
