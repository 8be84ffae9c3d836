"""zdd takes a fleet of machines from one release to the next over SSH without a user noticing."""

__version__ = "0.1.0"
