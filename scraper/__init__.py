"""Tocsin watches the news and rings when an article matches a watch."""

from importlib.metadata import version

__version__ = version("tocsin")
