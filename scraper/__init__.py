"""Tocsin watches the news and rings when an article matches a watch."""
