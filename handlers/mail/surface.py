"""E-mail as main builds it: only a way out."""

from aiohttp import web

from bot.ports.platform import Platform
from handlers.mail.sender import MailSender
from handlers.mail.settings import MailSettings
from handlers.platform import Means


class MailSurface:
    """Fills `handlers.platform.Surface`."""

    framed = None

    def __init__(self, settings: MailSettings, means: Means) -> None:
        self._settings, self._sender = settings, MailSender(settings, means.clock)
        self.platform: Platform = self._sender

    def routes(self, app: web.Application) -> None:
        """Letters do not come in."""

    async def start(self) -> None:
        """Connected to for each letter."""

    async def stop(self) -> None:
        """Nothing is open between letters."""

    async def check(self) -> str:
        await self._sender.check()
        return f"E-mail: {self._settings.host} takes letters from {self._settings.from_address.addr_spec}."
