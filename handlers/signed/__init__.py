"""What others signed: their keys, and whether a token is theirs, for us and of now. PyJWT lives here."""
