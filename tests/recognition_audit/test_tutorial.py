"""The tutorial does what it says: its commands are run as they stand in the page."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from config.embedded import ROOT
from recognition_audit import cli

PAGE = (ROOT / "docs" / "audit-tutorial.md").read_text(encoding="utf-8")
LINES = [
    line
    for block in re.findall(r"```sh\n(.*?)```", PAGE, flags=re.DOTALL)
    for line in block.splitlines()
    if line.strip()
]
REGISTERED = {command.__name__.rpartition(".")[2] for command in cli.COMMANDS}


def command_of(line):
    return shlex.split(line)[1]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The tutorial's own folder, copied, and a terminal in it with the command on its path."""
    folder = tmp_path_factory.mktemp("tutorial") / "tutorial"
    shutil.copytree(ROOT / "docs" / "tutorial", folder)
    return folder


@pytest.fixture(scope="module")
def ran(folder):
    """Every line in the order of the page: line → what it did."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"PATH": path, "COLUMNS": "120"}
    return {
        line: subprocess.run(
            ["bash", "-c", line], cwd=folder, env=environment, capture_output=True, text=True,
            check=False,
        )
        for line in LINES
        if command_of(line) in REGISTERED
    }  # fmt: skip


def test_there_are_five_commands():
    assert [command_of(line) for line in LINES] == [
        "check", "verify", "report", "evidence", "reproduce",
    ]  # fmt: skip


@pytest.mark.parametrize("line", LINES, ids=command_of)
def test_a_command_of_the_tutorial_works_as_it_stands_there(line, ran):
    if line not in ran:
        pytest.skip(f"the command {command_of(line)} is not registered yet")
    done = ran[line]

    assert done.returncode == 0, done.stderr
    assert done.stderr.strip() == ""
    assert "Traceback" not in done.stdout


def test_the_figures_that_the_tutorial_tells_are_those_of_the_audit(ran, folder):
    rates = json.loads((folder / "audit.json").read_bytes())["rates"]
    counted = {
        row["group_a"]: f"{row['errors']:,} of {row['trials']:,}"
        for row in rates
        if row["metric"] == "FMR" and row["group_a"] == row["group_b"]
    }

    told = re.findall(r"in (\d+ of [\d,]+)", PAGE)
    assert f"{counted['VI']} comparisons" in PAGE
    assert told == [counted["VI"], counted["II"]]


def test_the_page_that_the_tutorial_makes_needs_nothing_else(ran, folder):
    page = (folder / "audit.html").read_text(encoding="utf-8")

    assert page.lower().startswith("<!doctype html>")
    assert "<svg" in page
    assert "<script" not in page
    assert not re.search(r"""(src|href)=["']https?://""", page)
    assert "43 of 2,000" in page


def test_the_wrong_way_round_is_refused_as_the_tutorial_says(folder):
    line = next(line for line in LINES if command_of(line) == "verify")
    words = shlex.split(line.replace("--similarity", "--distance").replace("audit.json", "no.json"))

    done = subprocess.run(
        [sys.executable, "-m", "recognition_audit", *words[1:]], cwd=folder, capture_output=True,
        text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 1
    assert "--similarity" in done.stderr
    assert not (folder / "no.json").exists()


def test_the_refusal_that_the_tutorial_quotes_is_the_programs_own(folder, tmp_path):
    rows = (folder / "pairs.csv").read_text(encoding="utf-8").splitlines()[:60]
    cells = rows[17].split(",")
    cells[4] = "n/a"
    rows[17] = ",".join(cells)
    (tmp_path / "pairs.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")

    done = subprocess.run(
        [sys.executable, "-m", "recognition_audit", "verify", "pairs.csv", "--similarity",
         "--threshold", "0.5"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 1
    quoted = re.search(r"`(pairs\.csv, row 17.*?)`", PAGE)[1]
    assert quoted in done.stderr


def test_the_files_that_the_audit_pages_name_are_there():
    for name in ("audit-tutorial.md", "audit-studies.md", "audit-adapters.md"):
        text = (ROOT / "docs" / name).read_text(encoding="utf-8")
        for link in re.findall(r"\]\(([\w./-]+)\)", text):
            assert (ROOT / "docs" / link).is_file(), f"{name} names {link}"


def test_every_study_and_adapter_is_documented():
    from recognition_audit import studies
    from recognition_audit.cli.collect import ADAPTERS

    pages = {
        name: (ROOT / "docs" / name).read_text(encoding="utf-8")
        for name in ("audit-studies.md", "audit-adapters.md")
    }
    assert all(f"`{name}`" in pages["audit-studies.md"] for name in studies.names())
    assert all(f"`{name}`" in pages["audit-adapters.md"] for name in ADAPTERS)


# What the package may load, all of it pulled in by `pip install .` alone.
ALLOWED = {"numpy", "scipy", "pyarrow", "rich", "markdown_it", "mdurl", "pygments"}
# numpy, scipy and pyarrow load these where they happen to be there.
ALLOWED |= {"charset_normalizer", "cloudpickle", "cython_runtime"}
EVERY_MODULE = """
import importlib, json, pkgutil, sys
before = set(sys.modules)
import recognition_audit
for one in pkgutil.walk_packages(recognition_audit.__path__, "recognition_audit."):
    if not one.name.endswith("__main__"):
        importlib.import_module(one.name)
loaded = {name.partition(".")[0] for name in set(sys.modules) - before}
print(json.dumps(sorted(loaded - set(sys.stdlib_module_names) - {"recognition_audit"})))
"""


def test_the_package_alone_loads_nothing_of_the_site_and_no_extra():
    done = subprocess.run(
        [sys.executable, "-c", EVERY_MODULE], cwd=ROOT, capture_output=True, text=True, check=True
    )

    loaded = {name for name in json.loads(done.stdout) if not name.startswith("_")}
    assert loaded - ALLOWED == set()


def test_every_data_file_of_the_package_is_installed_with_it():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    globs = project["tool"]["setuptools"]["package-data"]["recognition_audit"]
    folder = ROOT / "recognition_audit"
    installed = {path for glob in globs for path in folder.glob(glob)}
    data = {
        path
        for path in folder.rglob("*")
        if path.is_file() and path.suffix not in (".py", ".pyc") and "__pycache__" not in path.parts
    }

    assert data
    assert data - installed == set()
