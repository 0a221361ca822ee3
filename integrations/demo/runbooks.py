"""The demo world's runbooks: short, real advice for what its rules find."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Runbook:
    title: str
    says: str
    steps: tuple[str, ...]


RUNBOOKS: Mapping[str, Runbook] = {
    "slow-service": Runbook(
        "A service answers slowly",
        "The slowest requests take more than twice as long as they usually do.",
        (
            "Ask for its deployments today. Was one just before the rise, take it back; look for the cause then.",
            "Ask for database connections by state. A pool that is used up makes everything above it wait.",
            "Ask for its latency by region. One region alone points at the network there.",
            "Ask for the request rate. Twice the usual load: add instances.",
        ),
    ),
    "slow-region": Runbook(
        "A region answers slowly",
        "All services of one region are slow at once, so it is none of them.",
        (
            "Look at the status page of the cloud provider for that region.",
            "Shift traffic to the other regions, a tenth at a time, and watch their latency.",
            "Shift it back only when the region has been well for half an hour.",
        ),
    ),
    "errors": Runbook(
        "More errors than the SLO allows",
        "More than 3 % of the requests to a service end with a 5xx.",
        (
            "Ask for its errors by region. One region alone: take it out of the rotation.",
            "Ask for its deployments today, and take back what was deployed just before.",
            "Payments fail: look whether the provider answers, and whether certificates have expired.",
        ),
    ),
    "database-pool": Runbook(
        "The connections of a database are nearly used up",
        "Whoever needs a connection now has to wait, and its callers wait with it.",
        (
            "Find who holds connections for long: reports and migrations first.",
            "End the longest transaction that nobody needs.",
            "Make the pool larger only when the database itself has memory for it.",
        ),
    ),
    "service-down": Runbook(
        "A service is down",
        "It cannot be scraped, and answers nobody.",
        (
            "Look at the last lines of its log: a crash at the start is nearly always its configuration.",
            "Take the last deploy or change of configuration back.",
            "One region alone: send its traffic to another one.",
            "Tell customers when it lasts longer than ten minutes.",
        ),
    ),
    "payment-provider": Runbook(
        "The payment provider does not answer",
        "Cards cannot be charged; orders wait in their queue and are not lost.",
        (
            "Look at the provider's status page, and open a case there.",
            "Offer payment by invoice in the shop.",
            "Ask for the queue depth of orders. It empties by itself when the provider is back.",
        ),
    ),
    "ai-tokens": Runbook(
        "A tool sends far more prompt tokens than usual",
        "Its answers become slower and dearer, and nobody notices until the bill comes.",
        (
            "Ask for its cost and its tokens over the last 24 hours, to see since when.",
            "Look at the last change of its prompt: whole conversations must not be sent along.",
            "Cap the history that is sent, and watch the tokens a request fall.",
        ),
    ),
    "pods": Runbook(
        "Pods are not ready",
        "They run, or cannot start, and take no requests.",
        (
            "Many namespaces at once: it is the cluster and not the merchants. Look at its nodes and its network.",
            "One namespace alone: look at the events of its pods, and at the last change of its configuration.",
            "Nodes that are gone for ten minutes: drain them, so that pods start elsewhere.",
        ),
    ),
}
