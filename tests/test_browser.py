"""The book as a reader meets it: from the file system, in Chromium, on a machine without Chinese fonts."""

import re
import shutil

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="module")
def browser():
    if not CHROMIUM:
        pytest.skip("not run: no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture()
def page(browser):
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    page.requests, page.complaints = [], []
    page.on("request", lambda request: page.requests.append(request.url))
    page.on("console", lambda message: page.complaints.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on("dialog", lambda dialog: (page.complaints.append("dialog"), dialog.dismiss()))
    yield page
    page.close()


def test_every_page_loads_quietly_and_asks_for_nothing_outside(book, page):
    for path in sorted(book.glob("*.html")) + sorted((book / "speeches").glob("*.html"))[:2]:
        page.goto(path.as_uri())
        page.wait_for_load_state("load")
        assert page.evaluate("document.fonts.ready.then(() => [...document.fonts].every(one => one.status === 'loaded'))"), path.name
        assert page.evaluate("[...document.images].every(one => one.complete && one.naturalWidth > 0)"), path.name
    assert [url for url in page.requests if not url.startswith(book.as_uri())] == []
    assert page.complaints == []


def test_no_page_is_wider_than_a_phone(book, page):
    page.set_viewport_size({"width": 390, "height": 800})
    for path in sorted(book.glob("*.html")) + sorted((book / "speeches").glob("*.html"))[:1]:
        page.goto(path.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= 391, path.name


def test_search_finds_chinese_and_opens_on_the_passage(book, page):
    page.goto((book / "index.html").as_uri())
    page.fill("#search", "三清三实")
    page.wait_for_selector("#found a[href*='speeches/']")
    page.click("#found a[href*='speeches/']")
    page.wait_for_selector(".found")
    assert "三清三实" in "".join(page.locator(".found").all_text_contents())


def test_languages_can_be_switched_and_are_remembered(book, page):
    page.goto((book / "01_corpus.html").as_uri())
    page.click("button[data-set=en]")
    assert not page.locator("main p[lang=zh]").first.is_visible() and page.locator("main p[lang=en]").first.is_visible()
    page.goto((book / "02_terms.html").as_uri())
    assert not page.locator("main p[lang=zh]").first.is_visible()


def test_a_span_tells_its_name_and_evidence_to_mouse_and_keyboard(book, page):
    page.goto((book / "speeches" / "001.html").as_uri())
    piece = page.locator(".text [data-n]").first
    piece.hover()
    said = page.locator(".note.on").text_content()
    assert re.search("[\u4e00-\u9fff]+ [a-z_]+", said)
    page.keyboard.press("Escape")
    assert page.locator(".note.on").count() == 0
    page.locator(".text [data-n][tabindex]").nth(1).focus()
    assert page.locator(".note.on").count() == 1


def test_layers_can_be_switched_off(book, page):
    page.goto((book / "speeches" / "001.html").as_uri())
    marked = page.locator(".text .device").first
    colour = "element => getComputedStyle(element).boxShadow"
    assert marked.evaluate(colour) != "none"
    page.uncheck("input[value=device]")
    assert marked.evaluate(colour) == "none"


def test_a_speech_opens_on_the_passage_in_its_address(book, page):
    page.goto((book / "speeches" / "001.html").as_uri() + "#c60-70")
    page.wait_for_selector(".found")
    assert page.evaluate("document.querySelector('.found').getBoundingClientRect().top < innerHeight")


def test_dark_and_print_pages_can_be_read(book, page):
    page.emulate_media(color_scheme="dark")
    page.goto((book / "index.html").as_uri())
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(22, 24, 28)"
    page.emulate_media(media="print")
    assert not page.locator("header").is_visible()


PAYLOADS = ["<img src=x onerror=alert(1)>", "<script>alert(1)</script>", "<svg/onload=alert(1)>", "<a href=javascript:alert(1)>x</a>", "\"onmouseover=\"alert(1)",
            "'><iframe srcdoc='<script>alert(1)</script>'>", "</script><script>alert(1)</script>", "<style>*{display:none}</style>", "{{7*7}}${7*7}",
            "<details open ontoggle=alert(1)>", "<math><mtext></title><img src=x onerror=alert(1)>", "![x](https://example.org/x.png)", "\\u003cimg src=x onerror=alert(1)\\u003e",
            "<base href=https://example.org/>", "<meta http-equiv=refresh content=0;url=https://example.org>", "<form action=https://example.org><button>", "$\\frac{1$", "&lt;img&gt;"]


@pytest.fixture(scope="module")
def hostile_book(tmp_path_factory):
    """A book made of files whose texts, titles, names, metadata and column names are attacks."""
    from tests.conftest import run

    folder = tmp_path_factory.mktemp("hostile") / "in"
    folder.mkdir()
    lines = ["file,title,speaker,place,occasion," + '"' + PAYLOADS[0].replace('"', '""') + '"']
    for number, payload in enumerate(PAYLOADS):
        safe = re.sub(r"[/\\:?*|]", "_", payload)[:60]
        name = f"{number:02}_{safe}.txt"
        body = f"同志们：\n{payload}今天讲三点意见。一是要{payload}抓落实、抓作风、抓廉政。二是要“{payload}”。三是要问：{payload}？\n一、{payload}\n有的{payload}，有的推诿扯皮。\n"
        (folder / name).write_text(f"{payload}在大会上的讲话\n{body}", encoding="utf-8")
        cell = payload.replace('"', '""')
        lines.append(f'"{name.replace(chr(34), chr(34) * 2)}","{cell}","{cell}","{cell}","{cell}","{cell}"')
    (folder / "metadata.csv").write_text("\n".join(lines), encoding="utf-8")
    out = folder.parent / "book"
    done = run("report", folder, "--out", out)
    assert done.returncode == 0, done.stderr
    return out


def test_nothing_from_any_input_is_live(hostile_book, book, page):
    tags = "[...document.querySelectorAll('*')].map(one => one.tagName + [...one.attributes].filter(a => /^on|srcdoc|^style$/.test(a.name)).map(a => a.name))"
    plain = set()
    for path in sorted(book.glob("*.html")) + [book / "speeches" / "001.html"]:
        page.goto(path.as_uri())
        plain |= set(page.evaluate(tags))
    page.requests.clear()
    for path in sorted(hostile_book.glob("*.html")) + sorted((hostile_book / "speeches").glob("*.html")):
        page.goto(path.as_uri())
        page.wait_for_load_state("load")
        assert set(page.evaluate(tags)) <= plain | {"PRE", "BR"}, path.name
        assert page.evaluate("[...document.links].every(one => one.protocol === 'file:')"), path.name
        for marked in page.locator(".text [data-n]").all()[:3]:
            marked.hover()
    page.goto((hostile_book / "index.html").as_uri())
    for words in ("alert", "<img", "onerror"):
        page.fill("#search", words)
        page.wait_for_selector("#found [role=status]")
    assert [url for url in page.requests if not url.startswith(hostile_book.as_uri())] == []
    assert page.complaints == []
