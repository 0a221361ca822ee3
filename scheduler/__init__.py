"""The clockwork: one leader, jobs by name, no logic."""
