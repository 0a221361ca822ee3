"""E-mail: letters to people who cannot be reached in a chat."""

from handlers.mail.kind import MAIL

__all__ = ["MAIL"]
