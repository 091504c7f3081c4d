"""Incident to people: whom, when, why, and until it arrives."""
