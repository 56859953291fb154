import re
import subprocess
import tomllib
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
CONDA_NAMES = {"brotli": "brotli-python"}


def test_environment_has_the_names_and_bounds_of_pyproject():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {*project["dependencies"], *project["optional-dependencies"]["test"], *project["optional-dependencies"]["parquet"]}
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    pip = next(part["pip"] for part in environment if isinstance(part, dict))
    conda = [part for part in environment if isinstance(part, str)]
    back = {there: here for here, there in CONDA_NAMES.items()}
    given = {re.sub("^[^<>=]+", lambda name: back.get(name[0], name[0]), one) for one in conda + pip} - {"pip", "-e ."}
    assert given == wanted | {f"python{project['requires-python']}"}


def test_pins_cover_every_dependency():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pinned = {re.split("[=;<> ]", line)[0].lower() for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()}
    named = {re.split("[=<>]", one)[0].lower() for one in project["dependencies"] + project["optional-dependencies"]["test"]}
    assert named <= pinned
    assert "://" not in (ROOT / "requirements.txt").read_text(encoding="utf-8")


def test_modules_import_only_from_earlier_in_the_line():
    """One way through, no arrow back: the order of DESIGN, from files to the book."""
    order = ["characters", "units", "spans", "style", "readers", "cleaning", "metadata", "corpus", "lexicons", "words", "numbering", "promises", "moves",
             "structure", "rhetoric", "detection", "statistics", "terms", "diversity", "discovery", "concordance", "densities", "keyness", "comparison",
             "reuse", "evaluation", "show", "figures", "reading", "workbench", "pages", "report", "export", "__main__"]
    place = {name: number for number, name in enumerate(order)}
    for path in (ROOT / "analysis").rglob("*.py"):
        own = path.relative_to(ROOT / "analysis").with_suffix("").parts[0]
        if own == "__init__":
            continue
        assert own in place, f"{own} has no place in the line"
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"^\s*from \.", text, re.M), f"{path.name}: write `from analysis.…`"
        used = set(re.findall(r"^\s*from analysis\.(\w+)", text, re.M)) | set(re.findall(r"^\s*from analysis import ([\w, ]+)", text, re.M))
        for name in {part.strip() for group in used for part in group.split(",")}:
            assert name == own or place[name] < place[own], f"{path.name} imports {name}, which comes later"


def test_commands_and_links_of_the_readmes_are_there():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for readme in ("README.md", "README.zh-CN.md"):
        text = (ROOT / readme).read_text(encoding="utf-8")
        for target in re.findall(r"^\s*make (\w+)", text, re.M):
            assert f"\n{target}:" in makefile, f"{readme}: make {target}"
        for link in re.findall(r"\]\((?!https?:|#)([^)\s#]+)", text):
            assert (ROOT / link).exists(), f"{readme}: {link}"


def test_notebooks_are_committed_without_outputs():
    import nbformat

    for path in (ROOT / "notebooks").glob("*.ipynb"):
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
        assert not any(cell.get("outputs") or cell.get("execution_count") for cell in notebook.cells), path.name
        assert sum("parameters" in cell.metadata.get("tags", []) for cell in notebook.cells) == 1, path.name
        code = [cell for cell in notebook.cells if cell.cell_type == "code"]
        assert all(len(cell.source.splitlines()) <= 15 for cell in code), path.name
        assert code[0].source.splitlines()[0] == "from analysis import show, style, workbench", path.name


def test_nothing_ignored_is_tracked():
    tracked = subprocess.run(["git", "ls-files", "-ci", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True)
    assert tracked.stdout == ""
