"""A query of one's own in both chats: run, edited in a modal or a dialog, run again, and refused with the reason."""

import re

import pytest

from tests.acceptance.test_journeys import shown, slack_button, teams_actions

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

QUERY = 'count(up{job="postgres"}) * 2'
EDITED = 'count(up{job="postgres"}) * 20'


async def test_in_slack_it_is_run_edited_in_a_modal_and_run_again(world):
    ts = await world.ask_slack(f"@Nightdesk promql {QUERY}")
    message = await world.slack_answer(ts)
    figure = int(re.search(r"It comes to (\d+)\.", message["text"])[1])
    assert QUERY in shown(message).replace('\\\\\\"', '"').replace('\\"', '"')
    block, action, _ = slack_button(message, "Edit query")
    place = {"channel": world.slack_channel("incidents"), "ts": message["ts"]}
    await world.slack.control("click", {**place, "block_id": block, "action_id": action})
    view = (await world.until(lambda: world.slack.state()["views"], "a modal"))[-1]
    field = next(one for one in view["blocks"] if one["type"] == "input")
    assert field["element"]["initial_value"] == QUERY
    assert field["element"]["multiline"]
    values = {field["block_id"]: {field["element"]["action_id"]: {"type": "plain_text_input", "value": EDITED}}}
    assert (await world.slack.control("submit", {"view_id": view["id"], "values": values}))["ok"]
    again = await world.slack_answer(ts, count=2)
    assert f"It comes to {figure * 10}." in again["text"]


async def test_in_teams_it_is_run_edited_in_a_dialog_and_run_again(world):
    root = await world.ask_teams(f"@Nightdesk promql {QUERY}")
    card = await world.teams_answer(root)
    figure = int(re.search(r"It comes to (\d+)\.", shown(card))[1])
    place = {"conversation": world.teams_conversation("Incidents"), "activity": card["id"]}
    opened = await world.teams.control("submit_action", {**place, "action": teams_actions(card)["Edit query"]})
    submit = next(iter(teams_actions({"attachments": [opened]}).values()))
    field = re.search(r'"id": "([^"]*query)"', shown(opened))[1]
    data = {**submit.get("data", {}), field: EDITED}
    assert (await world.teams.control("dialog_submit", {"dialog": opened["dialog"]["id"], "data": data}))["ok"]
    assert f"It comes to {figure * 10}." in shown(await world.teams_answer(root, count=2))


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ("promql sum by (x (up)", "Look at character 11"),
        ("promql uq", "There is no metric “uq”."),
        ("logql {app=\"x\"}", "No log stream has a label “app”."),
    ],
)  # fmt: skip
async def test_what_cannot_run_is_said_alike(world, said, says):
    ts, root = await world.ask_slack(f"@Nightdesk {said}"), await world.ask_teams(f"@Nightdesk {said}")
    assert says in shown(await world.slack_answer(ts))
    assert says in shown(await world.teams_answer(root))


async def test_a_range_is_a_chart_and_a_table_in_both(world):
    said = 'promql sum by (service) (rate(http_requests_total{env="prod"}[5m])) last 6h'
    ts, root = await world.ask_slack(f"@Nightdesk {said}"), await world.ask_teams(f"@Nightdesk {said}")
    slack, teams = await world.slack_answer(ts), await world.teams_answer(root)
    assert slack["text"].split(" series, ")[1] in shown(teams)
    assert "data_visualization" in shown(slack)
    assert "Chart.Line" in shown(teams)
