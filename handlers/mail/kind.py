"""E-mail's line in the catalogue."""

from handlers.mail.letters import render
from handlers.mail.settings import MailSettings
from handlers.mail.surface import MailSurface
from handlers.platform import Means, PlatformKind, Surface


def build(settings: MailSettings, means: Means) -> Surface:
    return MailSurface(settings, means)


MAIL = PlatformKind("mail", "E-mail", MailSettings, build, render)
