"""CMake asks gdb for its Python, and names the remedy where that can't be had."""

import re
import shutil
import subprocess
import sysconfig

import pytest
from conftest import GDB, ROOT, environment

SCRIPT = ROOT / "gdbext" / "cmake" / "gdb_python.cmake"


def ask(gdb):
    """What configuring says with this gdb, as one line: CMake wraps its messages."""
    done = subprocess.run(
        ["cmake", f"-DGDB_EXECUTABLE={gdb}", "-P", SCRIPT],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, " ".join((done.stdout + done.stderr).split())


@pytest.fixture
def gdb_that_says(tmp_path):
    """A program that answers like gdb does, with this text."""

    def make(text):
        program = tmp_path / "gdb"
        program.write_text(f"#!/bin/sh\ncat <<'END'\n{text}\nEND\n")
        program.chmod(0o755)
        return program

    return make


def test_the_answer_is_that_of_the_python_inside_gdb(gdb):
    code, said = ask(shutil.which(GDB))
    assert code == 0, said
    inside = gdb(None, "python import sysconfig; print(sysconfig.get_config_var('EXT_SUFFIX'))", pack=False).out
    assert said.endswith(f", {inside.strip()}")


def test_a_gdb_without_python(gdb_that_says):
    code, said = ask(gdb_that_says("Scripting in the Python language is not supported in this copy of GDB."))
    assert code != 0
    assert "has no Python (it said: Scripting in the Python language is not supported" in said
    assert "Install a gdb built with Python: Debian's package gdb, not gdb-minimal." in said


def test_a_gdb_that_is_not_there(tmp_path):
    code, said = ask(tmp_path / "nosuch")
    assert code != 0
    assert re.search(r"nosuch does not run: .+ Say where gdb is: -DGDB_EXECUTABLE=/path/to/gdb", said)


def test_a_python_without_headers(gdb_that_says, tmp_path):
    suffix = sysconfig.get_config_var("EXT_SUFFIX")
    code, said = ask(gdb_that_says(f"answer|3.99|{tmp_path}|{tmp_path}|{suffix}"))
    assert code != 0
    assert f"gdb's Python is 3.99, and {tmp_path}/Python.h is not there." in said
    assert "Install its headers: Debian's package libpython3.99-dev." in said
