"""What may go wrong and is expected to; each text is written for the person who reads it in chat."""

from datetime import datetime, timedelta

from bot.model import figures


class Problem(Exception):  # noqa: N818 - named for what people are told, not for the machinery
    """An expected failure: `says` is a whole sentence for people, `advice` what they can do about it."""

    def __init__(self, says: str, *, advice: str = "") -> None:
        super().__init__(says)
        self.says = says
        self.advice = advice


class Unavailable(Problem):
    """Later may help: an outside system is away, slow or asks us to wait.

    `definite`: it certainly did not do what was asked (a 429, a connection never made). Otherwise it may have.
    `since`: it was not even asked, for it has not answered since then.
    """

    def __init__(
        self,
        what: str,
        *,
        retry_after: timedelta | None = None,
        definite: bool = False,
        advice: str = "",
        since: datetime | None = None,
    ) -> None:
        says = f"has not answered since {figures.clock(since)}" if since else "does not answer at the moment"
        super().__init__(f"{what} {says}.", advice=advice or "Try again in a minute.")
        self.what = what
        self.retry_after = retry_after
        self.definite = definite
        self.since = since


class TooHeavy(Unavailable):
    """The source gave this one query up; the same again will not help, a smaller one may."""

    def __init__(self, what: str) -> None:
        super().__init__(what, advice="Ask for a shorter range, a longer step or fewer series.")
        self.says = f"{what} gave this query up, for it takes too long."


class Rejected(Problem):
    """Later will not help: the other side understood us and said no."""

    def __init__(self, says: str, *, code: str = "", advice: str = "") -> None:
        super().__init__(says, advice=advice)
        self.code = code


class Malformed(Problem):
    """What came in cannot be read; `field` is where: "alerts[3].startsAt"."""

    def __init__(self, field: str, says: str) -> None:
        super().__init__(f"{field}: {says}" if field else says)
        self.field = field


class Missing(Problem):
    """There is no such thing, or no longer."""


class Forbidden(Problem):
    """This person may not do this here."""


class TooOften(Problem):
    """This person asks faster than is allowed; `retry_after` says when it works again."""

    def __init__(self, says: str, *, retry_after: timedelta) -> None:
        super().__init__(says)
        self.retry_after = retry_after


class Misconfigured(Problem):
    """A setting is missing, half given or unusable; the text names it."""
