"""What `save` writes, read by the programs that it is for."""

import json
import re
import shutil
import subprocess

import pytest

THREADS = ["prof -quiet nap", "prof -quiet depth", "tp -return nap", "tp -return depth", "run"]


def need(program, package):
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed (Debian: {package})")


@pytest.fixture
def saved(gdb, build, tmp_path):
    """saved(ending): {command: (path, what info tells)} of a program with threads and recursion."""

    def save(ending):
        program = build("threads.cpp", "gcc", "-pthread")
        files = {command: tmp_path / f"{command}{ending}" for command in ("prof", "tp")}
        saves = [f"save {command} {path}" for command, path in files.items()]
        tell = [f"info {command} -json" for command in files]
        result = gdb(program, *THREADS, *saves, *tell, args=[8])
        told = [json.loads(line) for line in result.lines() if line.startswith("{")]
        return {each["command"]: (files[each["command"]], each["functions"]) for each in told}

    return save


def whole(rows):
    return sum(row["self_ns"] for row in rows)


def test_callgrind_annotate(saved):
    need("callgrind_annotate", "valgrind")
    for path, rows in saved(".callgrind").values():
        shown = subprocess.run(
            ["callgrind_annotate", path], capture_output=True, text=True, check=True
        )
        assert shown.stderr == ""
        assert f"{whole(rows):,} (100.0%)  PROGRAM TOTALS" in shown.stdout
        assert re.search(r"threads\.cpp:(depth|nap)", shown.stdout)


def test_callgrind_annotate_with_callees(saved):
    need("callgrind_annotate", "valgrind")
    path, rows = saved(".callgrind")["prof"]
    command = ["callgrind_annotate", "--inclusive=yes", "--threshold=100", path]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    told = {
        name: int(ns.replace(",", ""))
        for ns, name in re.findall(r"^ *([\d,]+) \(.*threads\.cpp:(\w+\(int\))", shown, re.M)
    }
    assert told == {row["name"]: row["total_ns"] for row in rows}


def test_pprof(saved):
    need("go", "golang-go")
    for path, rows in saved(".pb.gz").values():
        command = ["go", "tool", "pprof", "-sample_index=time", "-unit=ns", "-raw", path]
        shown = subprocess.run(command, capture_output=True, text=True, check=True)
        samples = re.findall(r"^ +(\d+) +(\d+): [\d ]+", shown.stdout, re.M)
        assert sum(int(ns) for _, ns in samples) == whole(rows)
        # Four naps, and depth() 10, 20, 30 and 40 deep, each with the call that ends it.
        assert sum(int(calls) for calls, _ in samples) == 4 + 11 + 21 + 31 + 41


def test_speedscope(saved, tmp_path):
    need("npm", "npm")
    jsonschema = pytest.importorskip("jsonschema", reason="Debian: python3-jsonschema")
    fetched = subprocess.run(
        ["npm", "pack", "speedscope"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    if fetched.returncode != 0:
        pytest.skip("the npm registry, which has speedscope's schema, is not reached")
    package = fetched.stdout.strip().splitlines()[-1]
    name = "package/dist/release/file-format-schema.json"
    subprocess.run(["tar", "xf", package, name], cwd=tmp_path, check=True)
    schema = json.loads((tmp_path / name).read_text())
    kinds = set()
    for path, _ in saved(".speedscope.json").values():
        profile = json.loads(path.read_text())
        jsonschema.validate(profile, schema)
        kinds |= {each["type"] for each in profile["profiles"]}
    assert kinds == {"sampled", "evented"}
