"""Files up and down; and calls that go wrong on purpose."""

import asyncio

import aiohttp
import pytest

from handlers.playground.doubles.bus import Fault
from tests.integration.slack_double.conftest import TOKEN, Rig, error_of

INCIDENTS = "C0INCIDENTS"


async def test_a_file_is_uploaded_shared_and_downloaded(rig: Rig) -> None:
    root = (await rig.client.chat_postMessage(channel=INCIDENTS, text="root"))["ts"]
    await rig.client.files_upload_v2(
        channel=INCIDENTS,
        thread_ts=root,
        filename="services.csv",
        content="service,p95\ncheckout,0.4\n",
        initial_comment="The export.",
    )
    message = rig.messages(INCIDENTS)[-1]
    assert (message["text"], message["thread_ts"]) == ("The export.", root)
    [file] = message["files"]
    assert (file["name"], file["size"], file["lines"]) == ("services.csv", 25, 2)
    async with rig.session.get(file["url_private"]) as response:
        assert await response.text() == "service,p95\ncheckout,0.4\n"
        assert response.headers["Content-Disposition"] == "attachment"
    assert (await rig.client.files_info(file=file["id"]))["file"]["channels"] == [INCIDENTS]


async def test_a_file_must_be_there_before_it_is_shared(rig: Rig) -> None:
    ticket = await rig.client.files_getUploadURLExternal(filename="a.txt", length=3)
    early = rig.client.files_completeUploadExternal(files=[{"id": ticket["file_id"]}], channel_id=INCIDENTS)
    assert await error_of(early) == "file_update_failed"
    async with rig.session.post(ticket["upload_url"], data=b"four") as response:
        assert response.status == 400
    unknown = rig.client.files_completeUploadExternal(files=[{"id": "F0"}])
    assert await error_of(unknown) == "file_not_found"


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"filename": "", "length": 3}, "missing_argument"),
        ({"filename": "a", "length": 3, "alt_txt": "x" * 1_001}, "alt_txt_too_large"),
        ({"filename": "a", "length": 1_000_001, "snippet_type": "text"}, "snippet_too_large"),
        ({"filename": "a"}, "missing_argument"),
    ],
)
async def test_uploads_have_limits(rig: Rig, more: dict[str, object], error: str) -> None:
    assert await error_of(rig.client.api_call("files.getUploadURLExternal", params=more)) == error


async def post(rig: Rig) -> aiohttp.ClientResponse:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    body = {"channel": INCIDENTS, "text": "x"}
    async with rig.session.post(f"{rig.url}/slack/api/chat.postMessage", json=body, headers=headers) as response:
        await response.read()
        return response


@pytest.mark.parametrize(("kind", "status"), [("429", 429), ("500", 500), ("503", 503)])
async def test_a_broken_call_does_nothing(rig: Rig, kind: str, status: int) -> None:
    rig.faults.add(Fault(kind, match="chat.postMessage", seconds=7))  # type: ignore[arg-type]
    response = await post(rig)
    assert response.status == status
    assert response.headers.get("Retry-After") == ("7" if kind == "429" else None)
    assert rig.messages(INCIDENTS) == []
    assert (await post(rig)).status == 200


async def test_a_dropped_answer_was_done_all_the_same(rig: Rig) -> None:
    rig.faults.add(Fault("drop", match="chat.postMessage"))
    with pytest.raises(aiohttp.ClientError):
        await post(rig)
    assert len(rig.messages(INCIDENTS)) == 1
    assert rig.bus.log[-1]["status"] == 0


async def test_a_slow_answer_waits_on_the_clock(rig: Rig) -> None:
    rig.faults.add(Fault("slow", match="chat.postMessage", seconds=5))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await post(rig)
    assert rig.messages(INCIDENTS) == []


async def test_faults_of_the_other_chat_are_not_ours(rig: Rig) -> None:
    rig.faults.add(Fault("500", chat="teams"))
    assert (await post(rig)).status == 200
