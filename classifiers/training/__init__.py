"""Training of the shipped model: ``python -m classifiers.training --help``.

The only part of the project that needs torch (extra ``torch``); nothing in service imports it.
"""
