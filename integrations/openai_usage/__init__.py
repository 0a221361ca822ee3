"""OpenAI's reports of usage and cost, with an admin key."""
