"""Whether a matcher fits a value; a label that is absent is empty."""

from bot.model.regexes import whole
from bot.query.logql import tree


def fits(matcher: tree.Matcher | tree.Named, value: str) -> bool:
    match matcher.sign:
        case "=":
            return value == matcher.value
        case "!=":
            return value != matcher.value
        case "=~":
            return whole(matcher.value).search(value) is not None
        case "!~":
            return whole(matcher.value).search(value) is None
        case None:
            return True
