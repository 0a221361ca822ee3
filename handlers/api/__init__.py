"""The HTTP API: the same desks as in chat, for programs. One table of routes, one document that tells of them."""
