"""One panel per tab or side of the window: builds widgets, connects them, and shows a frozen view state."""
