"""Vigie: a lookout for organisations that live from public trust."""

__version__ = "0.1.0"
