"""One folder per place where people talk: what comes in, what goes out."""
