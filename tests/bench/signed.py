"""Requests as the platforms sign them, all different, made before the clock starts."""

import hashlib
import hmac
import json
import time
from datetime import UTC, datetime
from urllib.parse import urlencode

from tests.bench.load import post

SECRET = "bench-signing-secret"


def slash_commands(port: int, count: int, text: str = "help") -> list[bytes]:
    return [_signed(port, _command(index, text), "application/x-www-form-urlencoded") for index in range(count)]


def _command(index: int, text: str) -> bytes:
    return urlencode(
        {
            "command": "/ops",
            "text": text,
            "team_id": "T0NIGHT",
            "channel_id": f"C{index % 50:04d}",
            "channel_name": "general",
            "user_id": f"U{index % 200:04d}",
            "user_name": "anna",
            "response_url": "http://127.0.0.1:9/none",
            "trigger_id": f"{time.time_ns()}.{index}.bench",
            "api_app_id": "A0BENCH",
        }
    ).encode()


def _signed(port: int, body: bytes, content_type: str) -> bytes:
    now = str(int(time.time()))
    signature = "v0=" + hmac.new(SECRET.encode(), f"v0:{now}:".encode() + body, hashlib.sha256).hexdigest()
    headers = {"X-Slack-Request-Timestamp": now, "X-Slack-Signature": signature}
    return post("/slack/events", port, body, content_type, headers)


def activities(port: int, count: int, token: str, app_id: str, tenant: str, service_url: str) -> list[bytes]:
    headers = {"Authorization": f"Bearer {token}"}
    return [
        post("/api/messages", port, _activity(index, app_id, tenant, service_url), "application/json", headers)
        for index in range(count)
    ]


def _activity(index: int, app_id: str, tenant: str, service_url: str) -> bytes:
    return json.dumps(
        {
            "type": "message",
            "id": f"{time.time_ns()}-{index}",
            "timestamp": datetime.now(UTC).isoformat(),
            "serviceUrl": service_url,
            "channelId": "msteams",
            "from": {"id": f"29:user{index % 200}", "name": "Anna", "aadObjectId": f"aad-{index % 200}"},
            "conversation": {"conversationType": "personal", "tenantId": tenant, "id": f"a:chat{index % 200}"},
            "recipient": {"id": f"28:{app_id}", "name": "Nightdesk"},
            "channelData": {"tenant": {"id": tenant}},
            "text": "help",
            "textFormat": "plain",
        }
    ).encode()
