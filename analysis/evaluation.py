"""How good are the detectors?  Findings against hand annotation, label by label."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment
from scipy.stats import bootstrap

from analysis.corpus import load_corpus
from analysis.spans import COLUMNS, LABELS
from analysis.style import say

CONFIDENCE = {"low": 0.3, "medium": 0.6, "high": 0.9}
DONT_CARE = 0.5  # gold below it is neither asked for nor held against a finding
MEMBER = {"parallelism": "parallelism_member", "couplet": "couplet_member", "contrast": "contrast_member",
          "enumeration": "enumeration_item"}
BY_START = {"enumeration", "enumeration_item"}  # where an item ends, punctuation alone cannot say
TOTALS = ["modality", "move"]  # layers whose labels are classes of one thing, so that a sum over them says something
OUTLINE = ["heading_1", "heading_2", "heading_3", "heading_4", "run_in_heading", "enumeration", "enumeration_item"]
COUNTS = ["found", "gold", "exact", "partial_found", "partial_gold", "partial", "dontcare", "shared", "found_characters",
          "gold_characters", "hard_negatives", "refused"]


def evaluate(spans: pd.DataFrame, gold: pd.DataFrame, *, threshold: float = 0.0, seed: int = 0) -> pd.DataFrame:
    """Score spans against gold; one row per label, and `all` for modality and moves.

    `measure` says what is counted: spans, groups (by their members), characters (moves), edges (parent and child) or verdicts.
    `f1` is strict, `partial_f1` asks for a Jaccard index of .5 and an optimal one-to-one match. Findings less sure than
    `threshold` are left out. `f1_low` and `f1_high` are, by speech, the range (2 to 7 speeches) or a 95 % BCa interval (8 and
    more). Only layers that gold annotates are scored, on the speeches that gold holds.
    """
    spans = spans[(spans["confidence"].fillna(1) >= threshold) & spans["speech"].astype(str).isin(set(gold["speech"].astype(str)))]
    by_speech = {str(key): rows for key, rows in spans.groupby(spans["speech"].astype(str))}
    counts = [row for key, rows in gold.groupby(gold["speech"].astype(str))
              for row in _count_speech(str(key), by_speech.get(str(key), spans.head(0)), rows, _layers(gold))]
    counts = pd.DataFrame(counts, columns=["speech", "layer", "label", "measure", *COUNTS])
    counts = pd.concat([counts, _layer_totals(counts)], ignore_index=True)
    rows = [{**dict(zip(["layer", "label", "measure"], key)), **_scores(part, seed)}
            for key, part in counts.groupby(["layer", "label", "measure"], sort=False)]
    return pd.DataFrame(rows, columns=["layer", "label", "measure", *_scores(counts.head(0), seed)])


def read_gold(path: str | Path, speeches: pd.DataFrame | None = None) -> pd.DataFrame:
    """Read hand annotation: a CSV file or a folder of them, in the columns of the span table; one row per span.

    `speech`, `start`, `end` and `label` must be there; confidence low, medium, high is read as .3, .6, .9 and blank as 1.
    A folder without CSV may hold brat's .txt and .ann; their speech is the one of `speeches` that has the same text.
    Raises ValueError with file and line for what cannot be read.
    """
    path = Path(path)
    if path.is_dir() and not any(path.glob("*.csv")) and any(path.rglob("*.ann")):
        return _read_brat(path, speeches)
    files = sorted(path.glob("*.csv")) if path.is_dir() else [path]
    if not files or not files[0].exists():
        raise ValueError(f"{path}: no gold here; give a CSV file or a folder that holds some")
    return pd.concat([_read_gold_file(file) for file in files], ignore_index=True)


def match_speeches(gold: pd.DataFrame, speeches: Iterable[str]) -> pd.DataFrame:
    """Name gold's speeches by the keys of a corpus, whole or by file name alone; rows of other speeches are dropped.

    Raises ValueError where gold and corpus share no speech.
    """
    speeches = [str(key) for key in speeches]
    names = pd.Series(speeches, index=[PurePosixPath(key).name for key in speeches])
    keys = {name: key for name, key in names[~names.index.duplicated(keep=False)].items()} | {key: key for key in speeches}
    named = gold.assign(speech=gold["speech"].astype(str).map(keys))
    named = named[named["speech"].notna()].reset_index(drop=True)
    if named.empty:
        raise ValueError(f"gold shares no speech with the corpus; gold has {', '.join(sorted(set(gold['speech'].astype(str)))[:3])} …")
    return named


def group_overlap(spans: pd.DataFrame, gold: pd.DataFrame, *, label: str = "parallelism", members: int = 2) -> pd.DataFrame:
    """Score groups by the four measures of Bothwell et al. (EMNLP 2023), on characters; one row per measure.

    EPM asks for equal groups, MPBM counts equal branches, MBAWO characters shared branch by branch, MWO characters shared at all;
    each matches groups one to one for the greatest sum. Groups of fewer than `members` branches are left out on both sides.
    """
    sums = {name: np.zeros(3) for name in _OVERLAPS}
    for key in set(gold["speech"].astype(str)):
        found, asked = ([item for item in _items(table[table["speech"].astype(str) == key], label) if len(item) >= members]
                        for table in (spans, gold))
        for name, overlap in _OVERLAPS.items():
            shared = np.array([[overlap(one, other) for other in asked] for one in found]).reshape(len(found), len(asked))
            rows, columns = linear_sum_assignment(shared, maximize=True)
            sums[name] += [shared[rows, columns].sum(), sum(_size(name, x) for x in found), sum(_size(name, x) for x in asked)]
    table = pd.DataFrame([{"measure": name, "found": found, "gold": asked, **_rates(shared, found, asked)}
                          for name, (shared, found, asked) in sums.items()])
    return table.rename(columns={"found": "size_found", "gold": "size_gold"})


def read_essays(path: str | Path) -> tuple[dict[str, str], pd.DataFrame]:
    """Read essays with their parallelisms from JSON lines (file, text, parallelisms with branches): texts, and gold."""
    texts, rows = {}, []
    for line in Path(path).read_text(encoding="utf-8").splitlines():
        essay = json.loads(line)
        texts[essay["file"]] = essay["text"]
        for group in essay["parallelisms"]:
            spots = sorted((branch["start"], branch["end"]) for branch in group["branches"])
            name = f"parallelism {group['id']}"
            rows.append((essay["file"], name, spots[0][0], spots[-1][1], "device", "parallelism", None, None))
            rows += [(essay["file"], f"{name}.{n}", start, end, "device", "parallelism_member", name, n)
                     for n, (start, end) in enumerate(spots, 1)]
    gold = pd.DataFrame(rows, columns=["speech", "span", "start", "end", "layer", "label", "parent", "order"])
    return texts, gold.assign(confidence=1.0, source="gold", attributes="{}")


# -- counting one speech ---------------------------------------------------------------------------------------------


def _layers(gold: pd.DataFrame) -> set[str]:
    hard = gold["layer"].astype(str) == "hard_negative"
    return set(gold.loc[~hard, "layer"].astype(str)) | {_layer(label) for label in gold.loc[hard, "label"].astype(str)}


def _layer(label: str) -> str:
    return LABELS[label].layer if label in LABELS else ""


def _count_speech(speech: str, found: pd.DataFrame, gold: pd.DataFrame, layers: set[str]) -> list[dict]:
    hard = gold[gold["layer"].astype(str) == "hard_negative"]
    gold = gold[gold["layer"].astype(str) != "hard_negative"]
    found = found[found["layer"].astype(str).isin(layers)]
    rows = []
    for layer in sorted(layers):
        ours, theirs = (table[table["layer"].astype(str) == layer] for table in (found, gold))
        if layer == "move":
            rows += _count_moves(ours, theirs)
            continue
        labels = set(ours["label"]) | set(theirs["label"]) | {name for name in set(hard["label"]) if _layer(name) == layer}
        rows += [{"layer": layer, "label": label, "measure": "groups" if label in MEMBER else "spans",
                  **_count_label(ours, theirs, label), **_count_refused(ours, hard, label)} for label in sorted(labels)]
    if "structure" in layers:
        rows += [_count_edges(found, gold), _count_verdicts(found, gold)]
    return [{"speech": speech, **dict.fromkeys(COUNTS, 0), **row} for row in rows]


def _count_label(found: pd.DataFrame, gold: pd.DataFrame, label: str) -> dict:
    ours, theirs = _items(found, label), _items(gold, label)
    sure = _sure(gold, label)
    asked = [item for item, care in zip(theirs, sure) if care]
    ignored = [item for item, care in zip(theirs, sure) if not care]
    near, ignorable = _jaccard(ours, asked), (_jaccard(ours, ignored) >= 0.5).any(axis=1)
    same = np.array([[_key(one, label) == _key(other, label) for other in asked] for one in ours], dtype=float)
    exact = _match(same.reshape(near.shape))
    partial = _match(np.where(near >= 0.5, 1 + near / 1000, 0))
    shared, size, wanted = _characters(ours, asked, ignored)
    return {"found": int((exact | ~ignorable).sum()), "gold": len(asked), "exact": int(exact.sum()),
            "partial_found": int((partial | ~ignorable).sum()), "partial_gold": len(asked), "partial": int(partial.sum()),
            "dontcare": len(ignored), "shared": shared, "found_characters": size, "gold_characters": wanted}


def _items(table: pd.DataFrame, label: str) -> list[tuple]:
    """Each span of a label as a tuple of its stretches: its members' where it is a group, else its own."""
    rows = table[table["label"].astype(str) == label]
    if label not in MEMBER:
        return [((start, end),) for start, end in zip(rows["start"].astype(int), rows["end"].astype(int))]
    members = table[table["label"].astype(str) == MEMBER[label]]
    spots: dict = {}
    for parent, start, end in zip(members["parent"], members["start"].astype(int), members["end"].astype(int)):
        spots.setdefault(parent, []).append((start, end))
    return [tuple(sorted(spots.get(span, [(start, end)])))
            for span, start, end in zip(rows["span"], rows["start"].astype(int), rows["end"].astype(int))]


