"""Questions that the speaker answers, and questions that deny themselves."""

import numpy as np
import pytest

from analysis.rhetoric.questions import find_hypophora, find_rhetorical_questions
from analysis.units import Document


def found(text, detector):
    document = Document("a", text, np.arange(len(text), dtype="int32"))
    return [text[one.start:one.end] for one in detector(document, [])]


@pytest.mark.parametrize("text, said", [
    ("路靠什么修通？靠一锹一镐。大家记住。", ["路靠什么修通？靠一锹一镐。"]),
    ("桥为什么塌？谁来负责？因为没有人管。", ["桥为什么塌？谁来负责？因为没有人管。"]),
    ("水从哪里来？山上来。", ["水从哪里来？山上来。"]),
    ("桥断了，怎么办？修。", ["怎么办？修。"]),
    ("先看什么？看桥面；桥墩以后再看。", ["先看什么？看桥面"]),
    ("有人问，桥修得好吗？修得好。", ["桥修得好吗？修得好。"]),
    ("难道桥会自己修好吗？不会。", []), ("大家听清楚了吗？", []), ("他讲了三点。我听了。", [])])
def test_hypophora(text, said):
    assert found(text, find_hypophora) == said


@pytest.mark.parametrize("text, said", [
    ("难道桥会自己修好吗？", ["难道桥会自己修好吗？"]), ("查得这么松，谁还怕？", ["查得这么松，谁还怕？"]),
    ("你凭什么不修？", ["你凭什么不修？"]), ("这样怎能服众？", ["这样怎能服众？"]), ("能不能修好？", []), ("路靠什么修通？", [])])
def test_rhetorical_questions(text, said):
    assert found(text, find_rhetorical_questions) == said
