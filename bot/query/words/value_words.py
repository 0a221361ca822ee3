"""Label values in the other words people have for them. Data only."""

from collections.abc import Mapping

# Label values people say in other words.
VALUES: Mapping[str, tuple[str, ...]] = {
    "prod": ("production", "prd", "live"), "production": ("prod", "prd", "live"), "live": ("prod", "production"),
    "staging": ("stage", "stg"), "stage": ("staging", "stg"), "stg": ("staging", "stage"),
    "dev": ("development",), "development": ("dev",), "europe": ("eu", "emea"), "european": ("eu",),
    "america": ("us", "na"), "american": ("us", "na"), "usa": ("us",), "asia": ("ap", "apac"),
    "germany": ("de", "DE"), "france": ("fr",), "netherlands": ("nl",), "britain": ("uk", "gb"), "uk": ("gb",),
    "inbound": ("in", "ingress", "receive"), "outbound": ("out", "egress", "transmit"),
    "incoming": ("in", "inbound", "ingress"), "outgoing": ("out", "outbound", "egress"),
    "input": ("prompt", "in"), "output": ("completion", "out"), "prompt": ("input",), "completion": ("output",),
    "hits": ("hit",), "misses": ("miss",), "missed": ("miss",), "kernel": ("system",),
    "successful": ("success", "ok", "succeeded", "completed"), "success": ("ok", "succeeded", "successful"),
    "succeeded": ("success", "ok"), "failed": ("failure", "failed", "error", "fail", "ko"),
    "failure": ("failed", "error", "fail", "ko"), "failures": ("failure", "failed", "error", "fail", "ko"),
    "failing": ("failure", "failed", "error"), "error": ("failed", "failure", "fail", "errors", "ko"),
    "errors": ("error", "failed", "failure", "fail", "ko"), "erroring": ("error", "failed", "failure"),
    "declined": ("decline", "rejected", "refused"), "refused": ("declined", "rejected"),
    "rejected": ("declined", "refused", "reject"), "approved": ("accepted", "success", "authorized"),
    "waiting": ("queued", "pending", "idle"), "finished": ("completed", "done", "success", "succeeded"),
    "completed": ("finished", "done", "success", "succeeded"), "busy": ("active", "used"),
    "used": ("in_use",), "free": ("idle", "available"), "young": ("minor",), "minor": ("young",),
    "major": ("old", "full"), "timeouts": ("timeout",), "timeout": ("timed_out", "deadline_exceeded"),
    "received": ("receive", "in"), "sent": ("transmit", "out", "send"), "canary": ("canary",),
}  # fmt: skip
