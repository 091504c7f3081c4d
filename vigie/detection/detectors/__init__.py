"""One module per detector: what it looks for, by whom it was described, an example."""
