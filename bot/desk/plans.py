"""A tenant's plan: read from a file that an operator keeps, or changed from chat and kept in the database."""

from pathlib import Path

import yaml

from bot.desk import documents
from bot.model.plan import Plan


def read(file: Path) -> Plan:
    """Raises Misconfigured with a sentence that names the line or the field."""
    return parse(documents.text_of(file, "The plan"), str(file))


def parse(text: str, name: str = "plan") -> Plan:
    return documents.parse(text, name, Plan)


def write(plan: Plan) -> str:
    """As a file would say it; what is as by default is left out."""
    return yaml.safe_dump(plan.model_dump(mode="json", exclude_defaults=True), sort_keys=False, allow_unicode=True)
