"""How do notebooks become a book?  Runs them on a folder and writes pages that need nothing from outside."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import nbformat
from tqdm import tqdm

from analysis import style
from analysis.show import FIGURE, VIEW, escape

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = ROOT / "notebooks"
MARK = "provenance.json"  # a folder that holds it is a book of ours, and may be replaced by a new one
_book = Path(__file__).parent / "book"


class WrongChoice(ValueError):
    """A parameter that no notebook has, or a value of the wrong kind; the message names the valid ones."""


class Page(NamedTuple):
    file: str
    chinese: str
    english: str
    failed: dict | None
    body: str


class Book(NamedTuple):
    """What was made: its first page, and for each failed notebook its name, cell and reason."""

    index: Path
    failed: list[tuple[str, int, str]]


def write_report(folder: Path, out: Path, *, parameters: dict[str, str] | None = None, language: str = "", text: bool = True,
                 jobs: int = 2, notebooks: Path = NOTEBOOKS, progress: bool | None = None) -> Book:
    """Run every notebook on the speeches of a folder and write the book to `out`, all of it or nothing.

    `parameters` go to every notebook that has them.  `text=False` leaves the texts out: numbers, figures, and excerpts of 15 characters.
    A notebook that fails leaves its page marked and the others whole.  Raises WrongChoice, NothingToRead, FileExistsError.
    """
    sources = {path.stem: nbformat.read(path, as_version=4) for path in sorted(notebooks.glob("[0-9]*.ipynb"))}
    chosen = check_parameters(parameters or {}, sources)
    check_target(out)
    progress = sys.stderr.isatty() if progress is None else progress
    out.parent.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        with tempfile.TemporaryDirectory(prefix="speech-kept-") as kept:
            environment = {"SPEECH_BOOK": "1", "SPEECH_KEPT": kept, "IPYTHONDIR": kept, "SPEECH_NO_TEXT": "" if text else "1",
                           "JUPYTER_PLATFORM_DIRS": "1", "MPLBACKEND": "module://matplotlib_inline.backend_inline"}
            failed = _write_pages(folder, building, sources, chosen, environment, language, text, jobs, progress)
        _replace(building, out)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise
    return Book(out / "index.html", failed)


def check_parameters(given: dict[str, str], sources: dict[str, nbformat.NotebookNode]) -> dict[str, object]:
    """Read `name=value` choices by the kind that the notebooks' own defaults have. Raises WrongChoice, naming the valid ones."""
    known: dict[str, object] = {}
    for source in sources.values():
        known.update(_defaults(source))
    known.pop("DATA", None)
    chosen = {}
    for choice, value in given.items():
        if choice not in known:
            raise WrongChoice(style.say(f"-p {choice}：没有这个参数；可用的有 ", f"-p {choice}: no such parameter; there are ")
                              + ", ".join(f"{one}={default!r}" for one, default in sorted(known.items())))
        chosen[choice] = _read_value(choice, value, known[choice])
    return chosen


def _read_value(choice: str, value: str, default):
    if isinstance(default, str) or default is None:
        return value or default
    try:
        read = ast.literal_eval(value)
    except (ValueError, SyntaxError):
        read = [part for part in re.split("[,，、]", value) if part] if isinstance(default, (list, tuple)) else None
    number = isinstance(default, (int, float)) and not isinstance(default, bool)
    if (number and isinstance(read, (int, float)) and not isinstance(read, bool)) or isinstance(read, type(default)):
        return read
    raise WrongChoice(style.say(f"-p {choice}={value}：应是{type(default).__name__}，例如 {default!r}",
                                f"-p {choice}={value}: {type(default).__name__} wanted, such as {default!r}"))


def _defaults(source) -> dict[str, object]:
    """The choices of a notebook: the assignments of its cell tagged `parameters`."""
    found = {}
    for cell in source.cells:
        if "parameters" in cell.metadata.get("tags", []):
            for node in ast.parse(cell.source).body:
                if isinstance(node, ast.Assign):
                    found[node.targets[0].id] = ast.literal_eval(node.value)
    return found


def check_target(out: Path) -> None:
    """Refuse to write over a folder that is not an earlier book."""
    if out.exists() and not out.is_dir() or out.is_dir() and any(out.iterdir()) and not (out / MARK).is_file():
        raise FileExistsError(style.say(f"{out.name}：这里已有别的文件，报告不会覆盖它们；请用 --out 另选文件夹。",
                                        f"{out.name}: holds files that are not a report; choose another folder with --out."))


def _write_pages(folder, building, sources, chosen, environment, language, text, jobs, progress) -> list[tuple[str, int, str]]:
    from analysis import pages

    os.environ.update(environment)
    corpus, spans, accuracy = pages.prepare(folder)
    runs = [(name, source, {**chosen, "DATA": str(Path(folder).resolve())}) for name, source in sources.items()]
    with ThreadPoolExecutor(jobs) as pool:
        done = list(tqdm(pool.map(lambda run: run_notebook(*run, environment), runs), total=len(runs), disable=not progress, desc="notebooks 笔记本"))
    (building / "figures").mkdir()
    (building / "data").mkdir()
    shown = [_page(name, notebook, failed, folder, building) for (name, notebook, failed) in done]
    pages.write_book(building, shown, corpus, spans, accuracy, chosen=chosen, language=language, text=text)
    return [(name, failed["cell"], failed["reason"]) for name, _, failed in done if failed]


