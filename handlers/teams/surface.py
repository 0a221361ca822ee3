"""Teams, built: everything of this folder put together."""

from aiohttp import web

from bot.ports.platform import Platform
from handlers.platform import Framed, Means
from handlers.teams.activity_handler import TeamsHandler
from handlers.teams.adapter import TeamsAdapter
from handlers.teams.auth import Gate
from handlers.teams.connector import Connector
from handlers.teams.consents import Consents
from handlers.teams.hosts import Hosts
from handlers.teams.openid import key_book
from handlers.teams.pacing import CONVERSATION, SUSTAINED, scaled
from handlers.teams.people import People
from handlers.teams.previews import Previews
from handlers.teams.references import References
from handlers.teams.sender import TeamsSender
from handlers.teams.settings import TeamsSettings
from handlers.teams.tab import Tab
from handlers.teams.tokens import Tokens
from handlers.teams.uploads import Uploads

PATH = "/api/messages"


class TeamsSurface:
    def __init__(self, settings: TeamsSettings, means: Means) -> None:
        self._keys = key_book(settings.openid_metadata_url, means.session, means.clock)
        self._tokens = Tokens(settings, means.session, means.clock)
        references = References(means.storage, means.clock)
        connector = Connector(
            means.session,
            self._tokens,
            Hosts(settings.service_hosts),
            means.clock,
            conversation=scaled(CONVERSATION, settings.messages_per_second / SUSTAINED),
            tenant={1: settings.requests_per_second},
        )
        gate = Gate(settings, self._keys, means.clock)
        uploads = Uploads(means.session, Hosts(settings.upload_hosts))
        consents = Consents(means, connector, references, uploads, offers=settings.offer_files)
        handler = TeamsHandler(means.desk, references, means.clock, Previews(means), consents)
        self.framed: Framed | None = Tab(settings, means.session, means.clock) if settings.tab_url else None
        self.adapter = TeamsAdapter(gate, connector, handler)
        people = People(connector, references, means.storage.directory, means.clock)
        self.platform: Platform = TeamsSender(means, connector, references, people, consents, settings)

    def routes(self, app: web.Application) -> None:
        app.router.add_post(PATH, self.adapter.process)

    async def start(self) -> None:
        """Nothing runs by itself here: Teams calls us."""

    async def stop(self) -> None:
        self.adapter.closed = True

    async def check(self) -> str:
        await self._tokens.get()
        count = await self._keys.check()
        return f"Signed in with Microsoft; {count} signing keys of Teams are known."
