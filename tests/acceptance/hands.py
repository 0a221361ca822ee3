"""What people do with issues, each by name and in either chat, and what they then see."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from handlers.playground.doubles.slack import workspace
from handlers.playground.doubles.teams.world import Person
from tests.acceptance.incidents import Incidents, slack_buttons, teams_actions

ANNA, BEN, MEI, KIM = "U0ANNA", "U0BEN", "U0MEI", "U0KIM"
EMAIL = {ANNA: "anna.berger@example.com", BEN: "ben.ortner@example.com", MEI: "mei.tanaka@example.com"}
EMAIL |= {KIM: "kim.lee@example.com"}  # in Teams; whoever comes in by `kim_comes` has another one in Slack
Shown = Mapping[str, Any]


def words(message: Shown) -> str:
    """Everything that it shows."""
    return json.dumps(message, ensure_ascii=False)


class Hands:
    def __init__(self, world: Incidents) -> None:
        self.world, self.rig = world, world.rig

    # Slack

    async def press_slack(self, message: Shown, label: str, who: str = ANNA, channel: str = "") -> None:
        block, action = next(found for name, found in slack_buttons(message).items() if name.startswith(label))
        where = channel or self.world.slack_channel
        press = {"channel": where, "ts": message["ts"], "block_id": block, "action_id": action, "user": who}
        await self.rig.slack.control("click", press)

    async def say_slack(self, text: str, root: Shown | None = None, who: str = ANNA, channel: str = "") -> str:
        body = {"channel": channel or self.world.slack_channel, "text": text, "user": who}
        thread = {"thread_ts": root["ts"]} if root else {}
        return str((await self.rig.slack.control("message", {**body, **thread}))["ts"])

    async def command(self, text: str, who: str = ANNA) -> Shown:
        """`/ops …` in #general, and its answer."""
        channel = self.rig.slack_channel("general")
        seen = {one["ts"] for one in self._slack(channel)}
        body = {"channel": channel, "command": "/ops", "text": text, "user": who}
        await self.rig.slack.control("command", body)
        return await self.until(
            lambda: next((one for one in self._slack(channel) if one["ts"] not in seen), None), f"/ops {text}"
        )

    def slack_dm(self, who: str = ANNA) -> str:
        return self.rig.slack.workspace.direct(who).id

    def slack_chat(self, who: str = ANNA) -> list[Shown]:
        """What the bot said to somebody alone."""
        return self._slack(self.slack_dm(who))

    async def in_slack_thread(self, root: Shown, said: str, button: str = "") -> Shown:
        return await self.until(
            lambda: next(
                (
                    one
                    for one in self.world.slack_thread(root)
                    if said in words(one) and any(name.startswith(button) for name in [*slack_buttons(one), ""])
                ),
                None,
            ),
            f"in the thread in Slack: {said} {button}",
        )

    # Teams

    async def press_teams(self, card: Shown, label: str, who: str = ANNA, conversation: str = "") -> None:
        action = next(found for name, found in teams_actions(card).items() if name.startswith(label))
        where = conversation or self.world.teams_channel
        press = {"conversation": where, "activity": card["id"], "action": action, "user": EMAIL[who]}
        await self.rig.teams.control("execute", press)

    async def say_teams(self, text: str, root: Shown | None = None, who: str = ANNA, conversation: str = "") -> str:
        body = {"conversation": conversation or self.world.teams_channel, "text": text, "user": EMAIL[who]}
        thread = {"root": root["id"]} if root else {}
        return str((await self.rig.teams.control("message", {**body, **thread}))["activity"])

    def teams_dm(self, who: str = ANNA) -> str:
        world = self.rig.teams.world
        person = world.person(EMAIL[who])
        assert person is not None
        return world.personal(person.id).id

    def teams_chat(self, who: str = ANNA) -> list[Shown]:
        world = self.rig.teams.world
        said = world.conversations[self.teams_dm(who)].activities.values()
        return [one for one in said if one["from"]["id"] == world.bot["id"]]

    async def in_teams_thread(self, root: Shown, said: str) -> Shown:
        return await self.until(
            lambda: next((one for one in self.world.teams_thread(root) if said in words(one)), None),
            f"in the thread in Teams: {said}",
        )

    def kim_comes(self) -> None:
        """Somebody whom no e-mail address makes one person."""
        slack, teams = self.rig.slack.workspace, self.rig.teams.world
        slack.users[KIM] = workspace.person(KIM, "Kim Lee", "kim@elsewhere.example", slack.team["id"])
        for channel in slack.channels.values():
            if channel.kind == "channel":
                channel.members.append(KIM)
        kim = Person("29:kim", "Kim Lee", EMAIL[KIM], str(uuid4()), teams.tenant)
        teams.people[kim.id] = kim
        teams.conversations[self.world.teams_channel].members.append(kim.id)

    async def until(self, found: Any, what: str) -> Any:
        return await self.rig.until(found, what)

    def _slack(self, channel: str) -> list[Shown]:
        return [one for one in self.rig.slack.workspace.messages.get(channel, []) if one.get("bot_id")]
