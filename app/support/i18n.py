"""Marks sentences for the translators in rooms that know no framework."""


def N_(sentence: str) -> str:
    """Return ``sentence`` as it is; the extraction of catalogues finds it here."""
    return sentence
