"""A file that other programs append JSON lines to."""
