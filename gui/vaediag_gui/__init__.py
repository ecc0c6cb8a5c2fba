"""The desktop app of vaediag (PyQt6). This version holds only its command."""
