"""What if a file crashes its reader?  Risky formats are read in a child process with a limit of time and of memory.

The child is used again from file to file. It answers in JSON: nothing that it says is executed, and a hostile file that
took it over could give back no more than text.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from dataclasses import asdict
from pathlib import Path

from analysis.readers.result import Limits, Reading, Refusal, Remark

ROOT = Path(__file__).resolve().parents[2]


class Child:
    """A process that reads one file after another; started when first needed, and again after it had to be ended."""

    def __init__(self, limits: Limits):
        self.limits, self.process = limits, None

    def read(self, data: bytes, suffix: str, text_column: str | None = None) -> list[Reading]:
        """Read a file as `read_bytes` does; also refuses what takes too long, too much memory, or crashes the reader."""
        request = json.dumps({"size": len(data), "suffix": suffix, "text_column": text_column, "limits": asdict(self.limits)}).encode() + b"\n"
        self.start()
        timed_out = threading.Event()
        timer = threading.Timer(self.limits.seconds, lambda: (timed_out.set(), self.process.kill()))
        timer.start()
        try:
            self.process.stdin.write(request + data)
            self.process.stdin.flush()
            size = int(self.process.stdout.readline() or -1)
            answer = json.loads(self.process.stdout.read(size)) if size >= 0 else None
        except (OSError, ValueError):
            answer = None
        finally:
            timer.cancel()
        if answer is None:
            self.close()
            raise Refusal("time_limit", f"{self.limits.seconds:.0f}") if timed_out.is_set() else Refusal("reader_crashed")
        if answer.get("last"):
            self.close()
        if "refusal" in answer:
            raise Refusal(*answer["refusal"])
        for one in answer["readings"]:
            one["remarks"] = [Remark(*remark) for remark in one["remarks"]]
            one["marks"] = [tuple(mark) for mark in one["marks"]]
        return [Reading(**one) for one in answer["readings"]]

    def start(self) -> None:
        if self.process is None or self.process.poll() is not None:
            paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
            self.process = subprocess.Popen(
                [sys.executable, "-m", "analysis.readers.child"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONIOENCODING": "utf-8"},
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0))

    def close(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process.stdin.close()
            self.process.stdout.close()
            self.process = None


def main() -> None:
    """Answer requests until the input ends."""
    from analysis.readers import read_bytes

    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what libraries print must not get into the answers
    requests, limited = sys.stdin.buffer, False
    while line := requests.readline():
        request = json.loads(line)
        data, limits = requests.read(request["size"]), Limits(**request["limits"])
        if not limited:
            limit_memory(limits.memory_bytes)
            limited = True
        try:
            readings = read_bytes(data, request["suffix"], limits, text_column=request["text_column"])
            answer = {"readings": [asdict(reading) for reading in readings]}
        except Refusal as refusal:
            answer = {"refusal": [refusal.kind, refusal.detail]}
        except MemoryError:
            answer = {"refusal": ["memory_limit", f"{limits.memory_bytes >> 30}"], "last": True}
        except RecursionError:
            answer = {"refusal": ["nested_too_deep", ""]}
        except Exception as error:  # a reader's fault must not end the run; it is named
            answer = {"refusal": ["reader_failed", f"{type(error).__name__}: {error}"[:120]]}
        body = json.dumps(answer).encode()
        answers.write(f"{len(body)}\n".encode() + body)
        answers.flush()
        if answer.get("last"):
            return


def limit_memory(size: int) -> None:
    """Let this process take no more memory than that, write no file and leave no core, where the system can see to it."""
    try:
        import resource
    except ImportError:  # Windows
        return
    for what, most in ((resource.RLIMIT_AS, size), (resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, 0)):
        try:
            resource.setrlimit(what, (most, resource.getrlimit(what)[1]))
        except (ValueError, OSError):
            pass


if __name__ == "__main__":
    main()
