"""Which department has a ticket, in which order, and where it is told."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.desk import ticket_queue
from bot.model.message import Place
from bot.model.plan import Department, Plan
from bot.model.ticket import Priority
from tests.fakes import NOON
from tests.tickets import a_ticket

BILLING = {"categories": ["Billing", "refund"], "skills": ["billing"]}
GENERAL = {"skills": ["anything"]}


@pytest.mark.parametrize(
    ("departments", "category", "name"),
    [
        ({"billing_support": BILLING, "general": GENERAL}, "billing", "billing_support"),
        ({"billing_support": BILLING, "general": GENERAL}, "REFUND", "billing_support"),
        ({"billing_support": BILLING, "general": GENERAL}, "other", "general"),
        ({"billing_support": BILLING, "people": GENERAL}, "other", "billing_support"),
        ({}, "billing", "general"),
    ],
)
def test_the_department_of_a_category(departments, category, name):
    assert ticket_queue.department_for(Plan.model_validate({"departments": departments}), category)[0] == name


def test_a_ticket_stays_with_its_department_when_the_plan_changes():
    plan = Plan.model_validate({"departments": {"billing_support": {}, "second": BILLING}})
    assert ticket_queue.department_of(plan, a_ticket()) == Department()
    gone = Plan.model_validate({"departments": {"second": BILLING}})
    assert ticket_queue.department_of(gone, a_ticket()).skills == ("billing",)


def test_urgent_first_then_who_has_waited_longest():
    old = a_ticket(id="1", priority=Priority.NORMAL, opened_at=NOON - timedelta(hours=1))
    new = a_ticket(id="2", priority=Priority.NORMAL)
    twin = a_ticket(id="3", priority=Priority.NORMAL)
    urgent = a_ticket(id="4", priority=Priority.URGENT)
    low = a_ticket(id="5", priority=Priority.LOW, opened_at=NOON - timedelta(days=1))
    assert [one.id for one in ticket_queue.ordered([low, twin, new, urgent, old])] == ["4", "1", "2", "3", "5"]


def test_who_has_somebody_waits_no_more():
    waits, other = a_ticket(id="1"), a_ticket(id="2", department="operations")
    claimed = replace(a_ticket(id="3"), status="claimed")
    assert ticket_queue.waiting([claimed, other, waits], "billing_support") == [waits]


@pytest.mark.parametrize(
    ("workspaces", "told"),
    [
        ({"slack": "T1", "teams": "t"}, [("slack", "T1", "C1"), ("teams", "own", "19:x")]),
        ({"slack": "T1"}, [("slack", "T1", "C1")]),
        ({"slack": "", "teams": ""}, [("teams", "own", "19:x")]),  # several workspaces: only what names its own
        ({}, []),
    ],
)
def test_a_department_is_told_on_the_chats_that_are_switched_on(workspaces, told):
    to = [
        {"platform": "slack", "channel": "C1"},
        {"platform": "teams", "channel": "19:x", "workspace": "own"},
        {"platform": "slack", "channel": "C1"},
    ]
    department = Department.model_validate({"to": to})
    assert ticket_queue.places(department, workspaces) == [Place(*one) for one in told]


def test_a_desk_has_hours():
    hours = {"start": "09:00", "end": "17:00", "zone": "Europe/Vienna", "days": ["mon", "tue", "wed", "thu", "fri"]}
    department = Department.model_validate({"hours": hours})
    assert ticket_queue.hours_open(department, NOON)
    assert not ticket_queue.hours_open(department, NOON + timedelta(hours=6))
    assert not ticket_queue.hours_open(department, NOON + timedelta(days=3))
    assert ticket_queue.hours_open(Department(), NOON + timedelta(days=3))
