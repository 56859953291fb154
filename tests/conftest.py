import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "data" / "sample"


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess:
    """Run the command line as a user does; `environment` is set on top of this one."""
    return subprocess.run([sys.executable, "-m", "analysis", *map(str, arguments)], cwd=ROOT, capture_output=True, text=True, encoding="utf-8",
                          env={**os.environ, "SPEECH_LANG": "en", "PYTHONUTF8": "1", **environment})


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real texts, named by the environment; tests on them hold offsets and counts only."""
    if "SPEECH_SHARED" not in os.environ:
        pytest.skip("not run: SPEECH_SHARED is not set")
    return Path(os.environ["SPEECH_SHARED"])


@pytest.fixture(scope="session")
def book(tmp_path_factory) -> Path:
    """The report on the bundled corpus, made once by the real command."""
    out = tmp_path_factory.mktemp("book") / "report"
    done = run("report", SAMPLE, "--out", out)
    assert done.returncode == 0, done.stderr
    return out


@pytest.fixture()
def two_speeches(tmp_path) -> Path:
    """A folder with two of the sample's speeches."""
    folder = tmp_path / "two"
    folder.mkdir()
    for path in sorted(SAMPLE.glob("*.txt"))[:2]:
        shutil.copy(path, folder)
    return folder
