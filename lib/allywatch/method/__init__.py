"""The method laid open: codebook, worked examples, and how far two coders agree."""