def _sure(table: pd.DataFrame, label: str) -> list[bool]:
    """Whether each gold span of a label is asked for: sure enough, as is its group, and no parallelism of two."""
    rows = table[table["label"].astype(str) == label]
    doubtful = set(table.loc[table["confidence"].fillna(1) < DONT_CARE, "span"])
    groups = table[table["label"].astype(str) == "parallelism"]
    doubtful |= {span for span, item in zip(groups["span"], _items(table, "parallelism")) if len(item) < 3}
    member = label in MEMBER.values()
    return [span not in doubtful and not (member and parent in doubtful) for span, parent in zip(rows["span"], rows["parent"])]


def _key(item: tuple, label: str) -> tuple:
    return tuple(start for start, _ in item) if label in BY_START else item


def _union(item: tuple) -> set[int]:
    return {place for start, end in item for place in range(start, end)}


def _jaccard(ours: list[tuple], theirs: list[tuple]) -> np.ndarray:
    table = np.zeros((len(ours), len(theirs)))
    one, other = [_union(item) for item in ours], [_union(item) for item in theirs]
    for row, item in enumerate(ours):
        for column, gold in enumerate(theirs):
            if item[0][0] < gold[-1][1] and gold[0][0] < item[-1][1]:
                table[row, column] = len(one[row] & other[column]) / (len(one[row] | other[column]) or 1)
    return table


