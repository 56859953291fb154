"""What is not the speech: found by evidence, marked, never deleted."""

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.characters import count_han
from analysis.cleaning import REASONS, clean, is_name, mask, speaker_of
from analysis.corpus import load_corpus

BODY = "今天召开春耕工作会议，主要任务是安排农业生产。\n一、认清形势\n春争日，夏争时，误了农时就误了收成。\n谢谢大家！\n"


def marked(text: str, **options) -> list[tuple[str, str]]:
    return [(text[mark.start:mark.end].strip(), mark.reason) for mark in clean(text, **options).marks]


def body(text: str) -> str:
    found = clean(text)
    return text[found.body_start:found.body_end]


def title(text: str) -> str:
    found = clean(text).title
    return text[found[0]:found[1]] if found else ""


def test_a_banner_before_the_title_is_one_mark_and_a_watermark_another():
    text = "某某文库\n会员专享 每日更新\n\n在春耕会议上的讲话\n某某文库整理 QQ12345678\n同志们：\n" + BODY + "某某文库整理 QQ12345678\n"
    assert marked(text) == [("某某文库\n会员专享 每日更新", "before_title"), ("某某文库整理 QQ12345678", "contact"), ("某某文库整理 QQ12345678", "contact")]
    assert title(text) == "在春耕会议上的讲话" and body(text).startswith("同志们：") and body(text).endswith("谢谢大家！")


def test_a_watermark_inside_a_paragraph_is_found_by_its_copy():
    text = "在会上的讲话\n咨询加微信wenku8866\n同志们：\n我们要实干，咨询加微信wenku8866不能空谈。\n"
    assert [place for place, _ in marked(text)] == ["咨询加微信wenku8866"] * 2


def test_words_of_daily_life_in_a_sentence_are_no_contact_line():
    text = "在会上的讲话\n同志们：\n要用好微信公众号，发展会员，做好档案整理工作。\n把群众工作群建到村里。\n"
    assert marked(text) == []


@pytest.mark.parametrize("head, wanted", [
    ("在全县大会上的讲话\n（2014年3月5日）\n县委书记 何清\n", "在全县大会上的讲话"),
    ("实干兴县\n——在全县大会上的讲话\n", "实干兴县\n——在全县大会上的讲话"),
    ("在全县深化作风建设暨春耕生产\n工作会议上的讲话\n2014年3月5日\n", "在全县深化作风建设暨春耕生产\n工作会议上的讲话"),
    ("**政府工作报告**\n——2014年1月6日在砚州市人民代表大会上\n市长 何清\n", "政府工作报告"),
    ("政府工作报告 ——2014年1月6日在砚州市人民代表大会上\n", "政府工作报告"),
    ("首页 > 讲话 > 正文\n在全县大会上的讲话（节选）\n", "在全县大会上的讲话（节选）"),
    ("", "")])
def test_titles_in_all_their_forms(head, wanted):
    text = head + "\n同志们：\n" + BODY
    assert title(text) == wanted and body(text).startswith("同志们：")


@pytest.mark.parametrize("salutation", ["同志们：", "各位代表！", "尊敬的各位领导、各位来宾，女士们、先生们：", "青年朋友们：", "老同志们，各位委员：", "同学们:"])
def test_the_body_begins_with_the_salutation(salutation):
    assert body("在会上的讲话\n2014年3月5日\n" + salutation + "\n" + BODY).startswith(salutation)


def test_without_a_salutation_the_body_begins_after_title_date_and_speaker():
    assert body("在会上的讲话\n（2014年3月5日）\n何清\n" + BODY).startswith("今天召开")
    assert body("政府工作报告\n（2014年3月5日在砚州市人民代表大会上）\n\n一、去年工作回顾\n" + BODY).startswith("一、去年工作回顾")
    assert body(BODY).startswith("今天召开") and body("") == "" and body("只有一行") == "只有一行"


def test_a_salutation_in_the_middle_is_not_the_beginning():
    text = "政府工作报告\n\n一、去年工作回顾\n去年全市生产总值增长百分之八，各项任务全面完成。\n各位代表！\n新的一年任务艰巨。\n"
    assert body(text).startswith("一、去年工作回顾")


def test_marks_of_markdown_and_html_are_marked_and_hidden_names_are_not():
    text = "---\ntitle: 春耕\nsource: 某处\n---\n# 在会上的讲话\n<!-- 图 -->\n**同志们：**\n> 这是**第一**件[^1]，见[网页](http://a.b)。<br>\n张**同志和李**同志都来了。\n\n[^1]: 注文\n"
    view = mask(text, clean(text).marks)
    assert "".join(view.split()) == "在会上的讲话同志们：这是第一件，见网页。张**同志和李**同志都来了。"
    assert clean(text).fields == {"title": "春耕", "source": "某处"}


