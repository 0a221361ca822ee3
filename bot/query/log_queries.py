"""The LogQL of questions about the lines of a service. Every value that enters a query is quoted here. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.model.regexes import literal
from bot.query.log_levels import BAD_WORDS, Level, Told
from bot.query.logql.quoting import quoted
from bot.query.words.log_vocabulary import SPELT

BAD, OTHER = "names an error", "other lines"  # where lines have no level: what their words tell


@dataclass(frozen=True, slots=True)
class Streams:
    """Which lines are meant; `where`: label to the values it may have."""

    where: Mapping[str, Sequence[str]]
    told: Told
    notes: tuple[str, ...] = ()  # what was used instead of what is usual

    def lines(self, levels: Sequence[Level] = (), containing: str = "") -> str:
        matchers = [_matcher(label, values) for label, values in self.where.items()]
        by_stream = self.told.matcher(levels)
        selector = f"{{{', '.join([*matchers, *([by_stream] if by_stream else [])])}}}"
        return f"{selector}{_holding(containing)}{'' if by_stream else self.told.stages(levels)}"

    def counted(self, span: timedelta, levels: Sequence[Level] = (), containing: str = "") -> str:
        """By level, where there is one."""
        lines, length = self.lines(levels, containing), f"{max(1, round(span.total_seconds()))}s"
        if not self.told.label:
            return f"sum (count_over_time({lines} [{length}]))"
        reading = "" if self.told.reading in lines else self.told.reading
        return f"sum by ({self.told.label}) (count_over_time({lines}{reading} [{length}]))"

    def bad(self, span: timedelta, containing: str = "") -> str:
        """Those whose words name an error, where no level is known."""
        lines, length = self.lines((), containing), f"{max(1, round(span.total_seconds()))}s"
        return f"sum (count_over_time({lines} |~ {quoted(BAD_WORDS)} [{length}]))"


def _matcher(label: str, values: Sequence[str]) -> str:
    if not values:
        return f'{label}=~".+"'
    if len(values) == 1:
        return f"{label}={quoted(values[0])}"
    return f"{label}=~{quoted('|'.join(map(literal, values)))}"


def _holding(text: str) -> str:
    """In any case and any usual spelling; quoted by the asker, exactly so."""
    if not text:
        return ""
    if len(text) > 2 and text[0] == text[-1] == '"':
        return f" |= {quoted(text[1:-1])}"
    spellings = SPELT.get(text.lower(), (text,))
    return f" |~ {quoted('(?i)' + '|'.join(map(literal, spellings)))}"
