"""What comes out of a file?  Texts with remarks, or a refusal; and the limits that every reader keeps."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple


class Remark(NamedTuple):
    """Something done to a text or doubtful about it; `kind` is an id of messages.MESSAGES, `detail` fills its blank."""

    kind: str
    count: int = 1
    detail: str = ""


@dataclass
class Reading:
    """One text of a file: `part` names it inside the file ("#3" is row 3 of a table), `marks` are (start, end, reason).

    `decoded` is the text before repairs where they changed it: brat counts its characters.
    """

    text: str
    remarks: list[Remark] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)
    marks: list[tuple[int, int, str]] = field(default_factory=list)
    part: str = ""
    decoded: str = ""


class Refusal(Exception):
    """A file that gives no usable text; `kind` and `detail` as in Remark."""

    def __init__(self, kind: str, detail: str = ""):
        super().__init__(kind, detail)
        self.kind, self.detail = kind, detail


@dataclass(frozen=True)
class Limits:
    """What one file may cost."""

    file_bytes: int = 64 << 20
    expanded_bytes: int = 256 << 20
    expansion_ratio: int = 200
    parts: int = 5_000
    pages: int = 5_000
    rows: int = 200_000
    depth: int = 4  # archives inside archives
    folder_depth: int = 40
    seconds: float = 20.0
    memory_bytes: int = 2 << 30
