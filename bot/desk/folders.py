"""Folders of Markdown files as documents: what is new or changed is kept, what went away goes, what is bad is named."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.desk import documents
from bot.model.document import LARGEST, Document, DocumentDraft, Tag, id_of
from bot.model.errors import Misconfigured, Problem
from bot.ports.knowledge import Documents
from bot.query.named import metrics_named

MOST_FILES = 50_000
_FRONT = re.compile(r"\A---[ \t]*\n(?P<front>.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^#[ \t]+(?P<title>.+?)[ \t#]*$", re.MULTILINE)


class Front(BaseModel):
    """What may stand above a page; other words there are somebody else's."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    title: str = Field("", max_length=200)
    category: str = Field("", max_length=60)
    tags: tuple[Tag, ...] | Annotated[str, Field(max_length=500)] = ()
    url: str = Field("", max_length=1000)


@dataclass(frozen=True, slots=True)
class Read:
    """`bad`: a sentence for each file that could not be read. What of it was kept before stays, named in `unread`."""

    documents: Sequence[Document]
    bad: Sequence[str] = ()
    unread: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Imported:
    added: int = 0
    changed: int = 0
    same: int = 0
    removed: int = 0
    bad: Sequence[str] = field(default_factory=tuple)


def read(folder: Path, *, everyone: bool = False) -> Read:
    """Blocks. Raises Misconfigured where there is no such folder: an empty one would take everything away."""
    if not folder.is_dir():
        raise Misconfigured(f"There is no folder {folder}.")
    found: list[Document] = []
    bad: dict[str, str] = {}
    files = sorted(path for path in folder.rglob("*") if path.suffix.lower() in (".md", ".markdown"))
    for file in files[:MOST_FILES]:
        path = file.relative_to(folder).as_posix()
        if any(part.startswith(".") for part in file.relative_to(folder).parts):
            continue
        try:
            found.append(_document(file, path, place_of(folder), everyone=everyone))
        except Problem as problem:
            bad[path] = problem.says
    return Read(found, tuple(bad.values()), frozenset(bad))


def place_of(folder: Path) -> str:
    return folder.absolute().as_posix()


async def keep(shelf: Documents, read: Read, place: str) -> Imported:
    """In one unit of work: nobody sees half of a folder."""
    standing = {one.id: one for one in await shelf.of_place(place)}
    added, changed, same = [], [], 0
    for one in read.documents:
        before = standing.pop(one.id, None)
        if before is None:
            added.append(one)
        elif replace(before, updated_at=one.updated_at, unknown=()) != one:
            changed.append(replace(one, unknown=tuple(name for name in before.unknown if name in one.metrics)))
        else:
            same += 1
    gone = [id_ for id_, one in standing.items() if one.path not in read.unread]
    await shelf.save([*added, *changed])
    await shelf.remove(gone)
    return Imported(len(added), len(changed), same, len(gone), read.bad)


def _document(file: Path, path: str, place: str, *, everyone: bool) -> Document:
    try:
        status = file.stat()
    except OSError:
        raise Misconfigured(f"{path} cannot be read.") from None
    if status.st_size > LARGEST:
        raise Misconfigured(f"{path} is larger than {LARGEST // 1000} kB.")
    front, content = parted(documents.text_of(file, "The page").replace("\r\n", "\n"), path)
    draft = _draft(front, content, path)
    return Document(
        id_of("folder", f"{place}/{path}"), draft.title, draft.content, datetime.fromtimestamp(status.st_mtime, UTC),
        "folder", draft.category, draft.tags, draft.url, place=place, path=path, everyone=everyone,
        metrics=metrics_named(draft.content),
    )  # fmt: skip


def parted(text: str, path: str) -> tuple[Front, str]:
    """What stands above a page, and the page."""
    found = _FRONT.match(text)
    front = documents.parse(found["front"], path, Front) if found else Front.model_validate({})
    content = text[found.end() :].strip() if found else text.strip()
    if not content:
        raise Misconfigured(f"{path} is empty.")
    return front, content


def heading(content: str) -> str:
    found = _HEADING.search(content)
    return found["title"] if found else ""


def tags_of(front: Front) -> tuple[str, ...]:
    return front.tags if not isinstance(front.tags, str) else tuple(re.findall(r"[^,\s]+", front.tags))


def _draft(front: Front, content: str, path: str) -> DocumentDraft:
    title = front.title or heading(content) or Path(path).stem.replace("-", " ").replace("_", " ")
    given = {"category": front.category, "tags": tags_of(front), "url": front.url}
    try:
        return DocumentDraft.model_validate({"title": title[:200], "content": content, **given})
    except ValidationError as problem:
        first = problem.errors(include_url=False, include_input=False)[0]
        says = first["msg"].removeprefix("Value error, ").lower()
        raise Misconfigured(f"{path}, {first['loc'][0]}: {says}.") from None