def _match(weights: np.ndarray) -> np.ndarray:
    """Which rows are matched when rows and columns pair one to one for the greatest sum."""
    matched = np.zeros(weights.shape[0], dtype=bool)
    rows, columns = linear_sum_assignment(weights, maximize=True)
    matched[rows[weights[rows, columns] > 0]] = True
    return matched


def _characters(ours: list[tuple], asked: list[tuple], ignored: list[tuple]) -> tuple[int, int, int]:
    found, gold, free = (set().union(*map(_union, items)) for items in (ours, asked, ignored))
    return len(found & gold), len(found - (free - gold)), len(gold)


def _count_refused(found: pd.DataFrame, hard: pd.DataFrame, label: str) -> dict:
    """Hard negatives of a label, and how many no finding sits on (half of the characters, or wholly inside)."""
    traps = _items(hard, label) if label not in MEMBER else [((s, e),) for s, e in zip(
        hard.loc[hard["label"] == label, "start"].astype(int), hard.loc[hard["label"] == label, "end"].astype(int))]
    if not traps:
        return {}
    labels = [name for name in LABELS if _layer(name) == "modality"] if label == "obligation" else [label]
    ours = [item for name in labels for item in _items(found, name)]
    hit = _jaccard(ours, traps) >= 0.5
    if label not in MEMBER:
        hit |= np.array([[t[0][0] <= o[0][0] and o[-1][1] <= t[-1][1] for t in traps] for o in ours], dtype=bool).reshape(hit.shape)
    return {"hard_negatives": len(traps), "refused": len(traps) - int(hit.any(axis=0).sum())}


