"""Which files are in the folder?  Every entry, archives opened, with its texts or the reason why there are none."""

from __future__ import annotations

import hashlib
import os
import queue
import re
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Iterator

from analysis.readers import IN_CHILD, format_of, read_bytes
from analysis.readers.archive import unpack
from analysis.readers.child import Child
from analysis.readers.result import Limits, Reading, Refusal, Remark
from analysis.readers.text import decode

SYSTEM = re.compile(r"^(?:\..*|~\$.*|thumbs\.db|desktop\.ini|__macosx|\$recycle\.bin|@eadir|.*~|.*\.(?:tmp|crdownload|part))$", re.I)
ABOUT = re.compile(r"^(?:readme|licen[cs]e|copying|notice|changelog)(?:\.\w{2,5}){0,2}$", re.I)  # files about the folder, not in it
METADATA = "metadata.csv"
PLAIN = 1 << 18  # bytes of plain text that are read without a time limit: under a second, whatever they are


@dataclass
class Entry:
    """One file, in the folder or in an archive: its texts, what is to be said of it, its bytes if it tells of others."""

    name: str
    readings: list[Reading] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    digest: str = ""
    size: int = 0
    metadata: bytes = b""
    annotations: bytes | None = None


def read_folder(folder: Path, limits: Limits, text_column: str | None = None, processes: int = 2) -> list[Entry]:
    """Read every file of a folder and of the folders in it, in the order of their names."""
    children: queue.SimpleQueue = queue.SimpleQueue()
    every = [Child(limits) for _ in range(processes)]
    for child in every:
        children.put(child)

    def read(found: tuple[str, str, Remark | None]) -> list[Entry]:
        name, path, remark = found
        return [Entry(name, remarks=[remark])] if remark else read_path(name, path, limits, text_column, children)

    try:
        with ThreadPoolExecutor(processes) as pool:
            return [entry for entries in pool.map(read, walk(folder, limits)) for entry in entries]
    finally:
        for child in every:
            child.close()


# ---------------------------------------------------------------------------------------------------------------- entries

def walk(folder: Path, limits: Limits) -> Iterator[tuple[str, str, Remark | None]]:
    """Each entry's name and path, and a remark where it is not to be opened. No link is followed out of the folder."""
    root = os.path.realpath(folder)
    waiting = [("", root, 0)]
    found = []
    while waiting:
        prefix, path, depth = waiting.pop()
        try:
            entries = list(os.scandir(path))
        except OSError as error:
            found.append((prefix.rstrip("/") or ".", path, Remark("unreadable", 1, error.strerror or "")))
            continue
        if not entries and prefix:
            found.append((prefix, path, Remark("empty_folder")))
        for entry in entries:
            name = prefix + entry.name
            remark = examine(entry, root)
            if entry.is_symlink() or remark or not entry.is_dir(follow_symlinks=False):
                found.append((name, entry.path, remark))
            elif depth >= limits.folder_depth:
                found.append((name + "/", entry.path, Remark("too_deep", 1, str(limits.folder_depth))))
            else:
                waiting.append((name + "/", entry.path, depth + 1))
    yield from sorted(((displayed(name), path, remark or system_file(name)) for name, path, remark in found), key=lambda one: one[0])


def examine(entry: os.DirEntry, root: str) -> Remark | None:
    """Say why an entry is not opened: links, pipes, devices."""
    if entry.is_symlink() or getattr(entry, "is_junction", lambda: False)():
        target = os.path.realpath(entry.path)
        if not os.path.exists(target):
            return Remark("broken_link")
        inside = target == root or target.startswith(root.rstrip(os.sep) + os.sep)
        return Remark("link_inside", 1, displayed(os.path.relpath(target, root)).replace(os.sep, "/")) if inside else Remark("link_outside")
    try:
        mode = entry.stat(follow_symlinks=False).st_mode
    except OSError as error:
        return Remark("unreadable", 1, error.strerror or "")
    return None if stat.S_ISREG(mode) or stat.S_ISDIR(mode) else Remark("special_file")


def system_file(name: str) -> Remark | None:
    parts = name.rstrip("/").split("/")
    if any(SYSTEM.match(part) for part in parts):
        return Remark("hidden_file")
    return Remark("about_file") if ABOUT.match(parts[-1]) and not name.endswith("/") else None


