"""Sourcing the pack: quiet, repeatable, helpful when something is missing."""

import os
import shutil
import subprocess

import pytest
from conftest import GDB, PACK, ROOT, environment


def test_sourcing_is_silent_and_repeatable(gdb):
    result = gdb(None, f"source {PACK}", "echo done\\n")
    assert result.text == "done\n"


def test_sourcing_again_leaves_what_was_set(gdb, build):
    changed = "set pysheeet time-zone utc", "set pysheeet layout graph", "tp -quiet fib"
    asked = "show pysheeet", "show pysheeet layout", "info tp", "run", "print $_tp_count(\"fib\")"
    result = gdb(build("fib.cpp"), *changed, f"source {PACK}", *asked)
    assert result.err == ""
    assert result.text.count('How tp and prof show calls is "graph".') == 2
    assert 'The time zone of the times that printers show is "utc".' in result.lines()
    assert result.lines()[-1] != "$1 = 0"


def copy_tree(tmp_path):
    tree = tmp_path / "tree"
    for part in ("gdbinit", "python"):
        shutil.copytree(ROOT / part, tree / part, ignore=shutil.ignore_patterns("__pycache__"))
    return tree


def test_without_a_build_it_names_the_command_that_builds(gdb, tmp_path):
    tree = copy_tree(tmp_path)
    result = gdb(None, f"source {tree}/gdbinit/pysheeet.gdb", pack=False)
    assert "the compiled module is missing; build it with " in result.err
    assert f"{tree}/gdbinit/setup.sh" in result.err
    assert "Traceback" not in result.err
    tree = tree.rename(tmp_path / "a tree")
    result = gdb(None, f"source {tree}/gdbinit/pysheeet.gdb", pack=False)
    assert f"build it with '{tree}/gdbinit/setup.sh'" in result.err


def test_a_path_in_any_bytes(gdb, tmp_path):
    tree = os.fsencode(tmp_path) + b"/B\xe4ume"
    os.rename(copy_tree(tmp_path), tree)
    result = gdb(None, b"source " + tree + b"/gdbinit/pysheeet.gdb", pack=False)
    assert "the compiled module is missing; build it with " in result.err
    assert len(result.err.splitlines()) == 1


def test_a_copy_of_the_file_alone_is_one_clear_line(gdb, tmp_path):
    copy = shutil.copy(PACK, tmp_path)
    result = gdb(None, f"source {copy}", pack=False)
    assert result.err.endswith("has no pysheeet; source this file where it was, or a link to it\n")
    assert len(result.err.splitlines()) == 1


def test_a_module_for_another_python_is_one_clear_line(gdb, tmp_path):
    tree = copy_tree(tmp_path)
    build = tree / "build" / "release" / "gdbext"
    build.mkdir(parents=True)
    (build / "native.cpython-27-x86_64-linux-gnu.so").write_bytes(b"")
    result = gdb(None, f"source {tree}/gdbinit/pysheeet.gdb", pack=False)
    assert "the compiled module is for cpython-27-x86_64-linux-gnu, and gdb's Python is 3." in result.err
    assert "Traceback" not in result.err


def test_a_module_that_does_not_load_is_one_clear_line(gdb, tmp_path):
    tree = copy_tree(tmp_path)
    build = tree / "build" / "release" / "gdbext"
    build.mkdir(parents=True)
    suffix = gdb(None, "python import sysconfig; print(sysconfig.get_config_var('EXT_SUFFIX'))", pack=False).out
    (build / f"native{suffix.strip()}").write_bytes(b"")
    result = gdb(None, f"source {tree}/gdbinit/pysheeet.gdb", pack=False)
    assert result.err.startswith("pysheeet: the compiled module does not load: ")
    assert result.err.endswith(f"; build it with {tree}/gdbinit/setup.sh\n")
    assert len(result.err.splitlines()) == 1


def without_proc(*command):
    """Run a command where /proc is an empty directory."""
    hidden = ["unshare", "--map-root-user", "--mount", "sh", "-c", 'mount -t tmpfs none /proc && exec "$@"', "-"]
    return subprocess.run(
        [*hidden, *command], env=environment(), capture_output=True, text=True, timeout=120, check=False
    )


def test_without_proc_it_is_one_clear_line():
    if without_proc("true").returncode != 0:
        pytest.skip("no namespace of our own to be had")
    done = without_proc(GDB, "-nx", "-batch", "-ex", f"source {PACK}", "-ex", "echo next\\n")
    assert "pysheeet: can't find its own directory without /proc: " in done.stderr
    assert "Error" not in done.stderr
    assert done.stdout == "next\n"


def test_a_symbolic_link_to_the_file_serves(gdb, tmp_path):
    link = tmp_path / "mine.gdb"
    link.symlink_to(PACK)
    result = gdb(None, f"source {link}", "show pysheeet", pack=False)
    assert result.err == ""


def test_a_module_older_than_the_python_files_is_one_clear_line(gdb, tmp_path):
    tree = copy_tree(tmp_path)
    shutil.copytree(ROOT / "build" / "dev" / "gdbext", tree / "build" / "dev" / "gdbext", symlinks=True)
    with open(tree / "python" / "pysheeet" / "commands" / "tp.py", "a") as source:
        source.write("\nfrom pysheeet import native\n\nnative.of_a_later_version\n")
    result = gdb(None, f"source {tree}/gdbinit/pysheeet.gdb", pack=False)
    assert "pysheeet: the compiled module is out of date (" in result.err
    assert len(result.err.splitlines()) == 1


def test_unknown_settings_are_told(gdb):
    result = gdb(None, "set pysheeet nosuch 1")
    assert result.err == 'Undefined set pysheeet command: "nosuch 1".  Try "help set pysheeet".\n'
    result = gdb(None, "show pysheeet nosuch")
    assert result.err == 'Undefined show pysheeet command: "nosuch".  Try "help show pysheeet".\n'