def _count_moves(found: pd.DataFrame, gold: pd.DataFrame) -> list[dict]:
    """Characters by move; what gold leaves unmarked is not held against a finding."""
    size = int(max([0, *gold["end"], *found["end"]])) + 1
    names = sorted(set(gold["label"].astype(str)) | set(found["label"].astype(str)))
    ours, theirs = np.full(size, -1), np.full(size, -1)
    for table, places in ((found, ours), (gold, theirs)):
        for start, end, label in zip(table["start"], table["end"], table["label"].astype(str)):
            places[start:end] = names.index(label)
    return [{"layer": "move", "label": label, "measure": "characters", "found": int(((ours == n) & (theirs >= 0)).sum()),
             "gold": int((theirs == n).sum()), "exact": int(((ours == n) & (theirs == n)).sum())} for n, label in enumerate(names)]


def _count_edges(found: pd.DataFrame, gold: pd.DataFrame) -> dict:
    """Child and parent by label and start, over headings, enumerations and their items."""
    edges = []
    for table in (found, gold):
        place = {span: (label, start) for span, label, start in zip(table["span"], table["label"].astype(str), table["start"])
                 if label in OUTLINE}
        inside = table[table["label"].astype(str).isin(OUTLINE)]
        edges.append({(place[span], place.get(parent)) for span, parent in zip(inside["span"], inside["parent"])})
    return {"layer": "structure", "label": "outline", "measure": "edges", "found": len(edges[0]), "gold": len(edges[1]),
            "exact": len(edges[0] & edges[1])}


def _count_verdicts(found: pd.DataFrame, gold: pd.DataFrame) -> dict:
    """Announcements whose verdict, and recovered count where gold holds one, are right; recall is the accuracy."""
    ours, theirs = (table[table["label"].astype(str) == "announcement"] for table in (found, gold))
    said, truth = ([json.loads(text) for text in table["attributes"]] for table in (ours, theirs))
    near = _jaccard(_items(ours, "announcement"), _items(theirs, "announcement"))
    agree = np.array([[near[i, j] >= 0.5 and all(one.get(key) == other[key] for key in ("verdict", "recovered") if key in other)
                       for j, other in enumerate(truth)] for i, one in enumerate(said)], dtype=float).reshape(near.shape)
    return {"layer": "structure", "label": "announcement", "measure": "verdicts", "found": len(said), "gold": len(truth),
            "exact": int(_match(agree).sum())}


