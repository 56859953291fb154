"""A web page gives what a browser shows: no less, and what is left out is counted."""

import time

import pytest

from analysis.readers import read_bytes
from analysis.readers.result import Refusal


def read(page: str):
    return read_bytes(("<meta charset=utf-8>" + page).encode(), ".html")[0]


def text(page: str) -> str:
    return read(page).text


def counts(page: str) -> dict[str, tuple[int, str]]:
    return {remark.kind: (remark.count, remark.detail) for remark in read(page).remarks}


def shown(styles: str, element: str = "<p class='c d' id=e>修渠的事</p>") -> bool:
    return "修渠" in text(f"<style>{styles}</style><p>今天开会</p>{element}")


@pytest.mark.parametrize("end", ["</body></html>", "</html>", "</BODY >\n</HTML>",
                                 "</body></html><html><head><title>题</title></head><body>"])
def test_what_stands_after_the_end_is_read(end):
    assert text(f"<html><body><p>先修渠</p>{end}<p>再栽树</p></body></html>") == "先修渠\n再栽树\n"


@pytest.mark.parametrize("styles", [
    ".c{display:none}", "#e{display:none}", "p.c.d{display:none}", ".x, .c {color:red; DISPLAY : None ; margin:0}",
    ".c{visibility:hidden}", ".c{font-size:0px}", ".c{display:none!important} .c.d{display:block}",
    ".c{display:block} .c{display:none}", ".c{display:none} p{display:block}", "@import url(a.css); .c{display:none}",
    "@media print{p{color:red}} .c{display:none}", "/* { */ .c{display:none}", "<!-- .c{display:none} -->",
    ".c{display:none} .c::after{display:block} .c:hover{display:block}",
    ".c{display:none} .c.open{display:block}", ".c{display:none"])
def test_text_is_left_out_where_the_page_says_so(styles):
    assert not shown(styles)


@pytest.mark.parametrize("styles", [
    "@media print{.c{display:none}}", "@media (max-width:600px){.c{display:none}}",
    ".c{display:none} .c{display:block}",
    ".c{display:none} .c.d{display:block}", ".c{display:none} div .d{display:flex}",
    ".c{display:none} #e{display:block}", ".c{display:none} @media screen{.c{display:block}}",
    ".c{display:none} .d{display:block!important}",
    ".c{visibility:hidden} .d{visibility:visible}",
    ".c{display:none} .c.d{display:block} .c.x{display:none}", ".c:hover{display:none}", ".x .c{display:none}",
    "/* .c{display:none} */", ".c{display:none} [id]{display:block}", "body{display:none}", ".c::before{display:none}",
    ".c{color:red;content:'display:none'}"])
def test_text_is_kept_where_its_hiding_is_not_certain(styles):
    assert shown(styles)


def test_inline_styles_outweigh_style_sheets():
    assert shown(".c{display:none}", "<p class=c style='display:block'>修渠的事</p>")
    assert shown("", "<p style='display:none;display:block'>修渠的事</p>")
    assert shown("", "<p hidden style='display:block'>修渠的事</p>") and not shown("", "<p hidden>修渠的事</p>")
    assert not shown("", "<p style='display:none'>修渠的事</p>")
    assert not shown(".c{display:block}", "<p class=c style='display:none'>修渠的事</p>")
    assert not shown(".c{display:none!important}", "<p class=c style='display:block'>修渠的事</p>")
    wide = ".hidden{display:none} @media (min-width:9px){.md\\:block{display:block}}"
    assert shown(wide, "<p class='hidden md:block'>修渠的事</p>") and not shown(wide, "<p class=hidden>修渠的事</p>")
    assert "修渠" in text("<style media=print>.c{display:none}</style><p class=c>修渠的事</p>")


def test_what_is_visible_in_the_invisible_is_read():
    page = "<p>今天开会</p><div style='visibility:hidden'>藏起<span style='visibility:visible'>露出</span>再藏</div><p>散会</p>"
    assert text(page) == "今天开会\n露出\n散会\n" and counts(page) == {"hidden_text": (2, "")}
    assert text("<style>li{font-size:14px}</style><ul style='font-size:0'>缝<li>甲事</li><li>乙事</li></ul>") == "甲事\n乙事\n"


@pytest.mark.parametrize("element, words", [
    ("<svg><title>图</title><defs><text>样</text></defs><text x=1>甲村</text><text>乙村</text></svg>", "甲村\n乙村"),
    ("<button>甲村</button>", "甲村"), ("<input type=submit value=甲村>", "甲村"), ("<input value=甲村>", "甲村"),
    ("<select><option>甲村<option selected>乙村</select>", "乙村"), ("<select><option>甲村<option>乙村</select>", "甲村"),
    ("<select size=2><option>甲村<option>乙村</select>", "甲村乙村"), ("<object data=a.swf><p>甲村</p></object>", "甲村"),
    ("<dialog open>甲村</dialog>", "甲村"), ("<map><p>甲村</p></map>", "甲村"), ("<iframe srcdoc='<p>甲村</p>'></iframe>", "甲村")])
def test_what_a_browser_shows_is_read(element, words):
    assert text(f"<p>今天开会</p>{element}<p>散会</p>") == f"今天开会\n{words}\n散会\n"


def test_controls_are_no_speech():
    found = read("<p>今天开会</p><button>打印</button><p>散会</p>")
    assert [found.text[start:end] for start, end, _ in found.marks] == ["打印"]


@pytest.mark.parametrize("element, said", [
    ("<noscript>请开脚本</noscript>", {"unread_elements": (1, "noscript")}),
    ("<template>样张</template>", {"unread_elements": (1, "template")}),
    ("<video>放不出</video><ruby>渠<rt>音</rt></ruby>", {"unread_elements": (2, "rt, video")}),
    ("<svg><desc>说明</desc></svg>", {"unread_elements": (1, "desc")}),
    ("<input type=hidden value=藏><script>'字'</script>", {}),
    ("<select><option>甲村<option>乙村</select>", {"unread_elements": (1, "select")}),
    ("<dialog>没打开</dialog>", {"hidden_text": (1, "")}), ("<iframe srcdoc=' '></iframe>", {}),
    ("<iframe srcdoc='<p hidden>藏</p><p>露</p>'></iframe>", {"hidden_text": (1, "")}),
    ("<canvas></canvas><noscript><img></noscript>", {})])
def test_what_is_not_read_is_counted(element, said):
    assert counts(f"<p>今天开会</p>{element}") == said


def test_large_pages_take_no_longer_than_their_length():
    rules = "".join(f".a.b{number}{{display:none}}" for number in range(8_000))
    pages = [f"<style>{rules}</style>" + "<p class='a b7'>甲</p>" * 20_000, "<style>" + "/*" * 90_000 + "</style>甲",
             "甲" + "</body " * 40_000, "<style>" + "a{" * 60_000 + "</style>甲",
             "<select multiple>" + "<option>甲" * 40_000 + "</select>",
             "<style>" + ",".join(["p"] * 40_000) + "{display:block}</style>甲",
             "<b style='visibility:hidden'>甲" * 1_500 + "</b>" * 1_500 + "<p>甲"]
    for page in pages:
        begun = time.perf_counter()
        try:
            text(page)
        except Refusal:
            pass
        assert time.perf_counter() - begun < 6
