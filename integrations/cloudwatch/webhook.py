"""CloudWatch alarms in the envelopes of Amazon SNS."""

import re
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from bot.model.errors import Malformed
from bot.model.payload import read_json
from bot.model.severity import severity_of
from bot.model.signal import LONGEST_NAME, LONGEST_TEXT, Signal
from integrations.cloudwatch.admission import Admission
from integrations.integration import Arrived, Webhook
from integrations.reading import Fields, address, began, identity, label_name, literal

_HANDSHAKES = ("SubscriptionConfirmation", "UnsubscribeConfirmation")
_STATES = {"ALARM": "firing", "OK": "resolved", "INSUFFICIENT_DATA": ""}
_COMPARISONS = {
    "GreaterThanThreshold": "above",
    "GreaterThanOrEqualToThreshold": "at least",
    "LessThanThreshold": "below",
    "LessThanOrEqualToThreshold": "at most",
}
_DATAPOINTS = re.compile(r"datapoints? \[([^\]]{1,1000})\]")
_DATED = re.compile(r"\s*\(\d\d/\d\d/\d\d \d\d:\d\d:\d\d\)")
# An alarm has no severity of its own; its description may say it, and where its runbook is.
_SEVERITY = re.compile(r"\b(?:severity|priority)\s*[:=]\s*(\w{1,20})", re.IGNORECASE)
_RUNBOOK = re.compile(r"\brunbook\s*[:=]\s*(https?://\S{1,1000})", re.IGNORECASE)
_REGION = re.compile(r"^arn:(aws[a-z-]*):cloudwatch:([a-z0-9-]{1,30}):")
_CONSOLES = {"aws": "console.aws.amazon.com", "aws-cn": "console.amazonaws.cn"}


def parse(arrived: Arrived) -> Sequence[Signal]:
    envelope = Fields(arrived.body)
    kind = envelope.needed("Type")
    if kind in _HANDSHAKES:
        return ()
    if kind != "Notification":
        raise Malformed("Type", "is none that SNS sends")
    message = envelope.raw("Message")
    if not isinstance(message, str):
        raise Malformed("Message", "is missing or blank")
    return _alarm(Fields(read_json(message, "Message"), "Message"), arrived)


def _alarm(alarm: Fields, arrived: Arrived) -> Sequence[Signal]:
    name, state = alarm.needed("AlarmName"), alarm.needed("NewStateValue")
    if state not in _STATES:
        raise Malformed(alarm.at("NewStateValue"), "is none of ALARM, OK, INSUFFICIENT_DATA")
    if state == "INSUFFICIENT_DATA":
        return ()  # neither worse nor over: what was known of it stays
    told = alarm.text("AlarmDescription", LONGEST_TEXT)
    severity, runbook = _SEVERITY.search(told), _RUNBOOK.search(told)
    reason = alarm.text("NewStateReason", LONGEST_TEXT)
    changed_at = began(alarm.instant("StateChangeTime"), arrived.now)
    arn = alarm.text("AlarmArn")
    account = alarm.text("AWSAccountId")
    return [
        Signal(
            source="cloudwatch",
            fingerprint=identity(arn or f"{account}/{alarm.text('Region')}/{name}"),
            status="firing" if state == "ALARM" else "resolved",
            severity=severity_of(severity[1] if severity else ""),
            title=alarm.line("AlarmName"),
            started_at=changed_at,
            ended_at=changed_at if state == "OK" else None,
            description=literal("\n".join(part for part in (told, reason) if part), LONGEST_TEXT),
            labels=_labels(alarm, arn, account),
            measured=_measured(reason),
            normal=_normal(alarm.fields("Trigger")),
            runbook=address(runbook[1]) if runbook else "",
            graph=_console(arn, name),
        )
    ]


def _labels(alarm: Fields, arn: str, account: str) -> Mapping[str, str]:
    trigger, region = alarm.fields("Trigger"), _REGION.match(arn)
    found = {
        "alertname": alarm.line("AlarmName"),
        "region": region[2] if region else alarm.line("Region"),
        "account": account,
        "namespace": trigger.line("Namespace"),
        "metric": trigger.line("MetricName"),
    }
    for dimension in trigger.each("Dimensions"):
        if len(found) < _MOST_DIMENSIONS:
            found.setdefault(label_name(dimension.line("name")), dimension.line("value"))
    return {name: value for name, value in found.items() if name and value}


_MOST_DIMENSIONS = 40  # CloudWatch allows 30


def _measured(reason: str) -> str:
    """The data points that the reason quotes: of "1 out of the last 1 datapoints [93.4 (18/03/26 11:55:00)]"."""
    found = _DATAPOINTS.search(reason)
    return literal(_DATED.sub("", found[1]).strip(), LONGEST_NAME) if found else ""


def _normal(trigger: Fields) -> str:
    compared, threshold = _COMPARISONS.get(trigger.text("ComparisonOperator")), trigger.line("Threshold")
    return f"{compared} {threshold.removesuffix('.0')}" if compared and threshold else ""


def _console(arn: str, name: str) -> str:
    found = _REGION.match(arn)
    host = _CONSOLES.get(found[1]) if found else None
    if found is None or host is None:
        return ""
    # The console reads what follows the sign itself, and wants it quoted twice.
    alarm = quote(quote(name, safe=""), safe="").replace("%25", "$25")
    return address(f"https://{found[2]}.{host}/cloudwatch/home?region={found[2]}#alarmsV2:alarm/{alarm}")


WEBHOOK = Webhook("cloudwatch", "Amazon CloudWatch (SNS)", parse, Admission().admit)
