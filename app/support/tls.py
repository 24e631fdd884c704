"""Whom we believe at the other end of a line."""

import ssl
from pathlib import Path


def trusting(ca_file: Path | None = None) -> ssl.SSLContext:
    """Chain and name are checked against the system's certificates and those of ``ca_file`` (PEM)."""
    context = ssl.create_default_context()
    if ca_file is not None:
        context.load_verify_locations(ca_file)
    return context
