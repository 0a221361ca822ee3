"""More words for one thing, made one word before anything else is read. Data only."""

from collections.abc import Mapping

# More words for one thing become one word before anything else is read.
PHRASES: Mapping[str, str] = {
    "as a table": " ", "in a table": " ", "as table": " ", "i mean": " ",
    "standard deviation": "stddev", "std dev": "stddev", "std deviation": "stddev",
    "no wait": " ", "wait no": " ",
    "w/o": "without", "w/": "with ", " w ": " with ", "thru": "through", " rn": " now", "atm": "now",
    "per-": "per ", "by-": "by ",
    "reqs": "requests", "oom killed": "oomkilled", "oom-killed": "oomkilled", "oom kills": "oomkilled",
    "out of memory kills": "oomkilled",
    "bandwidth in": "bandwidth received", "traffic in": "traffic received", "data in": "data received",
    "network in": "network received", "throughput in": "throughput received",
    "response times": "latency", "response time": "latency", "round trip time": "rtt", "round trips": "rtt", "round-trips": "rtt", "round trip": "rtt", "round-trip time": "rtt",
    "time to first byte": "ttfb", "file descriptors": "fds", "file descriptor": "fds", "file handles": "fds",
    "open files": "fds", "garbage collections": "gc", "garbage collection": "gc", "out of memory": "oom",
    "out-of-memory": "oom", "dead letters": "dlq", "dead letter": "dlq", "dead-letter": "dlq", "load avg": "load",
    "load average": "load", "load averages": "load", "network cards": "device", "network card": "device",
    "set up": "setup", "log-ins": "logins", "sign-ins": "logins", "sign ins": "logins", "signins": "logins", "sign-in": "login", "sign in": "login", "log-in": "login", "sign ups": "signups", "sign up": "signup",
    "check outs": "checkouts", "check out": "checkout", "time outs": "timeouts", "time out": "timeout",
    "timed out": "timeout", "times out": "timeout", "rate limited": "ratelimited", "rate-limited": "ratelimited",
    "hard disk": "disk", "hard drives": "disk", "hard drive": "disk", "thread pool": "threadpool",
    "kicked out": "evicted", "thrown out": "evicted", "cold starts": "coldstarts", "cold start": "coldstart",
    "left over": "remaining", "up time": "uptime", "through put": "throughput", "back log": "backlog",
    "stop the world": "pause", "stop-the-world": "pause", "not ok": "failed", "not successful": "failed",
    "unsuccessful": "failed", "in flight": "inflight", "in-flight": "inflight", "in progress": "running",
    "in-progress": "running", "in use": "used", "page views": "pageviews", "crash loops": "crashloop",
    "crash looping": "crashloop", "crashlooping": "crashloop", "crash loop": "crashloop", "went wrong": "failed",
    "data transferred": "traffic bytes", "response code": "status_code", "response codes": "status_code",
    "status codes": "status_code", "status code": "status_code", "http status": "status_code",
    "http code": "status_code", "http codes": "status_code", "http method": "method", "http verb": "method",
    "consumer groups": "consumergroup", "consumer group": "consumergroup", "availability zones": "zone",
    "availability zone": "zone", "data center": "datacenter", "data centers": "datacenter",
    "data centre": "datacenter", "data centres": "datacenter", "mount point": "mountpoint",
    "mount points": "mountpoint", "full gc": "major gc", "message of the error": "message", "p 99": "p99",
    "p 95": "p95", "p 50": "p50", "p 90": "p90", "turn around": "duration", "wall time": "duration",
}  # fmt: skip
