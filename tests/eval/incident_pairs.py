"""Pairs of issue titles, of our own: the same trouble told twice, and look-alikes that are two.

A title may have labels in front: `service=checkout region=eu-west-1 | Latency is high`. Of each list every other pair
was tuned on; the rest only judges.
"""

import re
from collections.abc import Sequence

from bot.analysis.similarity import Told

Pair = tuple[Told, Told]

_SAME = """
Checkout latency p95 above 500 ms ~ Checkout answers slowly
service=checkout | p95 latency is high ~ service=checkout | Requests take too long
Payment failures above 5 % ~ Card charges are failing
Disk nearly full on worker-3 ~ worker-3 is running out of disk space
Disk usage 91% on db-1 ~ Disk usage 93% on db-1
TLS certificate for api.example.com expires in 6 days ~ The SSL cert of api.example.com is about to expire
Database connection pool exhausted ~ DB connections used up
Nobody can log in ~ Login failures for all users
Kafka consumer lag on orders keeps growing ~ Backlog of orders is piling up in Kafka
Memory usage above 95 % on cache-2 ~ cache-2 is nearly out of memory
Pod search-api restarts again and again ~ search-api is in CrashLoopBackOff
Replica lag of the orders database above 30 s ~ The orders database standby lags behind
service=search | CPU above 90 % ~ service=search | Processor usage at 96 %
Error rate of the catalog API is 8 % ~ Catalog API returns many 5xx
Support bot cost per hour doubled ~ The support bot spends twice its usual budget
Checkout is down in eu-west-1 ~ Checkout unreachable in eu-west-1
Google Ads sync fails with 401 ~ Sync with Google Ads rejected, 401
E-mail delivery is delayed ~ Mails are sent late
Webhook queue depth above 10,000 ~ Webhooks: pending queue grows above 12,000
Node worker-12 not ready ~ worker-12 does not respond, kubelet not ready
Too many requests from OpenAI (429) ~ OpenAI answers 429s, rate limited
service=payments | HTTP 503 from the provider ~ service=payments | Provider calls fail with 503
Elasticsearch heap above 90 % ~ Elasticsearch JVM memory pressure
Nightly backup of billing failed ~ Billing backup did not finish last night, failed
DNS lookups time out in us-east-1 ~ Slow DNS resolution in us-east-1
service=inventory region=us-east-1 | Latency 1.2 s ~ service=inventory region=us-east-1 | Slow responses, p99 1.4 s
Session store Redis unreachable ~ Redis for sessions is down
Product images do not load, CDN errors ~ CDN fails for product images
Orders stuck in pending state ~ Orders wait in the queue and do not move, pending
ClickHouse merges fall behind, slow inserts ~ Slow inserts into ClickHouse
service=auth | Login errors at 12 % ~ service=auth | Sign-in fails for many users
Traffic to the shop dropped by 60 % ~ Shop gets far fewer visitors, traffic down
Cart service memory leak, OOMKilled ~ Cart pods killed, out of memory
Deploy of billing failed ~ Billing release failed
Prompt tokens of the support bot are three times normal ~ Support bot sends far more tokens than usual
Cron job report-export has not run ~ report-export cron missed its run
SMTP connections refused by the relay ~ Mail relay refuses connections
Search index is stale, last update 3 h ago ~ Search index not updated for hours, stale
Load balancer unhealthy targets in prod ~ Unhealthy targets behind the load balancer
Feature store reads slow ~ Feature store latency high
"""

_DIFFERENT = """
Node disk pressure on worker-3 ~ Node disk pressure on worker-7
Checkout latency is high ~ Payments latency is high
Checkout is down in eu-west-1 ~ Checkout is down in us-east-1
service=checkout | Latency above 500 ms ~ service=checkout | Error rate above 5 %
service=checkout | p95 latency is high ~ service=search | p95 latency is high
TLS certificate for api.example.com expires ~ TLS certificate for shop.example.com expires
Kafka consumer lag on orders ~ Kafka consumer lag on invoices
Memory usage above 95 % on cache-2 ~ CPU usage above 95 % on cache-2
Disk full on db-1 ~ Replication lag on db-1
Error rate of the catalog API is 8 % ~ Error rate of the billing API is 8 %
Nightly backup of billing failed ~ Nightly backup of orders failed
Deploy of billing failed ~ Deploy of search failed
Login failures for all users ~ Payment failures for all users
service=payments region=eu-west-1 | Errors ~ service=payments region=us-east-1 | Errors
service=search | CPU above 90 % ~ service=search | Index is stale
Google Ads sync fails ~ Facebook Ads sync fails
Redis memory above 90 % ~ Redis connections refused
Pod search-api restarts ~ Pod cart-api restarts
tenant=acme | Orders stuck in pending ~ tenant=globex | Orders stuck in pending
Support bot cost doubled ~ Support bot latency doubled
Elasticsearch heap above 90 % ~ Elasticsearch disk above 90 %
DNS lookups time out ~ SMTP connections time out
env=prod | Checkout errors ~ env=staging | Checkout errors
Traffic to the shop dropped ~ Conversion of the shop dropped
Webhook queue depth above 10,000 ~ E-mail queue depth above 10,000
Database connection pool exhausted ~ Database backup failed
Node worker-12 not ready ~ Node worker-12 disk nearly full
Product images do not load ~ Product prices do not load
service=auth | Login errors ~ service=auth | Certificate expires in 3 days
Replica lag of the orders database ~ Replica lag of the users database
Cron job report-export has not run ~ Cron job cleanup has not run
Cart service memory leak ~ Cart service traffic doubled
OpenAI answers 429s ~ Shopify answers 429s
Slow inserts into ClickHouse ~ Slow reads from the feature store
Prompt tokens of the support bot rise ~ Prompt tokens of the sales bot rise
Load balancer unhealthy targets ~ Load balancer certificate expires
namespace=shop | Pods not ready ~ namespace=blog | Pods not ready
instance=web-1 | Latency is high ~ instance=web-2 | Latency is high
Search index is stale ~ Search answers slowly
Billing service is down ~ Inventory service is down
"""


def _told(text: str) -> Told:
    labels, _, title = text.rpartition("|")
    return Told(title.strip(), dict(re.findall(r"(\w+)=(\S+)", labels)))


def _pairs(listed: str) -> Sequence[Pair]:
    lines = [line.split(" ~ ") for line in listed.strip().splitlines()]
    return [(_told(one), _told(other)) for one, other in lines]


SAME, DIFFERENT = _pairs(_SAME), _pairs(_DIFFERENT)


def halves(pairs: Sequence[Pair]) -> tuple[Sequence[Pair], Sequence[Pair]]:
    """Tuned on, and judged by."""
    return pairs[::2], pairs[1::2]
