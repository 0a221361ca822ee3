"""Which series an issue is about: of its service, and of the machines under it."""

from collections.abc import Mapping

from bot.model.issue import Issue


def where(issue: Issue) -> dict[str, str]:
    """Its service and its environment, and its region where it has only one."""
    region = issue.regions[0] if len(issue.regions) == 1 else ""
    found = {"service": issue.service, "region": region, "env": issue.labels.get("env", "")}
    return {label: value for label, value in found.items() if value}


def machines(where: Mapping[str, str], issue: Issue | None) -> dict[str, str]:
    """The machine that its alerts name, else those of its region and environment."""
    machine = issue.labels.get("instance", "") if issue else ""
    place = {label: value for label, value in where.items() if label in ("region", "env")}
    return {**place, "instance": machine} if machine else place
