"""One file per command: its parameters, and what it calls. Anything heavy is imported inside the function."""
