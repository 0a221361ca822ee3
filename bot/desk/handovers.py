"""What is said when somebody else comes on duty: who, until when, and what is open. Pure."""

from collections.abc import Sequence

from bot.desk.pages import LONGEST_NAME, capped
from bot.model import figures
from bot.model.issue import Issue
from bot.model.message import Account
from bot.model.reply import Block, Choices, Fact, Facts, Mention, Option, Part, Reply, Table, Text
from bot.ports.desks import OnDuty

MOST_ISSUES = 20
LONGEST_TITLE = 80


def notice(
    rota: str, leaves: str, comes: OnDuty | None, account: Account | None, issues: Sequence[Issue], count: int
) -> Reply:
    """`account`: of whoever comes, in the chat where it is said. `count`: of all that is open."""
    summary = _summary(rota, capped(leaves, LONGEST_NAME), comes)
    blocks: list[Block] = []
    if comes and account:
        to_them: tuple[Part, ...] = (Mention(account), ", you are on duty now.")
        blocks.append(Text(to_them))
    if comes:
        rows = (
            Fact("On duty until", figures.clock(comes.until)),
            Fact("Stands in for", comes.covers),
            Fact("Then", comes.next_name),
        )
        blocks.append(Facts(tuple(row for row in rows if row.value)))
    return Reply(summary, (*blocks, *_open(issues, count)), tone="neutral" if comes else "warning", title="Hand-over")


def _summary(rota: str, leaves: str, comes: OnDuty | None) -> str:
    if comes is None:
        return f"Nobody is on duty in rota {rota} now" + (f"; until now it was {leaves}." if leaves else ".")
    name = capped(comes.name, LONGEST_NAME)
    return f"{name} takes over rota {rota} from {leaves}." if leaves else f"{name} is on duty in rota {rota} now."


def _open(issues: Sequence[Issue], count: int) -> tuple[Block, ...]:
    """The worst first."""
    if not issues:
        return (Text(("Nothing is open.",)),)
    worst = sorted(issues, key=lambda one: (-one.severity.rank, one.opened_at))
    rows = tuple(
        (one.severity.capitalize(), capped(one.title, LONGEST_TITLE), figures.clock(one.opened_at), _holder(one))
        for one in worst
    )
    options = tuple(Option(capped(one.title, LONGEST_TITLE), str(one.id)) for one in worst)
    what = "1 issue is open" if count == 1 else f"{count:,} issues are open"
    rest = f", the newest {len(issues)} of them here" if count > len(issues) else ""
    table = Table(("Severity", "What", "Since", "Who has it"), rows, f"{what}{rest}")
    return table, Choices("Open one", options, "show_issue", "issue")


def _holder(issue: Issue) -> str:
    holder = issue.owner or issue.acknowledged
    return capped(holder.name, LONGEST_NAME) if holder else "nobody"
