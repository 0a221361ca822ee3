"""A label value and the shorter names people have for it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

POD = re.compile(r"(?:-(?:[a-f0-9]{4,10}|(?=[a-f]{0,2}\d)[a-f0-9]{3}))?-(?:[a-z0-9]{5}|\d{1,3}|[a-z])(?::\d+)?$")

_PORT = re.compile(r":\d+$")

# Where one value stands in several labels, the label that people mean first.
_FIRST = (
    "service", "app", "application", "service_name", "svc", "component", "job", "deployment", "namespace", "container",
    "workload", "queue", "topic", "pod", "instance", "node",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Held:
    """A value of a label; `quality` 1 where it was written out, less where it is meant."""

    label: str
    values: tuple[str, ...]
    quality: float


def aliases(low: str) -> Iterator[str]:
    """Shorter names of a value: a host without port and domain, a site without scheme, a service without suffix."""
    bare = _PORT.sub("", low.removeprefix("https://").removeprefix("http://").rstrip("/"))
    if bare != low and bare:
        yield bare
    if "@" in bare and "." not in bare:  # rabbit@mq-2
        yield bare.rsplit("@", 1)[1]
    if bare.endswith(".") and len(bare) > 1:  # a zone as DNS writes it
        yield bare.rstrip(".")
    if bare.endswith(":") and len(bare) == 2:  # the drive D:
        yield bare[0]
    if "." in bare and not re.fullmatch(r"[\d.]+", bare) and not bare.startswith("/"):
        yield bare.split(".")[0]
    for suffix in ("-service", "-svc", "-api", "-server", "-app", "_service", "-worker", "-prod"):
        if bare.endswith(suffix) and len(bare) > len(suffix) + 1:
            yield bare.removesuffix(suffix)
    if match := re.fullmatch(r"([a-z]{2,3})-([a-z]+)-(\d+[a-z]?)", bare):  # eu-west-1
        yield match[1]
        yield f"{match[1]}-{match[2]}"
    if "/" in bare and not bare.startswith("/") and "{" not in bare:  # node/pve2
        yield bare.rsplit("/", 1)[1]
    if bare.startswith("/") and len(bare) > 2:
        yield bare.strip("/")
        if bare.count("/") > 1:
            yield "/" + bare.rstrip("/").rsplit("/", 1)[1]
            if (last := bare.rstrip("/").rsplit("/", 1)[1]).isalpha() and len(last) > 3:
                yield last
    if ":" not in bare and "-" in bare and re.fullmatch(r"[a-z]+(?:-[a-z]+)*-\d+", bare):
        yield bare.replace("-", "")


def pieces(value: str) -> Iterator[str]:
    """`lte` of WAN_LTE, `cpu1` of CPU1 Temp, `pve2` of node/pve2."""
    found = re.split(r"[^a-z0-9]+", value.lower())
    if 1 < len(found) < 6:
        yield from (one for one in found if len(one) > 2 and not one.isdigit())


def explained_in(about: str, values: Iterable[str]) -> Iterator[tuple[str, str]]:
    """What a help text calls a value: `receive-pack is a push, upload-pack a fetch`."""
    for value in values if " a" in about else ():
        if len(value) > 2 and value in about:
            for match in re.finditer(
                rf"(?<![\w-]){re.escape(value)} (?:is |are |means )?an? (?P<noun>[a-z]{{3,}})", about
            ):
                yield value, match["noun"]


_NUMBERED = re.compile(r"([a-z]+)[-_]?(\d{1,3})")


def numbered(label: str, value: str) -> Iterator[str]:
    """`line 2` for L2, `hall 1` for h1, `db 1` for db1."""
    if match := _NUMBERED.fullmatch(_PORT.sub("", value.lower())):
        noun = label.lower().rsplit("_", 1)[-1]
        if noun.startswith(match[1]) and noun.isalpha():
            yield f"{noun} {match[2]}"
        if len(match[1]) > 1:
            yield f"{match[1]} {match[2]}"


def first_label(labels: list[str]) -> str:
    return min(labels, key=lambda label: (_FIRST.index(label) if label in _FIRST else 99, label))
