"""save prof and save tp: files that hold what the table tells, and prof -load reads back."""

import csv
import gzip
import json
import os
import re

import pytest

ENDINGS = ["speedscope.json", "trace.json", "callgrind", "folded", "pb.gz", "csv", "psr"]


def saved(gdb, build, tmp_path, command="prof", *more):
    """The JSON that info tells, after saving in every format as run.ENDING."""
    saves = [f"save {command} run.{ending}" for ending in ENDINGS]
    probes = [f"{command} -quiet {f}" for f in ("fib", "main")]
    if command == "tp":
        probes = [f"tp -return {f}" for f in ("fib", "main")]
    result = gdb(build("fib.cpp"), *probes, "run", *saves, *more, f"info {command} -json")
    assert result.err == ""
    assert sorted(os.listdir(tmp_path)) == sorted(f"run.{ending}" for ending in ENDINGS)
    return json.loads(result.lines()[-1])


@pytest.mark.parametrize("command", ["tp", "prof"])
def test_totals_agree(gdb, build, tmp_path, command):
    told = saved(gdb, build, tmp_path, command)
    rows = {row["name"].split("(")[0]: row for row in told["functions"]}
    total = rows["main"]["total_ns"]

    folded = (tmp_path / "run.folded").read_text().splitlines()
    assert sum(int(line.rpartition(" ")[2]) for line in folded) == total
    callgrind = (tmp_path / "run.callgrind").read_text()
    assert int(re.search(r"^totals: (\d+)$", callgrind, re.M)[1]) == total
    speedscope = json.loads((tmp_path / "run.speedscope.json").read_text())
    assert sum(p["endValue"] - p["startValue"] for p in speedscope["profiles"]) >= total
    slices = json.loads((tmp_path / "run.trace.json").read_text())["traceEvents"]
    outer = [e for e in slices if e["ph"] == "X" and e["name"].startswith("main")]
    assert sum(e["dur"] for e in outer) * 1000 == pytest.approx(total, abs=1)
    assert gzip.decompress((tmp_path / "run.pb.gz").read_bytes())
    if command == "prof":
        table = list(csv.DictReader((tmp_path / "run.csv").open()))
        assert {row["function"].split("(")[0]: int(row["total_ns"]) for row in table} == {
            name: row["total_ns"] for name, row in rows.items()
        }


def test_a_recording_is_read_back_without_the_program(gdb, build, tmp_path):
    told = saved(gdb, build, tmp_path)
    result = gdb(None, "prof -load run.psr", "info prof -tree", "info prof fib", "info prof -json")
    assert result.err == ""
    # Which probes there are is no part of a recording.
    assert json.loads(result.lines()[-1]) == {**told, "probes": []}
    assert re.search(r"^ *5 .* fib\(int\)$", result.out, re.M)


def test_what_was_loaded_can_be_saved(gdb, build, tmp_path):
    saved(gdb, build, tmp_path)
    gdb(None, "prof -load run.psr", "save prof again.folded", "save prof again.psr")
    assert (tmp_path / "again.folded").read_text() == (tmp_path / "run.folded").read_text()
    assert (tmp_path / "again.psr").read_bytes() == (tmp_path / "run.psr").read_bytes()


def test_a_file_is_replaced_only_when_told(gdb, build, tmp_path):
    (tmp_path / "kept.csv").write_text("mine")
    program = build("fib.cpp")
    result = gdb(program, "prof -quiet fib", "run", "save prof kept.csv")
    assert "kept.csv" in result.err and (tmp_path / "kept.csv").read_text() == "mine"
    result = gdb(program, "prof -quiet fib", "run", "save prof -force kept.csv")
    assert "Saved to" in result.out and "fib" in (tmp_path / "kept.csv").read_text()
    assert (tmp_path / "kept.csv").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("damage", ["empty", "cut", "flipped", "absent", "directory"])
def test_a_damaged_recording_is_refused(gdb, build, tmp_path, damage):
    path = tmp_path / "run.psr"
    if damage == "directory":
        path.mkdir()
    elif damage != "absent":
        saved(gdb, build, tmp_path)
        whole = path.read_bytes()
        flipped = bytearray(whole)
        flipped[len(whole) // 2] ^= 0x40
        path.write_bytes({"empty": b"", "cut": whole[:-9], "flipped": bytes(flipped)}[damage])
    result = gdb(None, f"prof -load {path}")
    assert len(result.err.strip().splitlines()) == 1
    assert "run.psr" in result.err
    if damage in ("cut", "flipped"):
        assert "offset" in result.err


def test_completes_files_and_functions(terminal, build, tmp_path):
    (tmp_path / "recorded.psr").write_text("")
    session = terminal(build("fib.cpp"))
    for typed in ("save prof recor", "prof -load recor", "prof -load "):
        session.send(typed + "\t")
        session.expect("recorded.psr")
        session.send("\x15")
    session.ask("prof -quiet fib")
    session.ask("run")
    session.send("info prof fi\t")
    session.expect("fib")