# -- adding up -------------------------------------------------------------------------------------------------------


def _layer_totals(counts: pd.DataFrame) -> pd.DataFrame:
    kept = counts[counts["layer"].isin(TOTALS)]
    totals = kept.groupby(["speech", "layer", "measure"], as_index=False)[COUNTS].sum()
    return totals.assign(label="all")[counts.columns]


def _scores(part: pd.DataFrame, seed: int) -> dict:
    total = part[COUNTS].sum()
    strict = _rates(total["exact"], total["found"], total["gold"])
    low, high, interval = _interval(part, seed)
    row = {"n_speeches": int((part["gold"] > 0).sum()), "n_gold": int(total["gold"]), "n_found": int(total["found"]),
           "n_dontcare": int(total["dontcare"]), **strict, "f1_low": low, "f1_high": high, "interval": interval}
    blank = part.empty or part["measure"].iloc[0] in ("characters", "edges", "verdicts")
    partial = _rates(total["partial"], total["partial_found"], total["partial_gold"])
    row |= {f"partial_{name}": np.nan if blank else value for name, value in partial.items()}
    row["character_f1"] = np.nan if blank else _rates(total["shared"], total["found_characters"], total["gold_characters"])["f1"]
    traps = int(total["hard_negatives"])
    return row | {"hard_negatives": traps, "refused": total["refused"] / traps if traps else np.nan}


def _rates(right: float, found: float, gold: float) -> dict[str, float]:
    if not found and not gold:
        return {"precision": np.nan, "recall": np.nan, "f1": np.nan}
    return {"precision": right / found if found else 0.0, "recall": right / gold if gold else np.nan,
            "f1": 2 * right / (found + gold)}


def _interval(part: pd.DataFrame, seed: int) -> tuple[float, float, str]:
    """The range of F1 over 2 to 7 speeches, a BCa interval over 8 and more (STATISTICS: resample speeches, not spans)."""
    part = part[part["found"] + part["gold"] > 0]
    if len(part) < 2:
        return np.nan, np.nan, ""
    right, size = 2 * part["exact"].to_numpy(float), (part["found"] + part["gold"]).to_numpy(float)
    each = right / size
    if len(part) < 8:
        return each.min(), each.max(), "range"
    if np.ptp(each) == 0:
        return each[0], each[0], "BCa"

    def f1(right, size, axis=-1):
        return right.sum(axis=axis) / size.sum(axis=axis)

    bounds = bootstrap((right, size), f1, paired=True, vectorized=True, n_resamples=5000, random_state=np.random.default_rng(seed))
    return float(bounds.confidence_interval.low), float(bounds.confidence_interval.high), "BCa"


# -- the measures of parallelism detection ---------------------------------------------------------------------------


def _equal(one: tuple, other: tuple) -> int:
    return int(set(one) == set(other))


def _branches(one: tuple, other: tuple) -> int:
    shared = len(set(one) & set(other))
    return shared if shared > 1 else 0  # a single branch is no parallelism


def _by_branch(one: tuple, other: tuple) -> int:
    shared = np.array([[max(0, min(a[1], b[1]) - max(a[0], b[0])) for b in other] for a in one])
    rows, columns = linear_sum_assignment(shared, maximize=True)
    pairs = shared[rows, columns]
    return int(pairs.sum()) if (pairs > 0).sum() > 1 else 0


def _overlap(one: tuple, other: tuple) -> int:
    return len(_union(one) & _union(other))


_OVERLAPS = {"EPM": _equal, "MPBM": _branches, "MBAWO": _by_branch, "MWO": _overlap}


def _size(measure: str, item: tuple) -> int:
    return {"EPM": 1, "MPBM": len(item)}.get(measure, len(_union(item)))


# -- reading gold ----------------------------------------------------------------------------------------------------


