"""One file per way to reach a person; each classifies its own failures, none repeats a try."""
