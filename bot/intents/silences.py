"""What is silenced, muted or under maintenance now: ours, and what others made at the source."""

from pydantic import BaseModel

from bot.intents.intent import Intent, Question, Reading
from bot.intents.sentences import asked
from bot.model.reply import Block, Button, Buttons, Code, Moment, Reply, Strong, Text
from bot.model.silence import Silence
from bot.ports.tools import Tools

SHOWN = 12
_KINDS = {"silence": "Silenced", "mute": "Muted", "maintenance": "Maintenance"}
_SAID = (
    r"(?:show |list )?(?:me )?(?:all |the |active )*(?:silences|mutes)",
    r"what(?: is|'s) (?:silenced|muted|quiet|under maintenance)",
    r"(?:which|are any|is any) (?:alerts|issues|thing|alert|issue)? ?(?:are |is )?(?:silenced|muted)",
)


class Silences(BaseModel, frozen=True):
    pass


async def answer(_: Silences, tools: Tools) -> Reply:
    standing = sorted(await tools.desks.silences.standing(tools.turn.tenant), key=lambda one: one.ends_at)
    if not standing:
        return Reply("Nothing is silenced.", title="Silences", tone="good", buttons=(Button("Issues", "issues"),))
    blocks: list[Block] = []
    for one in standing[:SHOWN]:
        blocks += _shown(one)
    if len(standing) > SHOWN:
        blocks.append(Text((f"{len(standing) - SHOWN} more end later than these.",)))
    count = "1 silence stands" if len(standing) == 1 else f"{len(standing)} silences stand"
    return Reply(f"{count}; the first ends at {standing[0].ends_at:%H:%M} UTC.", tuple(blocks), title="Silences")


def _shown(one: Silence) -> tuple[Block, ...]:
    kind = "Waits for a second person" if one.state == "asked" else _KINDS[one.kind]
    why = f" “{one.comment}”" if one.comment else ""
    where = f" At {one.source}." if one.source else ""
    line = Text(
        (
            Strong(kind),
            " until ",
            Moment(one.ends_at),
            f" by {one.by.name}: ",
            Code(", ".join(one.matchers)),
            where,
            why,
        )
    )
    about = {"silence": one.id}
    first = (
        Button("Approve", "approve_silence", about)
        if one.state == "asked"
        else Button("Extend…", "extend_silence", about, asks=("span",))
    )
    return line, Buttons((first, Button("End", "unsilence", about)))


def _reads(question: Question) -> Reading | None:
    return Reading("silences", {}, 0.95) if asked(question.text, _SAID) else None


INTENT = Intent(
    name="silences",
    help="What is silenced now.",
    examples=("silences", "what is silenced?"),
    asks=Silences,
    answer=answer,
    reads=_reads,
    command="silences",
    remembered=False,
)