def test_tables_of_contents_notes_and_appendices_are_no_speech():
    text = ("在会上的讲话\n目录\n一、认清形势\n二、狠抓落实\n同志们：\n今天讲两点。\n一、认清形势\n形势很好，也有困难，要看得清。\n二、狠抓落实\n落实要有人管、有人问。\n"
            "（本文根据录音整理，未经本人审阅）\n附件：\n名词解释\n1. 春耕：春天耕地。\n")
    assert [(words.split("\n")[0], reason) for words, reason in marked(text)] == [
        ("目录", "contents"), ("（本文根据录音整理，未经本人审阅）", "editor"), ("附件：", "glossary")]
    assert body(text).startswith("同志们") and body(text).endswith("有人问。")


def test_page_numbers_and_running_heads():
    pages = "".join(f"春耕材料汇编\n这一页讲第{number}件事，事情很具体，大家要听清。\n- {number} -\n" for number in range(1, 5))
    assert {reason for _, reason in marked("在会上的讲话\n同志们：\n" + pages)} == {"page", "repeated"}


def test_lines_that_other_files_have_too_are_boilerplate_at_the_end_only():
    text = "在会上的讲话\n同志们：\n" + BODY + "更多精彩请看下期\n"
    assert marked(text, repeated={"更多精彩请看下期", "同志们：", "一、认清形势"}) == [("更多精彩请看下期", "repeated")]


def test_speakers_and_names():
    assert [speaker_of(line) for line in ("市长 何清", "中共砚州市委书记　欧阳清", "何 清", "砚州市市长何清风", "市长", "农业生产", "我们的市长何清说：")] == [
        "何清", "欧阳清", "何清", "何清风", "", None, None]
    assert is_name("何××") and not is_name("关于")


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("同志们：讲话\n 　**#<!->[](（）2014年3月5日QQ12345678www.a.cn附件名词解释—-=123。一、各位代表"), max_size=300))
def test_marks_are_sorted_apart_and_inside_and_the_body_too(text):
    found = clean(text)
    places = [place for mark in found.marks for place in mark[:2]]
    assert places == sorted(places) and all(0 <= mark.start < mark.end <= len(text) and mark.reason in REASONS for mark in found.marks)
    assert 0 <= found.body_start <= found.body_end <= len(text)
    assert len(mask(text, found.marks)) == len(text)


# ---------------------------------------------------------------------------------------------------------------- real texts

@pytest.fixture(scope="module")
def shared() -> Path:
    if "SPEECH_SHARED" not in os.environ:
        pytest.skip("not run: SPEECH_SHARED is not set")
    return Path(os.environ["SPEECH_SHARED"])


def test_the_seed_speeches_come_out_as_annotated(shared):
    pandas = pytest.importorskip("pandas")
    corpus = load_corpus(shared / "corpora" / "seed_speeches")
    assert corpus.speeches["n_han"].tolist() == [4345, 4095] and [document.han for document in corpus.documents()] == [4345, 4095]
    for row in corpus.speeches.itertuples():
        gold = pandas.read_csv(shared / "gold" / f"seed_{row.source[:3]}.csv")
        want = {label: set(zip(rows["start"], rows["end"])) for label, rows in gold[gold["layer"] == "structure"].groupby("label")}
        marks = corpus.boilerplate[corpus.boilerplate["speech"] == row.speech]
        assert set(zip(marks["start"], marks["end"])) == want["boilerplate"]
        assert {(row.title_start, row.title_end)} == want["title"] and row.body_start in {start for start, _ in want["salutation"]}


def test_the_work_reports_begin_where_they_begin(shared):
    corpus = load_corpus(shared / "corpora" / "work_reports")
    speeches = corpus.speeches
    assert len(speeches) == 320 and speeches["place"].notna().all() and speeches["year"].notna().all()
    begin = [row.text[row.body_start:row.body_start + 40] for row in speeches.itertuples()]
    assert sum(words.startswith(("各位", "名位", "位代表", "主席")) for words in begin) >= 292
    assert speeches["n_han"].min() > 2000 and not any(sign in document.view for document in corpus.documents() for sign in ("**", "<!--", "<br"))
    assert all(count_han(words) for words in begin)


def test_the_title_of_an_appendix_does_not_make_the_speech_before_it_a_preface():
    prose = "坡上的路要修，沟里的水要通，账上的钱要管，屋里的人要问。" * 6
    text = f"{prose}\n{prose}\n{prose}\n名词解释及报告\n（1）坡路：指山上的路，由村里管。\n"
    found = clean(text)
    assert found.body_start == 0 and not [mark for mark in found.marks if mark.start < 3 * len(prose)]
