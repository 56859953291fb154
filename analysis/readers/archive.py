"""What is packed in a file?  Zip archives within limits: docx and xlsx are such, and folders people pass on as one file."""

from __future__ import annotations

import io
import lzma
import stat
import struct
import zipfile
import zlib
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Iterator
from xml.parsers import expat

from analysis.readers.result import Limits, Refusal

FLOOR = 8 << 20  # below this many bytes an expansion ratio is no danger


def open_zip(data: bytes, limits: Limits) -> zipfile.ZipFile:
    """Open an archive; one that is cut or damaged is put together again from what its entries say of themselves."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError, struct.error, EOFError):
        archive = salvage(data, limits)
    entries = archive.infolist()
    size = sum(entry.file_size for entry in entries)
    if len(entries) > limits.parts:
        raise Refusal("too_many_parts", f"{len(entries)} > {limits.parts}")
    if size > limits.expanded_bytes or size > FLOOR and size > limits.expansion_ratio * len(data):
        raise Refusal("expands_too_much", f"{size >> 20} MB, {size // max(len(data), 1)}:1")
    return archive


def read_member(archive: zipfile.ZipFile, name: str | zipfile.ZipInfo, limits: Limits) -> bytes:
    """Read one entry, no more than the limit whatever its header says."""
    entry = archive.getinfo(name) if isinstance(name, str) else name
    if entry.flag_bits & 1:
        raise Refusal("encrypted")
    try:
        with archive.open(entry) as stream:
            data = stream.read(limits.expanded_bytes + 1)
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, RuntimeError, ValueError, OSError,
            struct.error) as error:
        raise Refusal("damaged_archive", entry.filename[:80]) from error
    if len(data) > limits.expanded_bytes:
        raise Refusal("expands_too_much", entry.filename[:80])
    return data


def salvage(data: bytes, limits: Limits) -> zipfile.ZipFile:
    """Rebuild an archive whose directory is missing: each entry that is still whole is kept."""
    rebuilt, at, left = io.BytesIO(), 0, limits.expanded_bytes
    with zipfile.ZipFile(rebuilt, "w") as target:
        while (at := data.find(b"PK\x03\x04", at)) >= 0 and at + 30 <= len(data):
            flags, method, _, _, _, packed, size, name_length, extra = struct.unpack("<HHHHIIIHH", data[at + 6:at + 30])
            name, start = data[at + 30:at + 30 + name_length], at + 30 + name_length + extra
            at += 4
            try:
                if method == 8:
                    inflate = zlib.decompressobj(-15)
                    content = inflate.decompress(data[start:], left + 1)
                    if not inflate.eof:
                        continue
                elif method == 0 and size and start + size <= len(data):
                    content = data[start:start + size]
                else:
                    continue
            except zlib.error:
                continue
            left -= len(content)
            if left < 0:
                raise Refusal("expands_too_much")
            filename = name.decode("utf-8" if flags & 0x800 else "cp437", "replace").partition("\0")[0]
            if filename and not filename.endswith("/"):
                target.writestr(filename, content)
    if not target.namelist():
        raise Refusal("damaged_archive")
    rebuilt.seek(0)
    archive = zipfile.ZipFile(rebuilt)
    archive.comment = b"salvaged"
    return archive


def whole_entries(data: bytes, limits: Limits) -> dict[str, bytes]:
    """The entries that are whole by their own headers, whatever the directory and the checksums say."""
    try:
        archive = salvage(data, limits)
    except Refusal:
        return {}
    return {name: archive.read(name) for name in archive.namelist()}


def unpack(data: bytes, limits: Limits) -> Iterator[tuple[str, bytes | Refusal]]:
    """Give each file of an archive with its name; one that cannot be read comes with the reason in place of its bytes.

    What is to be said of the whole archive comes first, under no name.
    """
    left, seen = limits.expanded_bytes, set()
    archive = open_zip(data, limits)
    if archive.comment == b"salvaged":
        yield "", Refusal("salvaged")
    elif b"PK\x03\x04" in data[:min((entry.header_offset for entry in archive.infolist()), default=0)]:
        yield "", Refusal("outside_directory")
    for entry in archive.infolist():
        name = entry_name(entry).replace("\\", "/")
        if name.endswith("/"):
            continue
        path, number = PurePosixPath(name), 1
        while name in seen:  # two entries of one name: the second becomes name~2.txt
            number += 1
            name = str(path.with_name(f"{path.stem}~{number}{path.suffix}")) if path.name else f"{path}~{number}"
        seen.add(name)
        if name.startswith("/") or ".." in name.split("/") or name[1:2] == ":":
            yield name, Refusal("unsafe_name")
            continue
        if stat.S_ISLNK(entry.external_attr >> 16):
            yield name, Refusal("special_file")
            continue
        try:
            content = read_member(archive, entry, replace(limits, expanded_bytes=min(left, limits.file_bytes)))
            left -= len(content)
            yield name, content
        except Refusal as refusal:
            yield name, refusal


def entry_name(entry: zipfile.ZipInfo) -> str:
    """The name of an entry as it was meant: old archives hold names in GBK without saying so."""
    if entry.flag_bits & 0x800:
        return entry.filename
    try:
        raw = entry.orig_filename.encode("cp437")
    except UnicodeEncodeError:
        return entry.filename
    for encoding in ("ascii", "utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.filename


class _Begun(Exception):
    pass


def refuse_doctype(data: bytes) -> None:
    """Refuse XML that declares a document type: entities and outside files come in with it, and no office file has one."""
    parser = expat.ParserCreate()

    def declared(*_):
        raise Refusal("xml_entities")

    def begun(*_):
        raise _Begun

    parser.StartDoctypeDeclHandler, parser.StartElementHandler = declared, begun
    try:
        parser.Parse(data[:1 << 20], False)
    except (_Begun, expat.ExpatError, ValueError):  # ValueError: an encoding that expat does not know
        pass
