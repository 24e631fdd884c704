"""What the program does best, measured: ``python -m bench``."""
