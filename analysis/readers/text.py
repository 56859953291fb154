"""How do bytes become text?  Plain text and Markdown in any of the encodings Chinese texts come in."""

from __future__ import annotations

from .result import Reading, Refusal, Remark


def read_text(data: bytes) -> Reading:
    """Decode a text file."""
    if not data.strip():
        raise Refusal("empty_file")
    text, encoding, remarks = decode(data)
    return Reading(text, remarks)


def decode(data: bytes) -> tuple[str, str, list[Remark]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        text = data.decode("utf-8", "replace")
    remarks = []
    if "\r" in text:
        remarks.append(Remark("line_ends", text.count("\r")))
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text, encoding, remarks
