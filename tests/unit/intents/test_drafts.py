"""E-mails in words: what asks for one, what its form takes, and the second word for strange figures."""

from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from bot.conversation.understanding import understand
from bot.intents import drafts
from bot.intents.intent import Question
from bot.model.errors import Missing, Rejected
from bot.model.mail import Audience, MailState
from bot.model.tenant import DEFAULT_TENANT
from tests.contracts.incidents import mail
from tests.desks import desks, tools
from tests.fakes import NOON
from tests.mail_desks import Mails

ID = "ISS-1773835200-checkout"


@pytest.mark.parametrize(
    ("said", "intent", "arguments"),
    [
        ("draft an e-mail for this", "draft_mail", {}),
        ("please write an email about it", "draft_mail", {}),
        (f"draft an e-mail for {ID}", "draft_mail", {"issue": ID}),
        ("can you draft a customer notice?", "draft_mail", {"audience": "customer"}),
        ("write an e-mail to the customers", "draft_mail", {"audience": "customer"}),
        ("draft", "draft_mail", {}),
        ("draft customer", "draft_mail", {"audience": "customer"}),
        (f"draft {ID} customers", "draft_mail", {"issue": ID, "audience": "customer"}),
        ("draft ALR-1-engineering", "draft_mail", {"draft": "ALR-1-engineering"}),
        ("drafts", "drafts", {}),
        ("which e-mails are drafted?", "drafts", {}),
        ("draft approve ALR-1-customer-2", "approve_draft", {"draft": "ALR-1-customer-2"}),
        ("draft undo alr-1-Customer", "undo_draft", {"draft": "ALR-1-customer"}),
        ("draft discard ALR-1-customer", "discard_draft", {"draft": "ALR-1-customer"}),
    ],
)  # fmt: skip
def test_what_asks_for_one(said: str, intent: str, arguments: dict[str, Any]):
    reading = understand(Question(said, NOON, issue=ID))
    assert reading
    assert (reading.intent, dict(reading.arguments)) == (intent, arguments)


@pytest.mark.parametrize("said", ["did anyone draft an e-mail?", "should we write an e-mail?", "don't draft an e-mail"])
def test_talk_about_e_mails_drafts_none(said: str):
    reading = understand(Question(said, NOON, issue=ID))
    assert reading is None or reading.intent not in ("draft_mail", "approve_draft")


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("subject", "", "at least 1"), ("subject", "a\nBcc: b@c.de", "one line"), ("subject", "x" * 201, "at most 200"),
        ("body", "", "at least 1"), ("body", "🙂" * 1501, "between one and 3,000"), ("body", " \n ", "between one"),
        ("recipients", "anna", "“anna” is not an e-mail address"), ("recipients", "a@b.de, <x>", "not an e-mail"),
    ],
)  # fmt: skip
def test_each_field_says_what_is_wrong(field: str, value: str, says: str):
    good = {"draft": "ALR-1-engineering", "subject": "s", "body": "b", "recipients": "a@b.de; c@d.de\ne@f.de"}
    assert drafts.EditDraft.model_validate(good)
    with pytest.raises(ValidationError) as caught:
        drafts.EditDraft.model_validate({**good, field: value})
    (error,) = caught.value.errors()
    assert error["loc"] == (field,)
    assert says in error["msg"]


async def test_strange_figures_are_asked_about_and_then_sent_by_a_second_word():
    draft = mail(unsure=("812 ms",), edition=3)
    on = Mails({draft.id: draft})
    asked = await drafts.approve(drafts.ApproveDraft(draft=draft.id), tools(desks(mails=on)))
    assert asked
    assert (asked.summary, on.done) == ("812 ms is no figure of this issue.", [])
    send, edit = asked.buttons
    assert (send.label, edit.label, edit.intent) == ("Send with these figures", "Edit…", "edit_draft")
    await drafts.approve(drafts.ApproveDraft.model_validate(send.arguments), tools(desks(mails=on)))
    assert on.done == [("approve operator 3 True", draft.id)]


async def test_the_form_shows_the_text_as_it_stands():
    draft = mail(edition=3, recipients=("a@b.de", "c@d.de"))
    on = desks(mails=Mails({draft.id: draft, "sent": replace(draft, state=MailState.SENT)}))
    shown = await drafts.filled({"draft": draft.id}, DEFAULT_TENANT, on)
    assert shown == {"subject": draft.subject, "body": draft.body, "recipients": "a@b.de, c@d.de", "edition": 3}
    with pytest.raises(Rejected, match="can no longer be edited: it is sent"):
        await drafts.filled({"draft": "sent"}, DEFAULT_TENANT, on)
    with pytest.raises(Missing):
        await drafts.filled({}, DEFAULT_TENANT, on)


async def test_no_draft_without_an_issue():
    on = Mails({"ALR-1-engineering": mail(audience=Audience.ENGINEERING)})
    asked = await drafts.draft_mail(drafts.DraftMail(), tools(desks(mails=on)))
    assert asked
    assert (asked.summary, on.done) == ("No issue is open.", [])
