"""What a Sentry internal integration posts: issue alerts, the life of issues, metric alerts."""

import re
from collections.abc import Mapping, Sequence

from bot.model.errors import Malformed
from bot.model.severity import severity_of
from bot.model.signal import LONGEST_NAME, LONGEST_TEXT, LONGEST_VALUE, MOST_LABELS, Signal
from integrations.integration import Arrived, Webhook
from integrations.reading import Fields, began, identity, label_name, literal, one_line, over, text_of

_BEGINS, _ENDS = ("created", "unresolved", "triggered"), ("resolved", "archived", "ignored")
_PROJECT = re.compile(r"/projects/[^/\s]{1,100}/([\w.-]{1,100})/")
_MOST_TAGS = 200  # that are looked at
_SIDES = {0: "above", 1: "below"}
_NOT_ALERTS = ("installation", "comment", "error", "seer")  # kinds of news, in a header, that no alert is made of


def parse(arrived: Arrived) -> Sequence[Signal]:
    payload = Fields(arrived.body)
    if arrived.headers.get("sentry-hook-resource", "") in _NOT_ALERTS:
        return ()
    action, data = payload.needed("action").lower(), payload.fields("data")
    if data.raw("metric_alert") is not None:
        return _metric_alert(action, data, arrived)
    if data.raw("event") is not None:
        return _event(data, arrived)
    if data.raw("issue") is not None:
        return _issue(action, data.fields("issue"), arrived)
    raise Malformed("data", "holds none of issue, event and metric_alert")


def _event(data: Fields, arrived: Arrived) -> Sequence[Signal]:
    event = data.fields("event")
    rule = data.line("triggered_rule")
    return [
        Signal(
            source="sentry",
            fingerprint=identity(f"issue/{event.needed('issue_id')}"),  # as in the news of its life
            status="firing",
            severity=severity_of(event.text("level")),
            title=event.line("title") or event.line("message") or f"Sentry issue {event.line('issue_id')}",
            started_at=began(event.instant("datetime"), arrived.now),
            description=_lines(event.line("culprit"), f"Rule: {rule}" if rule else ""),
            labels=_event_labels(event),
            graph=event.link("web_url"),
        )
    ]


def _issue(action: str, issue: Fields, arrived: Arrived) -> Sequence[Signal]:
    if action not in (*_BEGINS, *_ENDS):
        return ()  # assigned, for one: nothing began and nothing is over
    project, firing = issue.fields("project"), action in _BEGINS
    # One that comes back began now: the day on which it was first seen says nothing about this time.
    started_at = began(issue.instant("firstSeen") if action == "created" else None, arrived.now)
    return [
        Signal(
            source="sentry",
            fingerprint=identity(f"issue/{issue.needed('id')}"),
            status="firing" if firing else "resolved",
            severity=severity_of(issue.text("level")),
            title=issue.line("title") or f"Sentry issue {issue.line('id')}",
            started_at=started_at,
            ended_at=None if firing else arrived.now,
            description=_lines(issue.line("culprit"), "" if action != "archived" else "Archived in Sentry."),
            labels=_told(
                project=project.line("slug"),
                level=issue.line("level"),
                platform=issue.line("platform"),
                short_id=issue.line("shortId"),
            ),
            graph=issue.link("web_url", "permalink"),
        )
    ]


def _metric_alert(action: str, data: Fields, arrived: Arrived) -> Sequence[Signal]:
    alert = data.fields("metric_alert")
    rule, resolved = alert.fields("alert_rule"), action in _ENDS
    started_at = began(alert.instant("date_started") or alert.instant("date_detected"), arrived.now)
    description = data.text("description_text", LONGEST_TEXT)
    return [
        Signal(
            source="sentry",
            # By its rule: each time that it fires has another id, and would look like another alert.
            fingerprint=identity(f"rule/{rule.text('id') or rule.text('name') or alert.needed('id')}"),
            status="resolved" if resolved else "firing",
            severity=severity_of(action),
            title=rule.line("name") or alert.line("title") or data.line("description_title"),
            started_at=started_at,
            ended_at=over(alert.instant("date_closed"), started_at, arrived.now) if resolved else None,
            description=description,
            labels=_told(
                project=_only(alert.raw("projects"), alert.at("projects")), environment=rule.line("environment")
            ),
            measured="" if resolved else one_line(description.partition("\n")[0]),
            normal=_limit(rule, action),
            graph=data.link("web_url"),
            expression=_lines(rule.text("aggregate"), rule.text("query")).replace("\n", " "),
        )
    ]


def _event_labels(event: Fields) -> Mapping[str, str]:
    found = dict(
        _told(
            project=next(iter(_PROJECT.findall(event.text("url"))), "") or event.line("project"),
            environment=event.line("environment"),
            level=event.line("level"),
            platform=event.line("platform"),
            release=event.line("release"),
        )
    )
    tags = event.raw("tags")
    for number, tag in enumerate(tags[:_MOST_TAGS] if isinstance(tags, list) else ()):
        if isinstance(tag, list) and len(tag) == 2 and len(found) < MOST_LABELS and None not in tag:
            path = f"{event.at('tags')}[{number}]"
            name = label_name(text_of(tag[0], path, LONGEST_NAME))
            if name and (value := text_of(tag[1], path, LONGEST_VALUE)):
                found.setdefault(name, value)
    return found


def _limit(rule: Fields, action: str) -> str:
    side = rule.raw("threshold_type")
    for trigger in rule.each("triggers"):
        if trigger.text("label").lower() == action and (limit := trigger.line("alert_threshold")):
            return f"{_SIDES.get(side, 'beyond') if isinstance(side, int) else 'beyond'} {limit.removesuffix('.0')}"
    return ""


def _only(values: object, path: str) -> str:
    return text_of(values[0], path, LONGEST_NAME) if isinstance(values, list) and len(values) == 1 else ""


def _told(**labels: str) -> Mapping[str, str]:
    return {name: value for name, value in labels.items() if value}


def _lines(*lines: str) -> str:
    return literal("\n".join(line for line in lines if line), LONGEST_TEXT)


WEBHOOK = Webhook("sentry", "Sentry", parse)
