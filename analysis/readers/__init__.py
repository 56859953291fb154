"""How does a file become text?  One function a format."""

from __future__ import annotations

from .result import Limits, Reading, Refusal, Remark
from .text import read_text

READERS = {".txt": read_text, ".md": read_text}


def read_file(data: bytes, suffix: str, limits: Limits = Limits()) -> list[Reading]:
    """Read the texts of a file; raises Refusal where there are none."""
    if suffix not in READERS:
        raise Refusal("unsupported", suffix or "no suffix")
    return [READERS[suffix](data)]