def run_notebook(name: str, source, choices: dict, environment: dict[str, str]):
    """Run one notebook with its choices set; (name, executed notebook, None or what failed)."""
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
    from traitlets.config import Config

    notebook = nbformat.from_dict(json.loads(json.dumps(source)))
    _set_choices(notebook, choices)
    quiet = Config({"KernelManager": {"transport_encryption": "auto"}})  # else each kernel warns that it listens unencrypted
    client = NotebookClient(notebook, timeout=1200, kernel_name="python3", record_timing=False, config=quiet,
                            resources={"metadata": {"path": str(NOTEBOOKS)}})
    try:
        client.execute(env={**os.environ, **environment})
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        codes = [place for place, cell in enumerate(notebook.cells, 1) if cell.cell_type == "code"]
        stopped = next((place for place in codes if any(one.output_type == "error" for one in notebook.cells[place - 1].outputs)), codes[0])
        reason = re.sub(r"\x1b\[[0-9;]*m", "", str(error)).strip().splitlines()
        return name, notebook, {"cell": stopped, "reason": reason[-1] if reason else type(error).__name__}
    return name, notebook, None


def _set_choices(notebook, choices: dict) -> None:
    """Replace the values in the cell tagged `parameters`, as papermill does behind it; names that it lacks are left alone."""
    for cell in notebook.cells:
        if "parameters" in cell.metadata.get("tags", []):
            own = _defaults(notebook)
            lines = [f"{choice} = {value!r}" for choice, value in choices.items() if choice in own]
            cell.source = "\n".join([cell.source, *lines])
            return


def _page(name, notebook, failed, folder, building) -> Page:
    """Turn an executed notebook into a page; figures and tables go to files of their own."""
    from nbconvert import HTMLExporter

    for cell in notebook.cells:
        if "parameters" in cell.metadata.get("tags", []):  # the book does not tell where on a machine the folder was
            cell.source = cell.source.replace(repr(str(Path(folder).resolve())), repr("…"))
        for output in cell.get("outputs", []):
            _place_output(output, building)
    exporter = HTMLExporter(template_name="template", extra_template_basedirs=[str(_book)], exclude_input_prompt=True,
                            exclude_output_prompt=True)
    body, _ = exporter.from_notebook_node(notebook)
    title = next((line.lstrip("# ") for cell in notebook.cells for line in cell.source.splitlines() if line.startswith("# ")), name)
    chinese, _, english = title.partition(" · ")
    return Page(f"{name}.html", chinese, english or name.partition("_")[2], failed, mark_languages(body))


def _place_output(output, building: Path) -> None:
    data = output.get("data", {})
    if FIGURE in data:
        figure = data[FIGURE]
        name = re.sub(r"[^\w-]", "_", figure["name"])
        (building / "figures" / f"{name}.svg").write_text(figure["svg"], encoding="utf-8", newline="\n")
        (building / "data" / f"{name}.csv").write_text(figure["csv"], encoding="utf-8-sig", newline="\n")
        about = f" · {escape(figure['about'])}" if figure["about"] else ""
        html = (f'<figure id="{name}"><img src="figures/{name}.svg" alt="{escape(figure["alt"])}">'
                f'<figcaption><a href="data/{name}.csv" download>数据 data (CSV)</a> · <a href="figures/{name}.svg" download>矢量图 vector (SVG)</a>{about}</figcaption></figure>')
    elif VIEW in data:
        view = data[VIEW]
        html = view["html"]
        if view.get("csv"):
            name = re.sub(r"[^\w-]", "_", view["name"])
            (building / "data" / f"{name}.csv").write_text(view["csv"], encoding="utf-8-sig", newline="\n")
            html += f'<p class="data"><a href="data/{name}.csv" download>数据 data (CSV)</a></p>'
    else:
        return
    output["data"] = {"text/html": html}


_paragraph = re.compile(r"<(p|li)>(.*?)</\1>", re.S)
_han = re.compile("[\u4e00-\u9fff]")


def mark_languages(body: str) -> str:
    """Mark each paragraph of prose as Chinese or English, for the language switch.

    >>> mark_languages("<p>看什么</p><p>What to see</p>")
    '<p lang="zh">看什么</p><p lang="en">What to see</p>'
    """
    def mark(found):
        inner = re.sub("<[^>]*>", "", found[2])
        chinese = len(_han.findall(inner)) * 4 >= len(inner.strip())
        return f'<{found[1]} lang="{"zh" if chinese else "en"}">{found[2]}</{found[1]}>'
    return _paragraph.sub(mark, body)


def _replace(building: Path, out: Path) -> None:
    """Put the new book in the place of the old one; the old one stays until the new one is whole."""
    building.chmod(0o755)
    old = out.with_name(f".{out.name}-old")
    shutil.rmtree(old, ignore_errors=True)
    if out.exists():
        out.rename(old)
    building.rename(out)
    shutil.rmtree(old, ignore_errors=True)
