"""The command line: report, check, export, evaluate."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path

from analysis import style
from analysis.style import say

DONE, PARTLY, NOTHING = 0, 1, 2
TABLES = ["speeches", "problems", "spans", "tokens", "terms", "passages"]


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 done, 1 done in part, 2 nothing done. What a user did wrong is one line on stderr, never a traceback."""
    for stream in (sys.stdout, sys.stderr):  # consoles that are not UTF-8 still print
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    choices = _parser().parse_args(arguments)
    if choices.lang:
        os.environ["SPEECH_LANG"] = choices.lang
        style.language.cache_clear()
    from analysis.workbench import NothingToRead

    try:
        return choices.run(choices)
    except (NothingToRead, FileExistsError, FileNotFoundError, PermissionError, ValueError) as error:
        print(" ".join(str(error).split()), file=sys.stderr)
        return NOTHING
    except KeyboardInterrupt:
        print(say("已中断；原有的结果没有改动。", "interrupted; earlier results are untouched."), file=sys.stderr)
        return 130
    except BrokenPipeError:
        return DONE


def report(choices) -> int:
    """Make the book."""
    from analysis.report import WrongChoice, write_report

    parameters = {}
    for given in choices.parameter:
        name, equals, value = given.partition("=")
        if not equals:
            raise WrongChoice(say(f"-p {given}：应写成 名称=值", f"-p {given}: write name=value"))
        parameters[name.strip()] = value
    from analysis.workbench import find_folder

    begun = time.perf_counter()
    book = write_report(find_folder(choices.folder), Path(choices.out).absolute(), parameters=parameters, language=choices.lang or "",
                        text=not choices.no_text, jobs=choices.jobs)
    for notebook, cell, reason in book.failed:
        print(say(f"{notebook}：第 {cell} 格失败：{reason}", f"{notebook}: cell {cell} failed: {reason}"), file=sys.stderr)
    print(f"{Path(choices.out) / 'index.html'}")
    print(say(f"用时 {time.perf_counter() - begun:.0f} 秒", f"{time.perf_counter() - begun:.0f} s"), file=sys.stderr)
    return PARTLY if book.failed else DONE


def check(choices) -> int:
    """Say what would be loaded, repaired, refused, and why; write nothing."""
    from analysis.corpus import check_files, load_corpus
    from analysis.workbench import find_folder

    corpus = load_corpus(find_folder(choices.folder), text_column=choices.text_column)
    files = check_files(corpus)
    if choices.json:
        for one in files:
            print(json.dumps(one, ensure_ascii=False))
    else:
        for one in files:
            print(f"{one['outcome']:<9} {one['path']}" + "".join(f"\n          {message}" for message in one["messages"]))
    print(say(f"{len(files)} 个文件，{len(corpus.speeches)} 篇讲话", f"{len(files)} files, {len(corpus.speeches)} speeches"), file=sys.stderr)
    if not len(corpus.speeches):
        return NOTHING
    return PARTLY if any(one["outcome"] == "refused" for one in files) else DONE


def export(choices) -> int:
    """Write the tables as files for R, Excel, brat or INCEpTION."""
    from analysis.export import write_tables

    wanted = [name for name in (choices.tables or ",".join(TABLES)).split(",") if name]
    unknown = [name for name in wanted if name not in TABLES]
    if unknown:
        raise ValueError(say(f"--tables {','.join(unknown)}：没有这样的表；可选 ", f"--tables {','.join(unknown)}: no such table; there are ") + ", ".join(TABLES))
    for path in write_tables(choices.folder, Path(choices.out), kind=choices.to, tables=wanted):
        print(path)
    return DONE


def evaluate(choices) -> int:
    """Score the detectors against hand annotation."""
    from analysis.evaluation import evaluate as score, match_speeches, read_gold
    from analysis.workbench import open_corpus, open_spans

    corpus = open_corpus(choices.folder)
    gold = read_gold(choices.gold, corpus.speeches)
    scores = score(open_spans(corpus), match_speeches(gold, corpus.speeches["speech"]))
    if choices.json:
        print(scores.to_json(orient="records", force_ascii=False, lines=True), end="")
    else:
        print(scores.round(3).to_string(index=False))
    return DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m analysis", description="Speeches in, a book of evidence out. 讲话进，证据之书出。")
    parser.add_argument("--lang", choices=["zh", "en"], help="language of messages and of the book's first view 语言")
    commands = parser.add_subparsers(required=True, metavar="{report,check,export,evaluate}")

    def command(name, run, about):
        one = commands.add_parser(name, help=about, description=about)
        one.add_argument("--lang", choices=["zh", "en"], default=argparse.SUPPRESS)
        one.set_defaults(run=run)
        return one

    one = command("report", report, "run every notebook on a folder of speeches and write a book 生成报告")
    one.add_argument("folder", nargs="?", default="data/sample")
    one.add_argument("--out", default="report", help="folder of the book (default: report)")
    one.add_argument("-p", "--parameter", action="append", default=[], metavar="NAME=VALUE", help="a choice of the notebooks")
    one.add_argument("--no-text", action="store_true", help="leave the texts out: numbers, figures, excerpts of 15 characters 不含原文")
    one.add_argument("--jobs", type=_positive, default=2, help="notebooks run at a time (default: 2)")
    one = command("check", check, "what would be loaded, repaired, refused, and why 检查文件")
    one.add_argument("folder")
    one.add_argument("--json", action="store_true", help="one JSON object a file")
    one.add_argument("--text-column", help="the column that holds the text, in tables")
    one = command("export", export, "write every table as files 导出表格")
    one.add_argument("folder")
    one.add_argument("--out", required=True)
    one.add_argument("--to", choices=["csv", "parquet", "jsonl", "brat"], default="csv")
    one.add_argument("--tables", help=f"some of {','.join(TABLES)}")
    one = command("evaluate", evaluate, "precision, recall and F1 against hand annotation 评测")
    one.add_argument("folder")
    one.add_argument("--gold", required=True, help="a CSV file, a folder of them, or one of brat's .txt and .ann")
    one.add_argument("--json", action="store_true", help="one JSON object a label")
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("1 or more")
    return number


if __name__ == "__main__":
    sys.exit(main())
