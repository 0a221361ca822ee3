"""The peer for Teams: the stock CloudAdapter with authentication on and a bot that does nothing."""

import asyncio
import sys

from aiohttp import web
from botbuilder.core import CloudAdapterBase, TurnContext
from botbuilder.schema import Activity
from botframework.connector.auth import (
    AuthenticationConfiguration,
    BotFrameworkAuthenticationFactory,
    PasswordServiceClientCredentialFactory,
)


class Adapter(CloudAdapterBase):
    async def process(self, header: str, body: dict, turn) -> None:
        await self.process_activity(header, Activity.deserialize(body), turn)


async def main(port: int, app_id: str, openid_url: str) -> None:
    authentication = BotFrameworkAuthenticationFactory.create(
        channel_service="",
        validate_authority=True,
        to_channel_from_bot_login_url="https://localhost/adfs",
        to_channel_from_bot_oauth_scope="https://api.botframework.com",
        to_bot_from_channel_token_issuer="https://api.botframework.com",
        oauth_url="https://api.botframework.com",
        to_bot_from_channel_open_id_metadata_url=openid_url,
        to_bot_from_emulator_open_id_metadata_url=openid_url,
        caller_id="",
        credential_factory=PasswordServiceClientCredentialFactory(app_id, "bench"),
        auth_configuration=AuthenticationConfiguration(),
        http_client_factory=None,
        logger=None,
    )
    adapter = Adapter(authentication)

    async def nothing(_: TurnContext) -> None:
        return

    async def handle(request: web.Request) -> web.Response:
        await adapter.process(request.headers.get("Authorization", ""), await request.json(), nothing)
        return web.Response(status=202)

    server = web.Application()
    server.router.add_post("/api/messages", handle)
    runner = web.AppRunner(server, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    print("ready", flush=True)
    await asyncio.Event().wait()


asyncio.run(main(int(sys.argv[1]), sys.argv[2], sys.argv[3]))
