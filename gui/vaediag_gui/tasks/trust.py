"""Models that hold a program are opened only with the person's word for these very files."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from vaediag.errors import HoldsProgramError

MANIFEST = "vae.json"  # it names the sha256 of every other file of a bundle, and loading checks them


class UntrustedError(HoldsProgramError):
    """`address` holds a program that nobody has vouched for; `digest` says which one."""

    def __init__(self, message: str, address: str, digest: str) -> None:
        super().__init__(message)
        self.address, self.digest = address, digest


def load(address: str, trusted: Mapping[str, str]) -> Any:
    """The VAE at an address. UntrustedError where it holds a program whose digest is not the trusted one."""
    from vaediag.registry import load as open_address

    try:
        return open_address(address)
    except HoldsProgramError as error:
        found = digest(address)
        if not found or trusted.get(address) != found:
            raise UntrustedError(str(error), address, found) from error
    return open_address(address, trust=True)


def digest(address: str) -> str:
    """Of the bundle at an address; "" where there is none."""
    from vaediag.registry import models

    card = models().get(address)
    try:
        content = (Path(address if card is None else card.source).expanduser() / MANIFEST).read_bytes()
    except (OSError, ValueError, RuntimeError):
        return ""
    return hashlib.sha256(content).hexdigest()
