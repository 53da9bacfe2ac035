"""The studies, a room each."""
