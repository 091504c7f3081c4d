"""Invented traffic, with crises and without: what detection is tuned on and measured with."""