def _read_brat(folder: Path, speeches: pd.DataFrame | None) -> pd.DataFrame:
    corpus = load_corpus(folder, duplicates="keep")
    unusable = ["annotation_lines", "annotation_differs", "annotations_without_text"]
    wrong = corpus.problems[corpus.problems["kind"].isin(unusable)].head(5)
    if len(wrong):
        raise ValueError("; ".join(f"{folder / row.file}: {say(row.message, row.message_english)}" for row in wrong.itertuples()))
    known = {} if speeches is None else dict(zip(speeches["text"], speeches["speech"]))
    names = {row.speech: known.get(row.text, row.speech) for row in corpus.speeches.itertuples()}
    changed = set(known.values()) & {name for old, name in names.items() if name == old} - {
        row.speech for row in corpus.speeches.itertuples() if row.text in known}
    if changed:
        raise ValueError(say(f"{folder}：{'、'.join(sorted(changed)[:3])} 的文字与讲话不同，标注位置对不上；请用同一份 .txt",
                             f"{folder}: the text of {', '.join(sorted(changed)[:3])} is not the speech's; annotate the same .txt"))
    gold = corpus.annotations.astype({"speech": object, "layer": object, "label": object})
    return gold.assign(speech=gold["speech"].map(names))


def _read_gold_file(file: Path) -> pd.DataFrame:
    table = _read_csv(file)
    missing = [name for name in ("speech", "start", "end", "label") if name not in table]
    if missing:
        raise ValueError(f"{file}: column {', '.join(missing)} is missing; gold has the columns of the span table")
    for name, blank in (("attributes", "{}"), ("source", "gold"), ("confidence", ""), ("parent", ""), ("order", ""), ("layer", ""), ("span", "")):
        table[name] = table[name].where(table[name] != "", blank) if name in table else blank
    for name in ("start", "end"):
        table[name] = _numbers(table[name], file, name)
    _refuse(table["start"] >= table["end"], file, "start is not before end")
    table["label"] = table["label"].str.strip()
    known = table["label"].map(lambda label: _layer(label))
    _refuse((table["layer"] == "") & (known == ""), file, "unknown label without a layer")
    table["layer"] = table["layer"].where(table["layer"] != "", known)
    table["span"] = table["span"].where(table["span"] != "", table["label"] + ":" + table["start"].astype(str) + "-" + table["end"].astype(str))
    table["parent"] = table["parent"].where(table["parent"] != "", None)
    table["order"] = pd.to_numeric(table["order"], errors="coerce").astype("Int16")
    confidence = table["confidence"].str.strip().str.lower().replace(CONFIDENCE | {"": 1.0})
    table["confidence"] = pd.to_numeric(confidence, errors="coerce").astype("float32")
    _refuse(~table["confidence"].between(0, 1), file, "confidence is neither low, medium, high nor a number from 0 to 1")
    _refuse(~table["attributes"].map(_is_json), file, "attributes is no JSON object")
    return table[COLUMNS]


def _read_csv(file: Path) -> pd.DataFrame:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return pd.read_csv(file, dtype=str, keep_default_na=False, encoding=encoding).astype(object)
        except UnicodeDecodeError:
            continue
        except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
            raise ValueError(f"{file}: no table of comma-separated values ({str(error).strip()})") from None
    raise ValueError(f"{file}: neither UTF-8 nor GB18030; save it as UTF-8")


def _numbers(column: pd.Series, file: Path, name: str) -> pd.Series:
    numbers = pd.to_numeric(column, errors="coerce")
    _refuse(numbers.isna() | (numbers < 0) | (numbers % 1 != 0), file, f"{name} is no whole number")
    return numbers.astype("int32")


def _refuse(wrong: pd.Series, file: Path, why: str) -> None:
    if wrong.any():
        raise ValueError(f"{file}, line {int(np.flatnonzero(wrong.to_numpy())[0]) + 2}: {why}")


def _is_json(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False
