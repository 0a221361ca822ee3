"""Slack as main builds it: the way in, the way out, and when they start and stop."""

import asyncio
import logging

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest

from bot.model.errors import Misconfigured, Rejected, Unavailable
from bot.ports.platform import Platform
from handlers.platform import Means
from handlers.slack.api import LIBRARY_LOG, WebApi
from handlers.slack.attachments import Attachments
from handlers.slack.authorize import Authorize, Identities, ManyWorkspaces, OneWorkspace
from handlers.slack.colleagues import Colleagues
from handlers.slack.errands import Background
from handlers.slack.events import SLACK
from handlers.slack.guard import Body, Guard
from handlers.slack.install import Installations, Tokens, flow, scopes
from handlers.slack.listeners import Listeners
from handlers.slack.live import Live
from handlers.slack.manifest import EVENTS_PATH, INSTALL_PATH, REDIRECT_PATH
from handlers.slack.sender import SlackSender
from handlers.slack.settings import SlackSettings
from handlers.slack.socket_mode import Socket
from handlers.slack.unfurls import Unfurls

STOP_PATIENCE = 3.0

log = logging.getLogger(__name__)


class SlackSurface:
    """Fills `handlers.platform.Surface`."""

    framed = None  # Slack frames no pages

    def __init__(self, settings: SlackSettings, means: Means) -> None:
        self._settings, self._means = settings, means
        directory = means.storage.directory
        self._api = WebApi(means.session, settings.api_url)
        self._errands = Background()
        self._tokens = Tokens(self._api, settings, directory, means.clock)
        self._one = OneWorkspace(self._api, settings.bot_token, directory)
        self._identities: Identities = (
            ManyWorkspaces(directory, self._tokens, means.clock) if settings.by_oauth else self._one
        )
        attachments = Attachments(self._api, means)
        self.platform: Platform = SlackSender(
            self._api,
            self._identities,
            attachments,
            Live(self._api, self._identities),
            Colleagues(self._api, self._identities, directory, means.clock),
            per_second=settings.messages_per_second,
            press=means.press,
        )
        self._app = build_app(self._api, self._identities)
        unfurls = Unfurls(means.desk, self._api, self._identities, directory, attachments)
        listeners = Listeners(
            means.desk, directory, self._identities, self._api, means.clock, self._errands,
            unfurls if settings.link_domains else None,
        )  # fmt: skip
        listeners.register(self._app)
        self._guard = Guard(settings.signing_secret, means.clock)
        self._socket = Socket(self._app, self._api, settings.app_token) if settings.by_socket else None
        self._renewing: asyncio.Task[None] | None = None
        self._stopped = False

    def routes(self, app: web.Application) -> None:
        if self._settings.signing_secret and not self._settings.by_socket:
            app.router.add_post(EVENTS_PATH, self._receive)
        if self._settings.by_oauth:
            store = Installations(self._means.storage.directory)
            store.identities = self._identities
            oauth = flow(self._settings, self._api, store, self._means.public_url)

            async def install(request: web.Request) -> web.Response:
                return await to_aiohttp_response(await oauth.handle_installation(await to_bolt_request(request)))

            async def redirected(request: web.Request) -> web.Response:
                return await to_aiohttp_response(await oauth.handle_callback(await to_bolt_request(request)))

            app.router.add_get(INSTALL_PATH, install)
            app.router.add_get(REDIRECT_PATH, redirected)

    async def start(self) -> None:
        """Raises Misconfigured for a token that is wrong. Slack being away is no reason not to start."""
        self._stopped = False
        if self._settings.by_oauth:
            self._renewing = asyncio.create_task(self._tokens.keep_fresh())
        else:
            try:
                await self._one.of()
            except Unavailable:
                log.warning("not reachable yet", extra={"platform": SLACK})
        if self._socket:
            await self._socket.start()

    async def stop(self) -> None:
        self._stopped = True
        if self._socket:
            await self._socket.stop()
        if self._renewing:
            self._renewing.cancel()
            await asyncio.gather(self._renewing, return_exceptions=True)
        await self._errands.finish(STOP_PATIENCE)

    async def check(self) -> str:
        if self._settings.by_oauth:
            count = len(await self._means.storage.directory.installations(SLACK))
            where = f"{self._means.public_url.rstrip('/')}{INSTALL_PATH}"
            return f"Slack: installed in {count} workspaces; install it at {where}."
        try:
            answer, headers = await self._api.call_with_headers("auth.test", self._settings.bot_token)
        except Rejected as no:
            raise Misconfigured(f"SLACK_BOT_TOKEN is not usable. {no.says}", advice=no.advice) from no
        granted = {scope.strip() for scope in headers.get("x-oauth-scopes", "").split(",") if scope.strip()}
        if granted and (missing := sorted(set(scopes(self._settings)) - granted)):
            raise Misconfigured(
                f"Slack has not granted {', '.join(missing)}.",
                advice="Update the app with manifest.yml and install it.",
            )
        way = "Socket Mode" if self._settings.by_socket else "HTTP"
        return f"Slack: speaking as {answer.get('user')} in {answer.get('team')}, events by {way}."

    async def _receive(self, request: web.Request) -> web.Response:
        if self._stopped:
            return web.Response(status=503, text="Stopping.")
        return await self._guard.admit(request, self._answer)

    async def _answer(self, body: Body) -> web.Response:
        # The guard has verified and read it; handed on as read, it is not read again.
        try:
            answer = await self._app.async_dispatch(AsyncBoltRequest(body=body, mode="socket_mode"))
        except Exception:  # a door: Bolt trips over payloads that lack what it takes for granted
            log.exception("a request failed", extra={"platform": SLACK})
            return web.Response(status=500)
        kind = "application/json" if answer.body.startswith("{") else "text/plain"
        return web.Response(status=answer.status, text=answer.body, content_type=kind)


def build_app(api: WebApi, identities: Identities) -> AsyncApp:
    """The guard stands in for Bolt's own verification, `authorize` for its tokens; the rest that is off is not used."""
    return AsyncApp(
        name="nightdesk",
        logger=LIBRARY_LOG,
        process_before_response=True,  # answered only when it is kept, and without Bolt's polling
        client=api.client,
        authorize=Authorize(identities),  # type: ignore[arg-type]  # it takes one of these too, and then asks nothing else
        signing_secret="",
        request_verification_enabled=False,
        ssl_check_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
