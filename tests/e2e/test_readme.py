"""README.md: what it says is typed works, and what it says is there is there."""

import re
import subprocess

import pytest
from conftest import GDB, PACK, ROOT, environment

README = (ROOT / "README.md").read_text("utf-8")


def section(title):
    return re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", README, re.M | re.S)[1]


@pytest.mark.parametrize("limit, status", [(4, 1), (5, 0)])
def test_the_line_for_scripts(build, limit, status):
    line = re.search(r"^gdb -batch .*?(?=^```)", README, re.M | re.S)[0]
    for shown, here in (
        ("gdb -batch", f"'{GDB}' -nx -iex 'set debuginfod enabled off' -batch"),
        ("…/pysheeet.gdb", str(PACK)),
        ("parse", "fib"),
        ("> 100", f"> {limit}"),
        ("./server --once", f"'{build('fib.cpp')}'"),
    ):
        assert shown in line
        line = line.replace(shown, here)
    done = subprocess.run(
        ["sh", "-c", line],
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr) == (status, "")


def test_every_command_of_the_table_has_help(gdb):
    table = README[README.index("| command |") : README.index("`help COMMAND`")]
    rows = [row.split("|")[1] for row in table.splitlines()[2:] if row]
    commands = [re.match(r"save \w+|\w+", typed)[0] for row in rows for typed in re.findall("`(.+?)`", row)]
    assert list(dict.fromkeys(commands)) == ["tp", "prof", "save tp", "save prof", "dm", "dj", "pl", "sf", "print"]
    for command in commands:
        result = gdb(None, f"help {command}")
        assert result.err == "" and "Usage: " in result.out, command


def test_what_the_map_of_the_tree_names_is_there():
    drawn = re.search(r"^```\n(.*?)^```", section("Where a change goes"), re.M | re.S)[1]
    folder = ROOT
    for line in drawn.splitlines():
        indentation = len(line) - len(line.lstrip())
        if indentation > 2:  # the text of the line before goes on
            continue
        path = line.split()[0].rstrip("/")
        if indentation == 0:
            folder = ROOT / path
        assert list((folder if indentation else ROOT).glob(path)), path


def test_every_file_of_the_package_is_in_the_map():
    text = section("Where a change goes")
    for file in (ROOT / "python" / "pysheeet").glob("*.py"):
        family = file.name.split("_")[0]
        assert file.stem in text or f"{family}_*.py" in text, file.name
