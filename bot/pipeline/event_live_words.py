"""What the live message of log events says. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.model import figures
from bot.model.log_event import LogEvent, Standing
from bot.model.reply import Button, Moment, Reply, Text, Tone
from bot.pipeline import event_words, phrases

SHOWN, NAMED = 10, 3
MINUTES = 30
_AGAIN = (Button("Watch here again", "live_events"), Button("Last 50", "latest_events"))


def shown(events: Sequence[LogEvent], standings: Mapping[str, Standing], until: datetime, now: datetime) -> Reply:
    stop = Button("Stop", "stop_live", style="danger")
    row = (stop, Button("Last 50", "latest_events"), Button("Flagged events", "flagged"), Button("Drafts", "drafts"))
    ends = Text(("Written anew every few seconds until ", Moment(until), "."))
    return Reply(
        said(standings), (*map(event_words.line, events), ends), row, title="Log events, live", tone=_tone(standings),
        footer=f"As of {figures.clock(now)}",
    )  # fmt: skip


def ended(events: Sequence[LogEvent], standings: Mapping[str, Standing], now: datetime, by: str) -> Reply:
    why = f"{phrases.capped(by, 60)} stopped it" if by else "its time is over"
    last = Text((f"No longer live: {why}. What stands here is of ", Moment(now), "."))
    return Reply(said(standings), (last, *map(event_words.line, events)), _AGAIN, title="Log events", tone="neutral")


def mark(events: Sequence[LogEvent], standings: Mapping[str, Standing], until: str) -> str:
    """Equal where both messages would say the same."""
    newest = events[0].id if events else ""
    return f"{newest} {said(standings)} {until}"


def said(standings: Mapping[str, Standing]) -> str:
    seen, flagged = (sum(getattr(one, name) for one in standings.values()) for name in ("seen", "flagged"))
    if not seen:
        return "No log events came in yet."
    share = f"{figures.plain(flagged)} flagged ({flagged / seen * 100:.1f} %)"
    return f"{phrases.number(seen, 'log event')} came in, {share}. {_critical(standings)}"


def _critical(standings: Mapping[str, Standing]) -> str:
    names = sorted(name for name, one in standings.items() if one.open)
    if not names:
        return "No service is critical."
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"Critical now: {', '.join(phrases.capped(name, 40) for name in names[:NAMED])}{more}."


def _tone(standings: Mapping[str, Standing]) -> Tone:
    return "bad" if any(one.open for one in standings.values()) else "neutral"
