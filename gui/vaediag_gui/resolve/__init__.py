"""From wish and answers to what each panel shows: pure functions and frozen view states, tested without a window."""
