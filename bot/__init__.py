"""The front door, the composition root and the core."""
