"""One file per question; each measures in the engine's graph and finishes in NumPy."""
