"""Which devices does a speech use?  The register of detectors, and the one function that runs them all."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import Callable, NamedTuple

from analysis.spans import LABELS, Found, Label
from analysis.units import Document

Detector = Callable[[Document, list[Found]], list[Found]]


class Device(NamedTuple):
    """What a reader is told about a device: its names, and what counts as one."""

    label: str
    chinese: str
    english: str
    definition_chinese: str
    definition_english: str
    detector: Detector


DEVICES: dict[str, Device] = {}
DETECTORS: list[Detector] = []  # in the order in which they run: each sees what was found before it
FAMILIES = ["lexis", "parallelism", "pairs", "repetition", "questions", "parody"]  # run first, in this order; then other files by name


def device(label: str, chinese: str, english: str, definition_chinese: str, definition_english: str):
    """Register the function below as the detector of a device; one function may detect several, one line each."""

    def register(detector: Detector) -> Detector:
        LABELS.setdefault(label, Label("device", chinese, english))
        DEVICES[label] = Device(label, chinese, english, definition_chinese, definition_english, detector)
        if detector not in DETECTORS:
            DETECTORS.append(detector)
        return detector

    return register


def find_devices(document: Document, found: list[Found]) -> list[Found]:
    """Run every detector in order on one document; `found` is what is known of its structure. Gives the new findings only.

    >>> import numpy as np
    >>> from analysis.units import Document
    >>> text = "同志们：我们要落实、落实、再落实。"
    >>> speech = Document("sample", text, np.arange(len(text), dtype="int32"))
    >>> [text[one.start:one.end] for one in find_devices(speech, []) if one.label == "repetition"]
    ['落实、落实、再落实']
    """
    devices: list[Found] = []
    for detector in DETECTORS:
        devices += detector(document, found + devices)
    return devices


_files = [module.name for module in iter_modules(__path__)]
for _family in [name for name in FAMILIES if name in _files] + sorted(set(_files) - set(FAMILIES)):
    import_module(f"{__name__}.{_family}")
