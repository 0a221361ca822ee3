"""A language model behind OpenAI's API, or behind any server that speaks it."""
