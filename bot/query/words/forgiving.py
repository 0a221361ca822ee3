"""Words left over that nothing is lost by: a verb between well-known nouns, where the rest says what is meant."""

from bot.query.words.asked import Asked
from bot.query.words.index import Index
from bot.query.words.lexicon import ERROR_WORDS, SUCCESS_WORDS
from bot.query.words.outcomes import PREPOSITIONS
from bot.query.words.pairs import BAD, DONE
from bot.query.words.plain_english import is_common
from bot.query.words.reading import Reading
from bot.query.words.roles import Word
from bot.query.words.tokens import singular, stem

SURE, STRONG, MOST = 0.5, 0.6, 1


def says_enough(asked: Asked, best: Reading, index: Index) -> bool:
    """Whether a reading may stand, though it leaves words unexplained."""
    if not best.loose or len(best.loose) > MOST or best.score < SURE:
        return False
    named = [word for word in asked.words if word.place in best.fit.named and word not in best.loose]
    places = [index.by_name[name].place for name in best.metrics if name in index.by_name]
    strong = any(index.strengths(word.low).get(place, 0.0) >= STRONG for word in named for place in places)
    told = BAD if best.fit.part else frozenset()  # `refused because it was full`: the reason says what came of it
    strange = (word.low for word in best.loose if word.low not in told)
    named_elsewhere = any(held.quality >= 0.95 for low in strange for held in index.find(low))
    return strong and not named_elsewhere and all(_carries_nothing(word, best) for word in best.loose)


def _carries_nothing(word: Word, best: Reading) -> bool:
    if (
        word.low.startswith(("un", "dis", "non"))
        or word.quoted
        or word.role
        or not is_common(word.low)
        or not _is_verb(word)
    ):
        return False
    return bool(best.fit.part) or not _OUTCOMES & {word.low, stem(word.low), singular(word.low)}


def _is_verb(word: Word) -> bool:
    """By its ending, and not in the place of a name."""
    ends = word.low.endswith(("ed", "ing", "en")) or (word.low.endswith("s") and word.after not in ("", "per", "by"))
    return ends and (word.before not in PREPOSITIONS or word.low.endswith("ed"))


_OUTCOMES = frozenset({*BAD, *DONE, *ERROR_WORDS, *SUCCESS_WORDS, *(stem(word) for word in (*BAD, *DONE))})