def displayed(name: str) -> str:
    """A file name that can be printed and written to JSON; bytes that are no UTF-8 are shown as \\xb9."""
    return os.fsencode(name).decode("utf-8", "backslashreplace") if any("\ud800" <= sign <= "\udfff" for sign in name) else name


# ---------------------------------------------------------------------------------------------------------------- one file

def read_path(name: str, path: str, limits: Limits, text_column: str | None, children: queue.SimpleQueue) -> list[Entry]:
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(descriptor, "rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size > limits.file_bytes:
                return [Entry(name, remarks=[Remark("too_big", 1, f"{size >> 20} MB > {limits.file_bytes >> 20} MB")])]
            data = file.read(limits.file_bytes + 1)
    except OSError as error:
        return [Entry(name, remarks=[Remark("unreadable", 1, error.strerror or "")])]
    return read_data(name, data, limits, text_column, children, 0)


def read_data(name: str, data: bytes, limits: Limits, text_column: str | None, children: queue.SimpleQueue, depth: int) -> list[Entry]:
    """The entry of a file, or the entries of an archive; whatever goes wrong becomes a remark."""
    entry = Entry(name, digest=hashlib.sha256(data).hexdigest(), size=len(data))
    suffix = PurePosixPath(name).suffix.lower().strip()
    try:
        if PurePosixPath(name).name == METADATA and is_metadata(data):
            entry.metadata, entry.remarks = data, [Remark("metadata_table")]
            return [entry]
        if suffix == ".conf":  # brat's settings
            entry.remarks = [Remark("annotations")]
            return [entry]
        if suffix == ".ann" and (data.isascii() or b"\t" in data) and b"\0" not in data:
            entry.annotations = data
            return [entry]
        if not data:
            raise Refusal("empty_file")
        form = format_of(data, suffix)
        if form == "zip":
            return read_archive(name, data, limits, text_column, children, depth)
        if form in IN_CHILD or len(data) > PLAIN:
            child = children.get()
            try:
                entry.readings = child.read(data, suffix, text_column)
            finally:
                children.put(child)
        else:
            entry.readings = read_bytes(data, suffix, limits, text_column=text_column)
    except Refusal as refusal:
        entry.remarks.append(Remark(refusal.kind, 1, refusal.detail))
    except MemoryError:
        entry.remarks.append(Remark("memory_limit"))
    except RecursionError:
        entry.remarks.append(Remark("nested_too_deep"))
    except Exception as error:  # one file never ends the run; a fault of ours is named with the file
        entry.remarks.append(Remark("reader_failed", 1, f"{type(error).__name__}: {error}"[:120]))
    return [entry]


def read_archive(name: str, data: bytes, limits: Limits, text_column: str | None, children: queue.SimpleQueue, depth: int) -> list[Entry]:
    if depth >= limits.depth:
        raise Refusal("nested_too_deep")
    whole = Entry(name, digest=hashlib.sha256(data).hexdigest(), size=len(data))
    entries = [whole]
    spent = 0  # bytes; archives inside count towards the limits of the one that holds them
    for inner, content in unpack(data, limits):
        path = f"{name}/{inner}"
        if not inner:
            whole.remarks.append(Remark(content.kind))
        elif isinstance(content, Refusal):
            entries.append(Entry(path, remarks=[Remark(content.kind, 1, content.detail)]))
        elif hidden := system_file(inner):
            entries.append(Entry(path, remarks=[hidden]))
        else:
            spent += len(content)
            left = limits
            if content.startswith(b"PK"):
                left = replace(limits, parts=max(0, limits.parts - len(entries)),
                               expanded_bytes=max(0, limits.expanded_bytes - spent))
            found = read_data(path, content, left, text_column, children, depth + 1)
            spent += sum(entry.size for entry in found[1:])
            entries += found
    whole.remarks.append(Remark("archive", len(entries) - 1) if len(entries) > 1 else Remark("empty_archive"))
    return entries


def is_metadata(data: bytes) -> bool:
    """Whether a metadata.csv describes other files: it names them and holds no texts itself."""
    try:
        head = decode(data[:4000]).text.split("\n")[0].rstrip("\r")
    except Refusal:
        return False
    names = [name.strip().strip('"').lower() for name in re.split(r"[,\t;]", head)]
    return bool({"file", "speech", "filename", "文件", "文件名"} & set(names)) and not {"text", "正文", "全文"} & set(names)
