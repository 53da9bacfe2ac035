"""Models: weights, the embedded server, and every OpenAI-compatible endpoint."""
