"""What a model is asked, word for word: a versioned template and a frozen dataclass for each task."""
