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
    assert 0 < relevance(worse, asked, CORPUS) < relevance(better, asked, CORPUS) <= 1


def test_hints_help_and_are_not_asked():
    plain = relevance(doc("rotat"), ["rotat", "servic"], CORPUS)
    hinted = relevance(doc("rotat", "certificat"), ["rotat", "servic"], CORPUS, ["certificat"])
    assert hinted > plain
    assert relevance(doc("", "certificat"), ["rotat"], CORPUS, []) == 0
    assert relevance(doc("rotat"), [], CORPUS) == 0
