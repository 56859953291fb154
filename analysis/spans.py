"""What was found, and where?  The one table of everything marked in a text."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pandas as pd


class Label(NamedTuple):
    """A kind of span: its layer, and its names in Chinese and English."""

    layer: str
    chinese: str
    english: str


def _layer(layer: str, names: str) -> dict[str, Label]:
    rows = (row.split() for row in names.strip().splitlines())
    return {row[0]: Label(layer, row[1], " ".join(row[2:]) or row[0].replace("_", " ")) for row in rows}


# Ids never change; new ones are added. The Chinese names are for display only.
LABELS: dict[str, Label] = {
    **_layer("structure", """
        boilerplate 网站附文
        title 标题
        salutation 称谓
        heading_1 一级标题
        heading_2 二级标题
        heading_3 三级标题
        heading_4 四级标题
        enumeration 列举组
        enumeration_item 列举项
        enumeration_marker 序号标记
        run_in_heading 段内小标题 run-in heading
        announcement 标数预告"""),
    **_layer("device", """
        parallelism 排比
        parallelism_member 排比项
        couplet 对偶
        couplet_member 对偶句
        contrast 对举
        contrast_member 对举项
        repetition 反复
        anadiplosis 顶真
        climax 层递
        hypophora 设问
        rhetorical_question 反问
        parody 仿拟
        allusion 用典
        metaphor 隐喻
        simile 明喻
        personification 拟人
        hyperbole 夸张"""),
    **_layer("lexis", """
        quotation 引号语
        document_title 文件引用
        numeric_abbreviation 数字略语
        catchword 套语标签
        redaction 隐去符
        idiom 成语
        folk_saying 俗语
        four_character_chain 四字格连用 four-character chain
        formula 提法"""),
    **_layer("modality", """
        strong_obligation 强义务
        obligation 义务
        weak_obligation 弱义务
        exhortation 希望
        prohibition 禁止
        manner_adverb 修饰副词"""),
    **_layer("command", """
        bare_command 无标记指令 command without a modal"""),
    **_layer("address", """
        vocative 呼语
        audience 听众称谓
        we 我们
        first_person 自称 first person
        institution 机构自称"""),
    **_layer("appraisal", """
        vague_agent 泛指责任者
        minimizer 缩小语
        extent_hedge 程度缓和
        euphemism 委婉
        concession 让步
        attribution 归因
        gap_to_peers 差距
        negative_intensifier 负面强化
        warning 后果警示"""),
    # The move `salutation` shares its id with the structure label; rows of moves carry the layer `move`.
    **_layer("move", """
        occasion 缘起
        endorsement 表态
        preview 引出
        significance 意义
        basis 依据
        achievement 成绩
        problem 问题
        diagnosis 剖析
        resolve 决心
        demand 要求
        safeguard 保障
        mobilisation 号召"""),
    **_layer("submove", """
        sanction 惩处
        authority_reference 援引上级
        personal_voice 个人口吻"""),
    **_layer("defect", """
        number_gap 序号缺失
        textual_issue 文字问题"""),
}
MOVES = ["salutation"] + [label for label, about in LABELS.items() if about.layer == "move"]
LAYERS = list(dict.fromkeys(about.layer for about in LABELS.values()))
COLUMNS = ["speech", "span", "start", "end", "layer", "label", "parent", "order", "confidence", "source", "attributes"]


@dataclass(slots=True, eq=False)
class Found:
    """One finding in one document, in the offsets of its view; `parent` is another finding of the same document."""

    label: str
    start: int
    end: int
    parent: Found | None = None
    order: int | None = None
    confidence: float = 1.0
    attributes: dict = field(default_factory=dict)
    layer: str = ""  # by default the label's own

    def __post_init__(self):
        if not self.layer:
            self.layer = LABELS[self.label].layer


def span_rows(found: list[Found], document, *, source: str) -> list[tuple]:
    """Turn one document's findings into rows of the span table, in the order of COLUMNS.

    Offsets become those of the text as loaded; ids are `label:start-end`, with `.2` where two are equal.
    """
    found = sorted((one for one in found if one.start < one.end), key=lambda one: (one.start, -one.end, one.layer, one.label))
    ids: dict[int, str] = {}
    taken: dict[str, int] = {}
    places = [document.to_text(one.start, one.end) for one in found]
    for one, (start, end) in zip(found, places):
        name = f"{one.label}:{start}-{end}"
        taken[name] = taken.get(name, 0) + 1
        ids[id(one)] = name if taken[name] == 1 else f"{name}.{taken[name]}"
    return [
        (document.speech, ids[id(one)], start, end, one.layer, one.label, ids.get(id(one.parent)), one.order,
         one.confidence, source, dump_attributes(one.attributes))
        for one, (start, end) in zip(found, places)
    ]


def dump_attributes(attributes: dict) -> str:
    """Write evidence as JSON with sorted keys."""
    if not attributes:
        return "{}"
    return json.dumps(attributes, ensure_ascii=False, sort_keys=True, default=_plain)


def _plain(value):
    return value.item() if isinstance(value, np.generic) else str(value)


def span_table(rows: list[tuple]) -> pd.DataFrame:
    """Make the span table of rows in the order of COLUMNS: one row per thing found, sorted by speech and place."""
    table = pd.DataFrame(rows, columns=COLUMNS)
    for column in ("speech", "layer", "label", "source"):
        table[column] = table[column].astype(str).astype("category")
    for column in ("start", "end"):
        table[column] = table[column].astype("int32")
    table["order"] = pd.array(table["order"].where(table["order"].notna(), None), dtype="Int16")
    table["confidence"] = table["confidence"].astype("float32")
    for column in ("span", "parent", "attributes"):
        table[column] = table[column].astype("string")
    return table


def check_spans(spans: pd.DataFrame, speeches: pd.DataFrame) -> list[str]:
    """Name what is wrong with a span table: offsets outside the text, unknown labels, parents missing or in a circle."""
    wrong = []
    length = speeches.set_index("speech")["text"].str.len()
    known = spans["speech"].isin(length.index)
    wrong += [f"{speech}: no such speech" for speech in spans.loc[~known, "speech"].unique()]
    rows = spans[known]
    if not len(rows):
        return wrong
    limit = rows["speech"].astype(str).map(length)
    for row in rows[(rows["start"] < 0) | (rows["start"] >= rows["end"]) | (rows["end"] > limit)].itertuples():
        wrong.append(f"{row.speech} {row.span}: {row.start}–{row.end} is not a stretch of its text")
    wrong += [f"{label}: not in the tag set" for label in rows["label"].unique()
              if label not in LABELS and label != "hard_negative"]
    ids = pd.MultiIndex.from_frame(rows[["speech", "span"]].astype(str))
    for row in rows[ids.duplicated()].itertuples():
        wrong.append(f"{row.speech} {row.span}: the id stands twice")
    parent = {(row.speech, row.span): (row.speech, row.parent) for row in rows[rows["parent"].notna()].itertuples()}
    here = set(zip(rows["speech"], rows["span"]))
    for child, above in parent.items():
        if above not in here:
            wrong.append(f"{child[0]} {child[1]}: its parent {above[1]} is not there")
        seen = {child}
        while above in parent and above not in seen:
            seen.add(above)
            above = parent[above]
        if above in seen:
            wrong.append(f"{child[0]} {child[1]}: it is its own ancestor")
    return wrong


def attribute(spans: pd.DataFrame, name: str) -> pd.Series:
    """Read one value of the evidence of each span; missing where a span has none.

    >>> table = span_table([("a", "x:0-1", 0, 1, "lexis", "quotation", None, None, 1.0, "t", '{"kind": "label"}')])
    >>> attribute(table, "kind").tolist()
    ['label']
    """
    # Values are read once per distinct JSON text: most spans of a corpus share few of them.
    codes, texts = pd.factorize(spans["attributes"])
    values = np.array([json.loads(text).get(name) if f'"{name}"' in text else None for text in texts] + [None], dtype=object)
    return pd.Series(values[codes], index=spans.index, name=name)


def coverage(spans: pd.DataFrame, labels: list[str]) -> pd.Series:
    """Count the characters of each speech that spans of these labels cover, overlaps counted once.

    Give member labels (`parallelism_member`), not groups: a group's hull also holds what stands between its members.
    """
    rows = spans[spans["label"].isin(labels)].sort_values(["speech", "start", "end"])
    reach = rows.groupby("speech", observed=True)["end"].cummax().groupby(rows["speech"], observed=True).shift(fill_value=0)
    gain = (rows["end"] - np.maximum(rows["start"], reach)).clip(lower=0)
    return gain.groupby(rows["speech"], observed=True).sum()


def to_brat(spans: pd.DataFrame, text: str) -> str:
    """Write one speech's spans in brat's stand-off format: T for the span, R for its parent, notes for the evidence.

    The note also holds what brat has no column for: a layer that is not the label's own, line ends at the span's edges.
    """
    lines, number = [], {}
    for row in spans.itertuples():
        about = json.loads(row.attributes)
        places = about.pop("pieces", [(row.start, row.end)])
        pieces = [piece for start, end in places for piece in _line_pieces(text, start, end)]
        if not pieces:
            continue  # nothing but line ends, which brat cannot mark
        count = number[row.span] = len(number) + 1
        edges = [pieces[0][0] - row.start, row.end - max(end for _, end in pieces)]
        about |= {"line_ends": edges} if any(edges) else {}
        about |= {"layer": row.layer} if row.label not in LABELS or row.layer != LABELS[row.label].layer else {}
        shown = " ".join(text[start:end] for start, end in pieces)
        lines.append(f"T{count}\t{row.label} {';'.join(f'{start} {end}' for start, end in pieces)}\t{shown}")
        if about:
            lines.append(f"#{count}\tAnnotatorNotes T{count}\t{dump_attributes(about)}")
    relations = spans[spans["parent"].notna() & spans["parent"].isin(list(number)) & spans["span"].isin(list(number))]
    for count, row in enumerate(relations.itertuples(), 1):
        lines.append(f"R{count}\tpart_of Arg1:T{number[row.span]} Arg2:T{number[row.parent]}")
    return "\n".join(lines) + "\n" if lines else ""


def _line_pieces(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """brat wants a span that crosses lines as a list of pieces."""
    pieces = []
    for line in text[start:end].split("\n"):
        if line:
            pieces.append((start, start + len(line)))
        start += len(line) + 1
    return pieces
