"""Errors that a person can act on: which argument, what was expected, what arrived, what to try."""


class VaediagError(Exception):
    """Base of every error that vaediag raises on purpose."""


class InputError(VaediagError, ValueError):
    """Something given to vaediag cannot be used as it is; the message says what to try."""


class UnsafeFileError(InputError):
    """A file was refused before it was opened further, because loading it could run code or exhaust memory."""


class HoldsProgramError(UnsafeFileError):
    """A model is kept as a program, which runs when it is opened, and nobody has said that they trust it."""
