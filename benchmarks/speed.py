"""How fast are the detectors?  Their CPU time against plain `jieba.lcut` on the same texts, in the same run, on one core.

    python benchmarks/speed.py FOLDER [number of speeches]

Prints one row per speech and the sums: structure and moves, all devices, rjieba, each as a share of jieba's time (best of five).
"""

import logging
import sys
from time import process_time

import jieba
import pandas as pd
import rjieba

from analysis import rhetoric
from analysis.corpus import load_corpus
from analysis.moves import find_moves
from analysis.structure import find_structure
from analysis.units import Document

jieba.setLogLevel(logging.WARNING)


def best(function, *arguments, times: int = 5) -> float:
    spent = []
    for _ in range(times):
        begun = process_time()
        function(*arguments)
        spent.append(process_time() - begun)
    return min(spent)


def fresh(document: Document) -> Document:
    """A copy without what an earlier run has kept."""
    return Document(document.speech, document.view, document.offsets)


def built(document: Document) -> list:
    document = fresh(document)
    found = find_structure(document)
    return found + find_moves(document, found)


def measure(document: Document) -> dict:
    found = built(document)
    plain = best(jieba.lcut, document.view)
    return {"speech": document.speech[:24], "characters": len(document.view), "jieba ms": 1000 * plain,
            "structure and moves": best(built, document) / plain,
            "devices": best(lambda: rhetoric.find_devices(fresh(document), found)) / plain,
            "rjieba": best(rjieba.cut, document.view) / plain}


if __name__ == "__main__":
    documents = list(load_corpus(sys.argv[1]).documents())
    step = max(1, len(documents) // int(sys.argv[2])) if len(sys.argv) > 2 else 1
    jieba.lcut("预热")
    table = pd.DataFrame([measure(document) for document in documents[::step]])
    shares = ["structure and moves", "devices", "rjieba"]
    print(table.round(3).to_string(index=False))
    total = (table[shares].mul(table["jieba ms"], axis=0).sum() / table["jieba ms"].sum()).round(3)
    print("all:", ", ".join(f"{name} {share}" for name, share in total.items()))
