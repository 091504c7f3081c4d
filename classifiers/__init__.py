"""Texts to scores: the only folder that knows torch, transformers and onnxruntime."""
