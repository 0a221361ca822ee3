"""Who lives in the demo world: its services, databases, hosts, providers and AI tools."""

from dataclasses import dataclass

TEAM = "Northwind Market"

REGIONS = ("us-east-1", "us-east-2", "eu-west-1")
STAGING_REGION = "eu-west-1"
ZONES = {"us-east-1": -5.0, "us-east-2": -5.5, "eu-west-1": 1.0}  # hours by which a region's day is shifted
WEIGHTS = {"us-east-1": 0.46, "us-east-2": 0.2, "eu-west-1": 0.34}  # of the traffic

PLACES = (*((region, "prod") for region in REGIONS), (STAGING_REGION, "staging"))

RECKLESS = "checkout"  # a service that is deployed every working day, and not tested
LEAKY = "search"  # a service whose memory grows until it is restarted

PAYMENT_PROVIDER = "stripe"
PROVIDERS = {PAYMENT_PROVIDER: 0.18, "sendgrid": 0.24, "auth0": 0.09, "maps": 0.14}  # usual seconds an answer takes
QUEUES = {"orders": 6.0, "emails": 18.0, "thumbnails": 9.0}  # usual depth


@dataclass(frozen=True, slots=True)
class Service:
    """`median` is of ordinary requests, `slow` of the `heavy` share that takes longer; seconds."""

    name: str
    major: int
    per_second: float
    median: float
    slow: float
    heavy: float
    cores: float
    memory: float  # bytes


@dataclass(frozen=True, slots=True)
class Database:
    name: str
    service: str
    queries: float  # a second
    median: float  # seconds
    busy: float  # connections in use, of POOL


@dataclass(frozen=True, slots=True)
class Tool:
    """Something that asks a language model; prices are US dollars for a million tokens."""

    name: str
    model: str
    per_second: float
    prompt: float  # tokens a request
    answer: float
    prompt_price: float
    answer_price: float
    seconds: float


POOL = 50
MIB = 2.0**20
GIB = 2.0**30
MEMORY_LIMIT = 1.5 * GIB

SERVICES = (
    Service("frontend", 5, 95.0, 0.032, 0.13, 0.06, 0.9, 310 * MIB),
    Service("catalog", 3, 70.0, 0.021, 0.075, 0.08, 0.7, 420 * MIB),
    Service("search", 1, 42.0, 0.060, 0.21, 0.09, 1.3, 520 * MIB),
    Service("checkout", 2, 24.0, 0.055, 0.17, 0.07, 0.5, 380 * MIB),
    Service("payments", 4, 11.0, 0.082, 0.28, 0.06, 0.3, 290 * MIB),
    Service("auth", 2, 33.0, 0.018, 0.08, 0.05, 0.4, 240 * MIB),
    Service("shipping", 1, 7.0, 0.048, 0.19, 0.07, 0.25, 260 * MIB),
)

DATABASES = (
    Database("orders-db", "checkout", 60.0, 0.014, 19.0),
    Database("catalog-db", "catalog", 130.0, 0.011, 23.0),
    Database("payments-db", "payments", 28.0, 0.018, 12.0),
    Database("users-db", "auth", 75.0, 0.010, 15.0),
)

TOOLS = (
    Tool("support-bot", "gpt-4.1-mini", 0.011, 800, 210, 0.40, 1.60, 1.5),
    Tool("search-answers", "gpt-4.1-mini", 0.016, 520, 120, 0.40, 1.60, 0.9),
    Tool("product-copy", "gpt-4.1", 0.0016, 950, 640, 2.00, 8.00, 4.2),
    Tool("triage", "claude-sonnet-4", 0.0009, 1400, 320, 3.00, 15.00, 3.1),
)

CLUSTER = "shops"
SHOPS = 60  # merchants with a shop of their own, in a namespace each
SHOPS_REGION = "us-east-2"
PODS = 5  # of each

HOSTS = tuple(
    (f"node-{number}.{region}", region, env) for region, env in PLACES for number in ((1, 2) if env == "prod" else (9,))
)
