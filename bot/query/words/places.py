"""Nouns for places and kinds, and the labels that hold them. Data, and one question to it."""

from bot.query.words.tokens import singular

# Kinds of places, as labels call them. A noun in one group may mean any label of that group.
PLACES: tuple[tuple[str, ...], ...] = (
    ("instance", "host", "hostname", "machine", "server", "node", "box", "nodename", "vm", "target", "exporter",
     "kubernetes_node", "host_name", "broker"),
    ("service", "app", "application", "job", "service_name", "svc", "component", "microservice", "app_name",
     "kubernetes_name", "workload", "deployment", "program"),
    ("route", "path", "endpoint", "handler", "uri", "url", "http_route", "page", "api", "operation", "resource",
     "url_path", "http_target"),
    ("code", "status", "status_code", "http_status", "http_status_code", "http_response_status_code",
     "response_code", "statuscode", "grpc_code", "grpc_status", "rpc_grpc_status_code", "http_code"),
    ("region", "area", "location", "geo", "aws_region", "cloud_region", "continent"),
    ("zone", "az", "availability_zone", "cloud_availability_zone"),
    ("datacenter", "dc", "site", "pop", "colo", "edge_location", "location"),
    ("env", "environment", "stage", "deployment_environment", "tier"),
    ("cluster", "k8s_cluster", "cluster_name"),
    ("namespace", "ns", "kubernetes_namespace", "exported_namespace", "k8s_namespace_name"),
    ("pod", "pod_name", "k8s_pod_name", "replica", "instance"),
    ("container", "container_name"),
    ("deployment", "workload", "deploy"),
    ("node", "host", "instance", "worker", "kubernetes_node", "machine", "server"),
    ("database", "datname", "db", "db_name", "schema", "database_name", "dbname"),
    ("table", "relname", "table_name", "tbl"),
    ("topic", "kafka_topic"),
    ("consumergroup", "group", "consumer_group", "consumer", "group_id", "groupid"),
    ("queue", "queue_name", "queuename"),
    ("partition", "shard"),
    ("device", "disk", "drive", "interface", "nic", "dev", "volume", "port", "ifname",
     "ifdescr"),
    ("mountpoint", "mount", "filesystem", "disk", "volume", "partition", "path"),
    ("volume", "persistentvolumeclaim", "pvc", "claim"),
    ("device", "sensor", "device_id", "sensor_id", "sensor_type"),
    ("method", "verb", "http_method", "http_request_method", "grpc_method", "rpc_method", "request_method"),
    ("model", "llm", "model_name", "gen_ai_request_model"),
    ("provider", "vendor", "psp", "processor", "carrier", "supplier", "gateway"),
    ("country", "nation", "country_code"),
    ("user", "customer", "client", "account", "customer_id", "user_id"),
    ("tenant", "org", "organisation", "organization", "customer", "team"),
    ("version", "release", "build", "tag"),
    ("reason", "cause", "error_type", "error", "exception", "error_code", "why"),
    ("kind", "type", "category", "class", "sort"),
    ("result", "outcome", "status", "state"),
    ("state", "status", "phase", "condition"),
    ("direction", "flow"),
    ("upstream", "backend", "cluster", "upstream_cluster", "envoy_cluster_name", "backend_name", "server", "proxy",
     "frontend"),
    ("domain", "host", "vhost", "server_name", "site", "hostname", "common_name", "cn"),
    ("certificate", "cert", "common_name", "cn", "domain", "host", "target", "instance", "name", "secret_name"),
    ("website", "target", "instance", "url", "site", "probe", "endpoint"),
    ("gpu", "gpu_id", "gpu_uuid", "card", "uuid", "minor_number"),
    ("cpu", "core", "processor"),
    ("pool", "pool_name", "connection_pool"),
    ("cache", "cache_name", "name"),
    ("job", "job_name", "cronjob", "task", "task_name", "cron", "schedule", "name", "batch"),
    ("map", "level", "arena"),
    ("mode", "game_mode", "gamemode"),
    ("server", "instance", "game_server", "host", "shard", "realm"),
    ("severity", "level", "log_level", "loglevel", "lvl"),
    ("message", "msg", "text", "event"),
    ("currency",),
    ("plan", "tier", "subscription"),
    ("channel", "medium"),
    ("platform", "os", "device_type"),
    ("step", "stage", "phase", "task"),
    ("pipeline", "dag", "workflow", "flow", "dag_id"),
    ("worker", "instance", "pod", "host", "process"),
    ("site", "plant", "factory", "location", "building"),
    ("line", "production_line"),
    ("room", "zone", "area"),
    ("bucket", "bucket_name"),
    ("function", "lambda", "function_name"),
    ("command", "cmd", "op"),
    ("listener", "port"),
    ("entrypoint", "entry_point"),
    ("peer", "neighbor", "neighbour"),
    ("store", "shop", "outlet"),
    ("warehouse", "depot", "hub"),
    ("collector", "gc", "generation"),
    ("relay", "mta"),
    ("client", "remote", "remote_addr", "remote_ip", "client_ip", "client_addr", "ip", "addr"),
    ("source", "src", "origin", "source_ip", "src_ip"),
    ("destination", "dst", "dest", "destination_ip", "dst_ip"),
)  # fmt: skip

_PLACE_OF: dict[str, set[str]] = {}
for _group in PLACES:
    for _name in _group:
        _PLACE_OF.setdefault(singular(_name), set()).update(_group)


def is_place(noun: str) -> bool:
    return singular(noun) in _PLACE_OF


def places(noun: str) -> frozenset[str]:
    """Label names a noun may stand for."""
    return frozenset(_PLACE_OF.get(singular(noun), ())) | {noun, singular(noun)}
