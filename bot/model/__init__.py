"""The words of the project; pure."""
