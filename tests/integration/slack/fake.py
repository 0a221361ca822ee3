"""A small Slack for these tests: keeps messages, answers as the Web API does, and fails on demand."""

import json
from collections import defaultdict, deque
from collections.abc import Mapping
from typing import Any, ClassVar

from aiohttp import WSMsgType, web

Json = dict[str, Any]


class FakeSlack:
    def __init__(self) -> None:
        self.calls: list[tuple[str, Json]] = []
        self.messages: list[Json] = []
        self.uploads: list[bytes] = []
        self.failures: dict[str, deque[Any]] = defaultdict(deque)
        self.refuses_newest = False
        self.live: set[str] = set()
        self.envelopes: list[Json] = []  # what Socket Mode sends on connecting
        self.acknowledged: list[Json] = []
        self.sockets = 0
        self.headers: Mapping[str, str] = {}
        self.url = ""

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/api/{method}", self._answer)
        app.router.add_post("/upload/{file}", self._upload)
        app.router.add_get("/socket", self._socket)
        return app

    def fail(self, method: str, *failures: Any) -> None:
        """Each an error code, an HTTP status, a (status, headers) pair, or "lost": done, but the answer is dropped."""
        self.failures[method].extend(failures)

    def named(self, method: str) -> list[Json]:
        return [arguments for name, arguments in self.calls if name == method]

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        is_json = request.content_type == "application/json"
        arguments: Json = await request.json() if is_json else dict(await request.post())
        self.calls.append((method, arguments))
        self.headers = request.headers
        failure = self.failures[method].popleft() if self.failures[method] else None
        if isinstance(failure, tuple):
            return web.json_response({"ok": False, "error": "ratelimited"}, status=failure[0], headers=failure[1])
        if isinstance(failure, int):
            return web.Response(status=failure, text="<html>")
        if isinstance(failure, str) and failure != "lost":
            return web.json_response({"ok": False, "error": failure})
        answer = getattr(self, "_" + method.replace(".", "_"), self._nothing)(arguments)
        if failure == "lost":
            assert request.transport is not None
            request.transport.close()
        return web.json_response({"ok": "error" not in answer, **answer}, headers={"x-oauth-scopes": self.scopes})

    scopes = ""
    users: ClassVar[dict[str, Json]] = {
        "U0ANNA": {"profile": {"display_name": "Anna", "email": "anna.berger@example.com"}, "tz": "Europe/Vienna"},
        "U0GONE": {"deleted": True, "profile": {"email": "gone@example.com"}},
        "U0BOT": {"is_bot": True, "profile": {"real_name": "Robot", "email": "robot@example.com"}},
        "U9FAR": {"team_id": "T9THEIRS", "profile": {"display_name": "Far", "email": "anna.berger@example.com"}},
        "U0NEW": {"is_email_confirmed": False, "real_name": "New", "profile": {"email": "new@example.com"}},
        "U0BARE": {"name": "bare", "profile": {}, "tz": "Nowhere/Else"},
    }

    def _users_info(self, arguments: Json) -> Json:
        user = self.users.get(arguments["user"])
        return (
            {"user": {"id": arguments["user"], "team_id": "T0NIGHT", **user}} if user else {"error": "user_not_found"}
        )

    def _users_lookupByEmail(self, arguments: Json) -> Json:
        found = [user for user, one in self.users.items() if one["profile"].get("email") == arguments["email"]]
        return self._users_info({"user": found[0]}) if found else {"error": "users_not_found"}

    def _conversations_open(self, arguments: Json) -> Json:
        return {"channel": {"id": f"D{arguments['users'][1:]}"}}

    def _nothing(self, _: Json) -> Json:
        return {}

    def _auth_test(self, _: Json) -> Json:
        return {"team_id": "T0NIGHT", "team": "Night", "user": "nightdesk", "user_id": "U0BOT", "bot_id": "B0BOT"}

    def _chat_postMessage(self, arguments: Json) -> Json:
        if self._is_refused(arguments):
            return {"error": "invalid_blocks"}
        return self._keep(arguments)

    def _chat_update(self, arguments: Json) -> Json:
        if self._is_refused(arguments):
            return {"error": "invalid_blocks"}
        if arguments["ts"] in self.live:
            return {"error": "streaming_state_conflict"}
        for message in self.messages:
            if message["ts"] == arguments["ts"]:
                message.update(arguments)
                return {"channel": message["channel"], "ts": message["ts"]}
        return {"error": "message_not_found"}

    def _chat_startStream(self, arguments: Json) -> Json:
        answer = self._keep(arguments)
        self.live.add(answer["ts"])
        return answer

    def _chat_appendStream(self, arguments: Json) -> Json:
        return {} if arguments["ts"] in self.live else {"error": "message_not_in_streaming_state"}

    def _chat_stopStream(self, arguments: Json) -> Json:
        if arguments["ts"] not in self.live:
            return {"error": "message_not_in_streaming_state"}
        if self._is_refused(arguments):
            return {"error": "invalid_blocks"}
        self.live.remove(arguments["ts"])
        return self._chat_update(arguments)

    def _conversations_history(self, arguments: Json) -> Json:
        found = [one for one in self.messages if one["channel"] == arguments["channel"] and "thread_ts" not in one]
        return self._page([one for one in found if float(one["ts"]) > float(arguments["oldest"])], arguments)

    def _conversations_replies(self, arguments: Json) -> Json:
        return self._page([one for one in self.messages if one.get("thread_ts") == arguments["ts"]], arguments)

    def _files_getUploadURLExternal(self, arguments: Json) -> Json:
        return {"upload_url": f"{self.url}/upload/{len(self.uploads)}", "file_id": f"F{len(self.uploads)}"}

    def _views_publish(self, _: Json) -> Json:
        return {"view": {"id": "V1"}}

    def _apps_connections_open(self, _: Json) -> Json:
        return {"url": self.url.replace("http", "ws") + "/socket"}

    def _oauth_v2_access(self, arguments: Json) -> Json:
        renewed = arguments.get("grant_type") == "refresh_token"
        team = {"id": "T7NEW", "name": "New"}
        token = {"access_token": f"xoxb-{len(self.named('oauth.v2.access'))}", "refresh_token": "xoxe-next"}
        return {**token, "expires_in": 43_200, "bot_user_id": "U7BOT", "scope": "chat:write"} | (
            {} if renewed else {"team": team, "app_id": "A1", "authed_user": {"id": "U7"}, "token_type": "bot"}
        )

    def _is_refused(self, arguments: Json) -> bool:
        newest = {"data_visualization", "context_actions"}
        return self.refuses_newest and bool(newest & {block["type"] for block in arguments.get("blocks", ())})

    def _keep(self, arguments: Json) -> Json:
        ts = f"{1773835200 + len(self.messages)}.000100"
        channel = arguments["channel"]
        if channel.startswith("U"):  # a person: their direct message
            channel = f"D{channel[1:]}"
        self.messages.append({**arguments, "channel": channel, "ts": ts, "bot_id": "B0BOT"})
        return {"channel": channel, "ts": ts}

    @staticmethod
    def _page(messages: list[Json], arguments: Json) -> Json:
        """One message a page, so that whoever looks has to turn pages."""
        at = int(arguments.get("cursor", 0))
        more = {"next_cursor": str(at + 1)} if at + 1 < len(messages) else {}
        return {"messages": messages[at : at + 1], "response_metadata": more}

    async def _upload(self, request: web.Request) -> web.Response:
        assert "Authorization" not in request.headers
        self.uploads.append(await request.read())
        return web.Response(text="OK")

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(autoping=True)
        await socket.prepare(request)
        self.sockets += 1
        for envelope in self.envelopes:
            await socket.send_str(json.dumps(envelope))
        async for frame in socket:
            if frame.type is WSMsgType.TEXT:
                self.acknowledged.append(json.loads(frame.data))
        return socket
