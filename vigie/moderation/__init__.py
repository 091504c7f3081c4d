"""What may be done to comments: policy, fuse and life of an action (pure), and the executor."""
