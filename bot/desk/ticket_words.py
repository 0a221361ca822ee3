"""What is said about a ticket: to the person who waits, and at the desk that has the work. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.model import figures, ticket_sheet
from bot.model.harmless import clean
from bot.model.reply import Button, Fact, Facts, Reply, Text, Tone
from bot.model.text import capped, many
from bot.model.ticket import Priority, Ticket
from bot.ports.desks import Position

LONGEST_BODY = 3000
LONGEST_SUBJECT = 200
LONGEST_LINE = 600
_ADD = Button("Reply", "reply_ticket", asks=("text",))
_TONES: dict[Priority, Tone] = {
    Priority.URGENT: "bad",
    Priority.HIGH: "warning",
    Priority.NORMAL: "neutral",
    Priority.LOW: "neutral",
}


def for_person(position: Position) -> Reply:
    ticket = position.ticket
    if ticket.status == "resolved":
        return Reply(f"{ticket.id} is resolved.", (_subject(ticket),), title=ticket.id, tone="good")
    if ticket.claimed:
        summary = f"{ticket.claimed.name} is on {ticket.id}. What you send by Reply reaches them."
        return Reply(summary, (_subject(ticket),), (_ADD,), title=ticket.id)
    rows = (
        Fact("Place in the queue", str(position.place)),
        Fact("Estimated wait", _minutes(position.wait)),
        Fact("Department", ticket.department.replace("_", " ")),
        Fact("Priority", ticket.priority.value),
        Fact("Expected response", position.expected_response),
        *(Fact(name.capitalize(), value) for name, value in position.contacts.items()),
    )
    closed = () if position.available.get("business", True) else (Text(("The desk is closed at this hour.",)),)
    summary = f"{ticket.id} is open: number {position.place} in the queue, about {_minutes(position.wait)}."
    return Reply(summary, (_subject(ticket), Facts(rows), *closed), (_ADD,), title=ticket.id)


def for_desk(ticket: Ticket) -> Reply:
    state = _state(ticket)
    rows = (
        Fact("State", state, "good" if ticket.status == "resolved" else "neutral"),
        Fact("Priority", ticket.priority.value, _TONES[ticket.priority]),
        Fact("From", ticket.by.name),
        Fact("Category", ticket.category),
        *((Fact("Skills", ", ".join(ticket.skills)),) if ticket.skills else ()),
        *((Fact("Issue", ticket.issue),) if ticket.issue else ()),
        *((Fact("Outside", ticket.outside),) if ticket.outside else ()),
    )
    given = {"ticket": ticket.id}
    buttons = {
        "open": (Button("Claim", "claim_ticket", given, style="primary"),),
        "claimed": (
            *((Button("Reply", "reply_ticket", given, asks=("text",), style="primary"),) if ticket.place else ()),
            Button("Resolve", "resolve_ticket", given),
        ),
        "resolved": (),
    }[ticket.status]
    page = (Button(ticket.outside, url=ticket.link),) if ticket.link else ()
    return Reply(
        f"{ticket.id}, {state}: {ticket.subject}",
        (Facts(rows), *_body(ticket)),
        (*buttons, *page),
        title=f"{ticket.id}: {ticket.subject}",
        tone="good" if ticket.status == "resolved" else _TONES[ticket.priority],
        footer="Auto-generated" if ticket.kind == "auto" else f"Opened {figures.clock(ticket.opened_at)}",
    )


def for_outside(ticket: Ticket) -> Reply:
    """For ticket systems: the whole of it in words, and once more as fields."""
    rows = (
        Fact("State", _state(ticket)),
        Fact("Priority", ticket.priority.value),
        Fact("From", ticket.by.name),
        Fact("Category", ticket.category),
        Fact("Department", ticket.department.replace("_", " ")),
        *((Fact("Skills", ", ".join(ticket.skills)),) if ticket.skills else ()),
        *((Fact("Issue", ticket.issue),) if ticket.issue else ()),
        *(Fact(f"Customer {name}", str(value)) for name, value in ticket.customer.items()),
        Fact("Opened", figures.clock(ticket.opened_at)),
    )
    return Reply(
        f"{ticket.id} is {_state(ticket)}.",
        (Facts(rows), *((Text((ticket.body,)),) if ticket.body else ()), ticket_sheet.attached(ticket)),
        title=f"{ticket.id}: {ticket.subject}",
        tone="good" if ticket.status == "resolved" else _TONES[ticket.priority],
    )


def with_conversation(body: str, lines: Sequence[tuple[str, str]]) -> str:
    """`lines`: what was said before, with who said it ("user", "assistant")."""
    told = [f"{'Nightdesk' if who == 'assistant' else 'They'}: {text[:LONGEST_LINE]}" for who, text in lines if text]
    return "\n\n".join(part for part in (body, "\n".join(["Said before:", *told]) if told else "") if part)


def one_line(subject: str) -> str:
    return " ".join(clean(subject).split())[:LONGEST_SUBJECT]


def no_other_side(ticket: Ticket) -> str:
    if ticket.place is None:
        return f"{ticket.id} was not opened by a person"
    return f"nobody has {ticket.id}, and its department has no channel"


def relayed(ticket: Ticket, name: str, text: str, *, from_person: bool) -> Reply:
    """Shown as what somebody wrote elsewhere: literal, with whose words they are."""
    who = name if from_person else f"{name}, {ticket.department.replace('_', ' ')}"
    return Reply(f"{who}: {text[:LONGEST_BODY]}", footer=ticket.id)


def waiting(ticket: Ticket, now: datetime) -> Reply:
    waited = timedelta(minutes=(now - ticket.opened_at) // timedelta(minutes=1))
    return Reply(
        f"{ticket.id} has waited {figures.span(waited)}, and nobody has it: {ticket.subject}",
        buttons=(Button("Claim", "claim_ticket", {"ticket": ticket.id}, style="primary"),),
        tone="warning",
    )


def _state(ticket: Ticket) -> str:
    if ticket.status == "resolved":
        return "resolved"
    return f"claimed by {ticket.claimed.name}" if ticket.claimed else "open"


def _body(ticket: Ticket) -> tuple[Text, ...]:
    cut = capped(ticket.body, LONGEST_BODY)
    return (Text((cut,)),) if cut else ()


def _subject(ticket: Ticket) -> Text:
    return Text((ticket.subject,))


def _minutes(wait: timedelta) -> str:
    minutes = max(1, round(wait.total_seconds() / 60))
    return many(minutes, "minute")
