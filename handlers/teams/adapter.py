"""botbuilder's CloudAdapterBase on our aiohttp application: its turns, our gate in front and our connector behind."""

import json
import logging
from collections.abc import Mapping
from typing import Any

from aiohttp import web
from botbuilder.core import InvokeResponse
from botbuilder.core.cloud_adapter_base import CloudAdapterBase
from botbuilder.schema import Activity, ChannelAccount, ConversationAccount, ResourceResponse
from botframework.connector.auth import AuthenticateRequestResult, BotFrameworkAuthentication, ClaimsIdentity
from botframework.connector.auth.connector_factory import ConnectorFactory
from pydantic import ValidationError

from bot.model.errors import Unavailable
from handlers.teams import cures
from handlers.teams.activities import Incoming, Party
from handlers.teams.activity_handler import TeamsHandler
from handlers.teams.auth import Gate, Refused
from handlers.teams.connector import Connector

log = logging.getLogger(__name__)

ACCEPTED = 202


class TeamsAdapter(CloudAdapterBase):  # type: ignore[misc]  # botbuilder has no types
    def __init__(self, gate: Gate, connector: Connector, handler: TeamsHandler) -> None:
        cures.apply()
        super().__init__(_Authentication(gate, connector))
        self._gate = gate
        self._handler = handler
        self.closed = False

    async def process(self, request: web.Request) -> web.Response:
        """POST /api/messages. A message is kept before it is acknowledged; the answer to an invoke acknowledges it."""
        if self.closed:
            return _refusal(503, "stopping")
        header = request.headers.get("Authorization", "")
        try:
            self._gate.bearer(header)
            activity = _Arrived(await _read(request))
            answer = await self.process_activity(header, activity, self._handler.on_turn)
        except Refused as refused:
            log.info("refused", extra={"platform": "teams", "reason": refused.reason, "status": refused.status})
            return _refusal(refused.status, refused.reason)
        except Unavailable as problem:
            log.warning("not taken in", extra={"platform": "teams", "problem": problem.says})
            return _refusal(503, problem.says)
        return _response(answer)


class _Arrived(Activity):  # type: ignore[misc]
    """As much of the activity as the library's turns need; the rest is in `incoming`."""

    def __init__(self, incoming: Incoming) -> None:
        talk = incoming.conversation
        super().__init__(
            type=incoming.type,
            id=incoming.id or None,
            name=incoming.name,
            channel_id=incoming.channel_id,
            service_url=incoming.service_url,
            from_property=_account(incoming.sender),
            recipient=_account(incoming.recipient),
            conversation=ConversationAccount(
                id=talk.id,
                conversation_type=talk.conversation_type,
                # Not `tenant_id`, which the library would write as `tenantID`.
                additional_properties={"tenantId": incoming.tenant},
            ),
        )
        self.incoming = incoming


class _Authentication(BotFrameworkAuthentication):  # type: ignore[misc]
    """Where the library asks whether to believe an activity, and for the way to answer it."""

    def __init__(self, gate: Gate, connector: Connector) -> None:
        self._gate = gate
        self._connector = connector

    async def authenticate_request(self, activity: Activity, auth_header: str) -> AuthenticateRequestResult:
        claims = await self._gate.admit(auth_header, activity.incoming)
        result = AuthenticateRequestResult()
        result.claims_identity = ClaimsIdentity(dict(claims), is_authenticated=True)
        result.connector_factory = self.create_connector_factory(result.claims_identity)
        return result

    async def authenticate_streaming_request(
        self,
        auth_header: str,  # noqa: ARG002 - the library's shape, as below
        channel_id_header: str,  # noqa: ARG002
    ) -> AuthenticateRequestResult:
        raise Refused("no streaming connections")

    def create_connector_factory(self, claims_identity: ClaimsIdentity) -> ConnectorFactory:  # noqa: ARG002
        return _Factory(self._connector)

    async def create_user_token_client(self, claims_identity: ClaimsIdentity) -> None:
        """Nobody signs in through us, and the library's client costs 3 ms a turn."""


class _Factory(ConnectorFactory):  # type: ignore[misc]
    def __init__(self, connector: Connector) -> None:
        self._connector = connector

    async def create(self, service_url: str, audience: str) -> "TurnClient":  # noqa: ARG002
        return TurnClient(self._connector, service_url)


class TurnClient:
    """What a turn speaks through (`context.send_activity`), over the pooled connector."""

    def __init__(self, connector: Connector, service_url: str) -> None:
        self._connector = connector
        self._service_url = service_url
        self.conversations = self

    async def send_to_conversation(self, conversation_id: str, activity: Activity) -> ResourceResponse:
        return ResourceResponse(id=await self._connector.post(self._service_url, conversation_id, activity.serialize()))

    async def reply_to_activity(self, conversation_id: str, activity_id: str, activity: Activity) -> ResourceResponse:
        activity.reply_to_id = activity_id
        return await self.send_to_conversation(conversation_id, activity)

    async def update_activity(self, conversation_id: str, activity_id: str, activity: Activity) -> ResourceResponse:
        await self._connector.update(self._service_url, conversation_id, activity_id, activity.serialize())
        return ResourceResponse(id=activity_id)

    async def delete_activity(self, conversation_id: str, activity_id: str) -> None:
        await self._connector.delete(self._service_url, conversation_id, activity_id)


async def _read(request: web.Request) -> Incoming:
    if request.content_type != "application/json":
        raise Refused("not JSON", 415)
    try:
        body = json.loads(await request.read())
        return Incoming.model_validate(body)
    except (ValueError, RecursionError) as problem:
        kind = "activity" if isinstance(problem, ValidationError) else "JSON"
        raise Refused(f"not readable as {kind}", 400) from problem


def _account(party: Party) -> ChannelAccount:
    return ChannelAccount(id=party.id, name=party.name, aad_object_id=party.aad_object_id)


def _response(answer: InvokeResponse | None) -> web.Response:
    if answer is None:
        return web.Response(status=ACCEPTED)
    if answer.body is None:
        return web.Response(status=int(answer.status))
    return web.json_response(cures.invoke_body(answer.body), status=int(answer.status))


def _refusal(status: int, reason: str) -> web.Response:
    body: Mapping[str, Any] = {"error": {"code": str(status), "message": reason}}
    return web.json_response(body, status=status)
