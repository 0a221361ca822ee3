"""Stand-ins for the two platforms that refuse what the real ones refuse."""
