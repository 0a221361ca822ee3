"""Small catalogues of several trades, on which readings are tried."""

from bot.query import translate
from bot.query.catalog import Catalog, KnownLogs, KnownMetric
from bot.query.words.choosing import Prepared

REGIONS = ("eu", "us", "asia")
MODES = ("ranked", "casual")
APPS = ("order-service", "cart-service", "billing-service")

GAME = Catalog(
    (
        KnownMetric("game_players_online", "gauge", "Players connected right now.", "", {"region": REGIONS}),
        KnownMetric(
            "game_matches_started_total", "counter", "Matches started.", "", {"mode": MODES, "region": REGIONS}
        ),
        KnownMetric(
            "game_matches_abandoned_total", "counter", "Matches left early.", "", {"mode": MODES, "region": REGIONS}
        ),
        KnownMetric(
            "game_wait_seconds", "histogram", "Time a player waits.", "seconds", {"mode": MODES, "region": REGIONS}
        ),
        KnownMetric(
            "game_purchases_total", "counter", "Purchases.", "", {"status": ("completed", "failed", "refunded")}
        ),
        KnownMetric("process_open_fds", "gauge", "Open file descriptors.", "", {"instance": ("g-1:9100",)}),
        KnownMetric("process_max_fds", "gauge", "Most file descriptors.", "", {"instance": ("g-1:9100",)}),
        KnownMetric("up", "gauge", "1 if the scrape succeeded.", "", {"instance": ("g-1:9100", "g-2:9100")}),
    )
)

BACKEND = Catalog(
    (
        KnownMetric(
            "http_server_requests_seconds",
            "histogram",
            "Duration of requests.",
            "seconds",
            {"application": APPS, "uri": ("/orders", "/orders/{id}"), "status": ("200", "404", "500", "503")},
        ),
        KnownMetric("redis_keyspace_hits_total", "counter", "Hits.", "", {"instance": ("redis-0:9121",)}),
        KnownMetric("redis_keyspace_misses_total", "counter", "Misses.", "", {"instance": ("redis-0:9121",)}),
        KnownMetric("rabbitmq_queue_messages_ready", "gauge", "Messages ready.", "", {"queue": ("orders", "emails")}),
        KnownMetric("rabbitmq_queue_consumers", "gauge", "Consumers on a queue.", "", {"queue": ("orders", "emails")}),
        KnownMetric(
            "pg_replication_lag_seconds",
            "gauge",
            "Lag behind the primary.",
            "",
            {"instance": ("db-0:9187", "db-1:9187")},
        ),
        KnownMetric(
            "node_filesystem_avail_bytes",
            "gauge",
            "Space available.",
            "",
            {"instance": ("n1:9100",), "mountpoint": ("/", "/data")},
        ),
        KnownMetric(
            "node_filesystem_size_bytes", "gauge", "Size.", "", {"instance": ("n1:9100",), "mountpoint": ("/", "/data")}
        ),
        KnownMetric(
            "backup_last_success_timestamp_seconds",
            "gauge",
            "Unix time of the last backup.",
            "",
            {"database": ("crm", "erp")},
        ),
    ),
    {"app": ("order-service", "nginx", "mailer"), "env": ("prod", "staging")},
    (
        KnownLogs(
            "order-service",
            "json",
            {"level": "INFO|WARN|ERROR", "message": "text", "duration_ms": "number, milliseconds", "user_id": "string"},
            '{"level":"ERROR","message":"payment provider timeout","duration_ms":2300,"user_id":"u17"}',
        ),
        KnownLogs(
            "nginx",
            "logfmt",
            {"status": "HTTP status", "path": "string", "took": "duration such as 12ms"},
            "status=200 path=/orders took=12ms",
        ),
        KnownLogs("mailer", "plain text", {}, "mail to customer SENT in 3 s"),
    ),
)

READY: dict[str, Prepared] = {"game": translate.prepare(GAME), "backend": translate.prepare(BACKEND)}
