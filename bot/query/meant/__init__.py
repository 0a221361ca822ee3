"""What a question means, as a model may say it: a few words that become the same algebra as the rules' own readings."""
