"""Which of a catalogue a model is told of: forty at most, what is asked for among them, its values first."""

from bot.query import translate
from bot.query.candidates import MOST, MOST_LOGS, candidates
from bot.query.catalog import Catalog, KnownLogs, KnownMetric
from tests.fakes import NOON
from tests.unit.query.meant.grounds import PUT

PLACES = tuple(f"place-{number}" for number in range(60))
MANY = Catalog(
    (
        *(KnownMetric(f"thing_{number}_total", "counter", f"Things of kind {number}.") for number in range(90)),
        KnownMetric("mails_failed_total", "counter", "Mails that bounced.", "", {"place": PLACES}),
        KnownMetric("mails_sent_total", "counter", "Mails.", "", {"place": PLACES}),
        KnownMetric("courier_backlog", "gauge", "What waits for a courier.", "", {"town": ("oslo",)}),
    ),
    {"service": ("mailer",)},
    tuple(KnownLogs(f"service-{number}") for number in range(20)),
)
GROUND = translate.prepare(MANY)


def near(text, ground=GROUND, earlier=()):
    return candidates(text, NOON, "UTC", ground, earlier)


def named(text, earlier=()):
    return [metric.name for metric in near(text, earlier=earlier).metrics]


def test_there_are_forty_at_most():
    found = near("how many mails bounced")
    assert (len(found.metrics), len(found.logs)) == (MOST - MOST_LOGS, MOST_LOGS)


def test_all_are_told_where_they_fit():
    found = near("anything", PUT.ground)
    assert len(found.metrics) == 7
    assert [known.service for known in found.logs] == ["till", "stock"]


def test_the_best_come_first_and_with_what_they_are_a_share_of():
    assert named("share of mails that bounced")[0] == "mails_failed_total"
    assert "mails_sent_total" in named("share of mails that bounced")


def test_words_that_no_rule_knows_are_found_by_their_letters():
    assert "courier_backlog" in named("courrierz piling up")


def test_what_was_asked_before_counts():
    assert "courier_backlog" in named("and yesterday?", earlier=("courier backlog in oslo",))


def test_a_line_has_what_is_needed_and_values_that_the_question_names_first():
    line = next(one for one in near("mails failed of place-47").metric_lines() if one.startswith("mails_failed_total"))
    assert line.startswith("mails_failed_total | counter | place: place-47, place-0")
    assert "and 54 more" in line
    assert line.endswith("| Mails that bounced.")


def test_logs_that_are_named_come_first():
    assert near("lines of service-17").logs[0].service == "service-17"
