"""What several doors ask for."""
