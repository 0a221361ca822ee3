"""Relevance: from 0 to 1, titles before texts, rare words before common ones."""

import pytest

from bot.analysis.relevance import Corpus, Counted, relevance

CORPUS = Corpus(100, {"rotat": 2, "certificat": 5, "servic": 80})


def doc(title: str = "", tags: str = "", content: str = "", length: int = 100, tagged: float = 1.0) -> Counted:
    counted = [{word: field.split().count(word) for word in field.split()} for field in (title, tags, content)]
    return Counted(counted[0], counted[1], counted[2], length, tagged)


@pytest.mark.parametrize(
    ("better", "worse", "asked"),
    [
        (doc("rotat"), doc("", "rotat"), ["rotat"]),
        (doc("", "rotat"), doc("", "", "rotat"), ["rotat"]),
        (doc("", "", "rotat rotat"), doc("", "", "rotat"), ["rotat"]),
        (doc("", "", "rotat"), doc("", "", "rotat", length=3000), ["rotat"]),
        (doc("rotat"), doc("servic"), ["rotat", "servic"]),  # the rare word
        (doc("rotat certificat"), doc("rotat"), ["rotat", "certificat"]),
        (doc("rotat", tagged=1.0), doc("rotat", tagged=0.5), ["rotat"]),
    ],
)
def test_better_and_worse(better: Counted, worse: Counted, asked: list[str]):
    worths = CORPUS.worths(asked)
    assert 0 < relevance(worse, worths, {}) < relevance(better, worths, {}) <= 1


def test_hints_help_and_are_not_asked():
    asked, hints = CORPUS.worths(["rotat", "servic"]), CORPUS.worths(["certificat"])
    assert relevance(doc("rotat", "certificat"), asked, hints) > relevance(doc("rotat"), asked, {})
    assert relevance(doc("", "certificat"), CORPUS.worths(["rotat"]), {}) == 0
    assert relevance(doc("rotat"), {}, {}) == 0
