"""What stands around the services and exposes figures of its own: hosts, providers, queues and AI tools."""

from collections.abc import Iterator

import numpy as np

from integrations.demo.levels import Exposed, Target, constant, durations, histogram, paced, up, usually
from integrations.demo.measures import Counter, Gauge, Part, Spot
from integrations.demo.signals import WEEK, Floats, Instants, Rhythm, Stream
from integrations.demo.town import GIB, MIB, PODS, SHOPS, Tool

ANSWER_BOUNDS = (0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 20.0, float("inf"))
CORES = 2
HOST_MEMORY = 16 * GIB
DISK = 200 * GIB
FILLING = "node-1.us-east-2"  # its disk fills in the course of every week
STEADY = Rhythm(0.0, weekend=1.0)


def host(spot: Spot) -> Target:
    labels = {"instance": spot.thing, "region": spot.region, "env": spot.env}
    exposed = (
        ("up", {"job": "node", **labels}, up()),
        *_processor(labels, spot),
        ("node_memory_MemTotal_bytes", labels, constant(HOST_MEMORY)),
        ("node_memory_MemAvailable_bytes", labels, usually(0.42 * HOST_MEMORY, rhythm=-0.2, unrest=0.08)),
        *_disks(labels),
        *_flows(labels, spot),
    )
    return Target(spot, exposed)


def _processor(labels: dict[str, str], spot: Spot) -> Iterator[Exposed]:
    for cpu in range(CORES):
        core = {**labels, "cpu": str(cpu)}
        used = [
            (mode, Part(Stream(spot.key(mode, cpu), share, paced(spot.region, 0.4), 0.07), lambda _: 1.0))
            for mode, share in (("user", 0.42), ("system", 0.08), ("iowait", 0.02))
        ]
        clock = Part(Stream(spot.key("clock"), 1.0, STEADY, 0.0), lambda _: 1.0)
        rest = (Part(part.stream, lambda _: -1.0) for _, part in used)
        yield "node_cpu_seconds_total", {**core, "mode": "idle"}, Counter((clock, *rest), whole=False)
        for mode, part in used:
            yield "node_cpu_seconds_total", {**core, "mode": mode}, Counter((part,), whole=False)


def _disks(labels: dict[str, str]) -> Iterator[Exposed]:
    def data(spot: Spot, instants: Instants) -> Floats:
        gone = instants.at / WEEK if spot.thing == FILLING else np.full(len(instants.at), 0.35)
        free = DISK * (0.86 - 0.8 * gone + 0.01 * spot.wander(instants, "disk"))
        return np.floor(np.maximum(free, 0) / 4096) * 4096

    for mount, free in (("/", usually(0.61 * DISK, unrest=0.01)), ("/data", Gauge(data))):
        there = {**labels, "mountpoint": mount}
        yield "node_filesystem_size_bytes", there, constant(DISK)
        yield "node_filesystem_avail_bytes", there, free


def _flows(labels: dict[str, str], spot: Spot) -> Iterator[Exposed]:
    for name, device, rate in (
        ("node_disk_read_bytes_total", "nvme0n1", 42 * MIB),
        ("node_disk_written_bytes_total", "nvme0n1", 65 * MIB),
        ("node_network_receive_bytes_total", "eth0", 9 * MIB),
        ("node_network_transmit_bytes_total", "eth0", 14 * MIB),
    ):
        flow = Stream(spot.key(name), rate, paced(spot.region, 0.45), 0.15)
        yield name, {**labels, "device": device}, Counter((Part(flow, lambda _: 1.0),))


def provider(seconds: float, spot: Spot) -> Target:
    labels = {"provider": spot.thing, "env": spot.env}
    answers = usually(seconds, rhythm=0.1, unrest=0.25, state=lambda state: state.slow)
    exposed = (
        ("external_service_up", labels, up()),
        ("external_service_response_seconds", labels, answers),
    )
    return Target(spot, exposed)


def queue(queue: str, depth: float, spot: Spot) -> Target:
    usual = usually(depth, rhythm=0.8, unrest=0.6)

    def level(spot: Spot, instants: Instants) -> Floats:
        """What cannot be paid waits."""
        return np.floor(np.maximum(usual(spot, instants), 0) + 1400 * spot.each(instants, lambda state: state.errors))

    return Target(spot, (("queue_depth", {"queue": queue, "env": spot.env}, Gauge(level)),))


def shops(spot: Spot) -> Target:
    """The pods of all merchants run on one cluster, and share its fate."""
    place = {"region": spot.region, "env": spot.env}
    names = [f"shop-{shop:02d}" for shop in range(1, SHOPS + 1)]
    pods = [{**place, "namespace": name, "pod": f"{name}-{pod}"} for name in names for pod in range(1, PODS + 1)]
    return Target(spot, tuple(("kube_pod_status_ready", pod, up()) for pod in pods))


def tool(tool: Tool, spot: Spot) -> Target:
    labels = {"tool": tool.name, "model": tool.model}
    asked = durations(spot, "requests", tool.per_second, 0.1, tool.seconds, tool.seconds * 1.9)
    dear = (tool.prompt * tool.prompt_price, tool.answer * tool.answer_price)
    cost = asked.all(lambda state: state.load * (dear[0] * state.tokens + dear[1]) / 1e6)
    exposed = (
        ("ai_requests_total", {**labels, "outcome": "success"}, asked.all(lambda state: state.load * 0.985)),
        ("ai_requests_total", {**labels, "outcome": "error"}, asked.all(lambda state: state.load * 0.015)),
        ("ai_tokens_total", {**labels, "direction": "prompt"}, asked.all(lambda s: s.load * tool.prompt * s.tokens)),
        ("ai_tokens_total", {**labels, "direction": "completion"}, asked.all(lambda s: s.load * tool.answer)),
        ("ai_cost_usd_total", labels, Counter(cost.parts, whole=False)),
        *histogram("ai_request_duration_seconds", labels, asked, ANSWER_BOUNDS),
    )
    return Target(spot, exposed)
