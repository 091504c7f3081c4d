"""What listens to platforms: one folder each, and `connect`, which runs them all."""
