"""cmake --install: what is installed works by itself."""

import subprocess

import pytest
from conftest import ROOT


@pytest.fixture
def installed(tmp_path):
    """The prefix of a fresh installation, in a directory with a blank in its name."""
    builds = [ROOT / "build" / p for p in ("release", "dev")]
    build = next(b for b in builds if (b / "cmake_install.cmake").exists())
    prefix = tmp_path / "an installation"
    command = ["cmake", "--install", build, "--prefix", prefix]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert f"source {prefix}/lib/pysheeet/gdbinit/pysheeet.gdb" in done.stdout
    return prefix


# Every path that the session took its modules from: Python's, and what is mapped.
WHERE = """python
import sys
for name, module in sorted(sys.modules.items()):
    if name.split(".")[0] == "pysheeet":
        print("from", module.__file__)
print("package", *sys.modules["pysheeet"].__path__, sep="|")
print("\\n".join("mapped " + l.split(None, 5)[5].strip() for l in open("/proc/self/maps") if "native" in l))
end
"""


def test_the_installed_pack_needs_nothing_of_the_source_tree(installed, gdb, build, tmp_path):
    script = tmp_path / "where.gdb"
    script.write_text(WHERE)
    pack = installed / "lib" / "pysheeet" / "gdbinit" / "pysheeet.gdb"
    result = gdb(build("fib.cpp"), f"source {pack}", "tp fib", "run", f"source {script}", pack=False)
    assert result.err == ""
    assert "Tracepoint 'fib' Count: 5" in result.out
    home = str(installed / "lib" / "pysheeet" / "python" / "pysheeet")
    modules = [line[5:] for line in result.lines() if line.startswith("from ")]
    assert len(modules) > 5 and all(m.startswith(home) for m in modules), modules
    assert f"package|{home}\n" in result.out
    mapped = {line[7:] for line in result.lines() if line.startswith("mapped ")}
    assert len(mapped) == 1 and mapped.pop().startswith(home)


def test_all_that_is_installed_is_byte_compiled(installed):
    package = installed / "lib" / "pysheeet" / "python" / "pysheeet"
    for source in package.rglob("*.py"):
        assert list((source.parent / "__pycache__").glob(f"{source.stem}.*.pyc")), source
