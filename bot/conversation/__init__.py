"""A message in, a Reply out."""
