"""docs/incidents.md and deploy/plan.example.yaml: whole, and as the code is."""

import re
import typing
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot import settings
from bot.conversation.understanding import understand
from bot.desk import plans
from bot.intents.catalog import TOPICS
from bot.intents.intent import AnyIntent, Question
from bot.model.issue import By, Issue, IssueId, Status
from bot.model.message import PersonId
from bot.model.plan import JsonSource, Part, Plan
from bot.model.reply import Buttons, Choices, Reply
from bot.model.severity import Severity
from bot.pipeline import wording
from handlers.mail.kind import MAIL

ROOT = Path(__file__).parents[2]
GUIDE = "\n".join(
    (ROOT / f"docs/{name}.md").read_text(encoding="utf-8") for name in ("incidents", "log-events", "reports")
)
EXAMPLE = ROOT / "deploy/plan.example.yaml"
TEXT = EXAMPLE.read_text(encoding="utf-8")
NOON = datetime(2026, 3, 18, 12, tzinfo=UTC)
# These topics have pages of their own.
ELSEWHERE = (
    "How things are", "What is known", "Watched by itself", "Where figures come from", "What AI costs",
    "This conversation",
)  # fmt: skip
ANNA = By("Anna Berger", PersonId("anna"), "slack", NOON)

OPEN = Issue(
    IssueId("ISS-1773835200-checkout"), "key", "alertmanager", "Checkout fails", Severity.CRITICAL, NOON, NOON,
    firing=1, runbook="https://runbooks.example.com", dashboard="https://d.example.com", graph="https://g.example.com",
    policy="standard",
)  # fmt: skip
STATES = (
    OPEN,
    replace(OPEN, acknowledged=ANNA, owner=ANNA),
    replace(OPEN, silence="s", silenced_until=NOON + timedelta(hours=2)),
    replace(OPEN, status=Status.RESOLVED, resolved_at=NOON, resolved_by=ANNA),
)

# The plan's example


def test_the_example_is_a_good_plan():
    plan = plans.read(EXAMPLE)
    assert plan.routes
    assert plans.parse(plans.write(plan)) == plan


def test_the_example_shows_every_field_of_the_plan():
    shown: defaultdict[type[Part | Plan], set[str]] = defaultdict(set)
    for part in _parts(plans.read(EXAMPLE)):
        shown[type(part)] |= part.model_fields_set
    missing = {kind.__name__: sorted(set(kind.model_fields) - shown[kind]) for kind in _kinds()}
    assert {kind: fields for kind, fields in missing.items() if fields} == {}


@pytest.mark.parametrize(("name", "told"), re.findall(r"^ *(\w+): .*# .*[Dd]efault: (\d\w*)$", TEXT, re.MULTILINE))
def test_a_default_that_the_example_names_is_the_default(name: str, told: str):
    read = plans.parse(f"reopen_within: {told}").reopen_within if told[-1].isalpha() else int(told)
    assert read in [kind.model_fields[name].default for kind in _kinds() if name in kind.model_fields]


def _kinds() -> list[type[Part] | type[Plan]]:
    first = Part.__subclasses__()
    return [Plan, *first, *(kind for one in first for kind in one.__subclasses__())]


def _parts(value: object) -> Iterator[Part | Plan]:
    if isinstance(value, Part | Plan):
        yield value
        for name in type(value).model_fields:
            yield from _parts(getattr(value, name))
    elif isinstance(value, tuple):
        for one in value:
            yield from _parts(one)
    elif isinstance(value, dict):
        for one in value.values():
            yield from _parts(one)


def test_every_part_of_the_plan_is_one_that_the_walk_finds():
    """A part that hangs in something else than a tuple or a mapping would be passed over unseen."""
    assert JsonSource in {type(part) for part in _parts(plans.read(EXAMPLE))}
    assert {typing.get_origin(field.annotation) for field in Plan.model_fields.values()} <= {None, tuple, dict}


# The guide


def _row(intent: AnyIntent) -> str:
    examples = ", ".join(f"“{example}”" for example in intent.examples)
    return f"| `{intent.command or intent.examples[0]}` | {intent.help} | {examples} | {intent.needs.value} |"


@pytest.mark.parametrize("topic", [topic for topic in TOPICS if topic not in ELSEWHERE])
def test_every_command_stands_in_the_guide_as_the_catalogue_has_it(topic: str):
    rows = [_row(intent) for intent in TOPICS[topic] if intent.examples]
    assert rows
    assert [row for row in rows if row not in GUIDE.splitlines()] == []


def test_every_button_of_an_issue_stands_in_the_guide():
    table = GUIDE.split("| button |")[1].split("\n\n")[0]
    shown = {label for issue in STATES for label in _pressed(wording.root(issue))}
    assert {"Acknowledge", "Reopen", "Undo silence", "Escalate", "Silence…"} <= shown
    assert sorted(label for label in shown if label not in table) == []


def _pressed(reply: Reply) -> Iterator[str]:
    yield from (button.label for button in reply.buttons)
    for block in reply.blocks:
        match block:
            case Buttons(buttons):
                yield from (button.label for button in buttons)
            case Choices():
                yield block.label


def test_commands_that_are_shown_are_understood():
    lines = re.findall(r"^    ((?:audit|oncall|shifts|cover|shift)\b.*?)(?:  .*)?$", GUIDE, re.MULTILINE)
    assert len(lines) > 6
    for line in lines:
        reading = understand(Question(line, NOON))
        assert reading is not None, line
        assert reading.confidence == 1.0, line
        assert reading.intent != "help", line


def test_every_setting_of_mail_stands_in_the_guide():
    rows = settings.describe({MAIL.name: MAIL.settings})
    mail = [row.variable for row in rows if row.variable.startswith("MAIL_")]
    assert len(mail) >= 4
    assert [name for name in mail if f"| `{name}` |" not in GUIDE] == []


def test_its_table_of_contents_leads_to_its_chapters():
    chapters = {
        re.sub(r"[^a-z0-9 -]", "", line.lower()).replace(" ", "-") for line in re.findall(r"^## (.*)$", GUIDE, re.M)
    }
    links = set(re.findall(r"\]\(#([^)]+)\)", GUIDE))
    assert len(links) > 10
    assert sorted(links - chapters) == []
