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
