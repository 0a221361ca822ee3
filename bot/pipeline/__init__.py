"""From signals to issues, and from issues to what is said about them: one stage a file."""
