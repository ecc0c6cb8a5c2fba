"""The helper processes: what is asked of them, how it travels, and what happens when one dies."""
