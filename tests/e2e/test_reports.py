"""info prof, the graph layout, the limits of what is shown, and what scripts are told."""

import json
import re
import time

import pytest



def test_table_has_percentiles_and_adds_up(gdb, build):
    result = gdb(build("fib.cpp"), "prof -quiet fib", "prof -quiet main", "run", "info prof -json")
    assert re.search(r"^Calls +Total +Self +.*Mean +Min +P50 +P99 +Max +Function$", result.out, re.M)
    told = json.loads(result.lines()[-1])
    rows = {row["name"]: row for row in told["functions"]}
    assert rows["fib(int)"]["calls"] == 5
    total = rows["main(int, char**)"]["total_ns"]
    assert sum(row["self_ns"] for row in rows.values()) == total


def test_table_sorts_and_cuts(gdb, build):
    probes = ["prof -quiet fib", "prof -quiet main"]
    result = gdb(build("fib.cpp"), *probes, "run", "echo CUT\\n", "info prof -sort calls -n 1")
    cut = result.out[result.out.index("CUT") :]
    assert re.search(r" fib\(int\)$", cut, re.M)
    assert not re.search(r" main\(int, char\*\*\)$", cut, re.M)
    assert "1 more function" in cut


def test_table_after_an_interrupt(terminal, build):
    session = terminal(build("spin.c"))
    session.ask("prof -quiet turn")
    session.child.sendline("run")
    session.expect("spinning")
    time.sleep(0.5)  # some hundred calls
    session.interrupt()
    shown = session.expect_prompt()
    assert "SIGINT" in shown
    assert re.search(r"P99.*\n.* turn", shown)


def test_calls_that_have_not_ended_are_told(gdb, build):
    result = gdb(build("fib.cpp"), "prof -quiet main", "break fib", "run", "info prof", "info prof main")
    assert re.search(r"^ *1 .* main\(int, char\*\*\)$", result.out, re.M)
    assert "Still open: 1;" in result.out


def test_tree_and_function(gdb, build):
    probes = ["prof -quiet fib", "prof -quiet main"]
    result = gdb(build("fib.cpp"), *probes, "run", "info prof -tree", "info prof fib")
    assert re.search(r"100\.?0?%.*main\(int, char\*\*\)", result.out)
    assert re.search(r"[Cc]allers", result.out) and re.search(r"[Cc]allees", result.out)
    assert "#" in result.out


def test_threads_apart(gdb, build):
    program = build("threads.cpp", "gcc", "-pthread")
    result = gdb(program, "prof -quiet nap", "run", "info prof -threads", args=[8])
    assert len(re.findall(r'^Thread \d+ "', result.out, re.M)) == 4


def test_graph_nests_calls(gdb, build):
    graph = "set pysheeet layout graph"
    result = gdb(build("fib.cpp"), graph, "tp fib", "run")
    lines = [line.split("|", 1)[-1].rstrip() for line in result.lines() if "fib(" in line or "}" in line]
    assert [re.sub(r"^ ", "", line) for line in lines][-9:] == [
        "fib(n=3) {",
        "  fib(n=2) {",
        "    fib(n=1) = 1;",
        "    fib(n=0) = 1;",
        "  } = 2; /* fib */",
        "  fib(n=1) = 1;",
        "} = 3; /* fib */",
    ][-9:]


def test_lines_are_limited_and_counting_goes_on(gdb, build):
    result = gdb(build("fib.cpp"), "set pysheeet lines 4", "tp fib", "run")
    assert result.out.count("fib @ ") == 2
    assert len(re.findall(r"set pysheeet lines", result.out)) == 1
    assert "Tracepoint 'fib' Count: 5" in result.out


def test_functions_for_scripts(gdb, build):
    asked = ['print $_tp_count("fib")', 'print $_prof_calls("fib")', 'print $_prof_ns("fib") > 0']
    result = gdb(build("fib.cpp"), "tp -quiet fib", "prof -quiet fib", "run", *asked)
    assert result.lines()[-3:] == ["$1 = 5", "$2 = 5", "$3 = 1"]
    for function in ("_tp_count", "_prof_calls", "_prof_ns"):
        result = gdb(build("fib.cpp"), f'print ${function}("nosuch")')
        assert "nosuch" in result.err and len(result.err.splitlines()) == 1
        wrong = gdb(build("fib.cpp"), f"print ${function}(3)", f"print ${function}()")
        assert wrong.err.count(" as text, as in $") == len(wrong.err.splitlines()) == 2
    early = gdb(build("fib.cpp"), "prof fib", *(f'print ${f}("fib")' for f in ("_prof_calls", "_prof_ns")))
    assert early.lines()[-2:] == ["$1 = 0", "$2 = 0"]


def test_a_script_can_fail_on_them(gdb, build):
    script = ["tp -quiet fib", "run", 'if $_tp_count("fib") != 6\nquit 1\nend']
    assert gdb(build("fib.cpp"), *script[:2], 'python gdb.execute("if $_tp_count(\\"fib\\") != 6\\nquit 1\\nend")').code == 1


def test_json_of_tp(gdb, build):
    result = gdb(build("fib.cpp"), "tp -return fib", "run", "info tp -json")
    told = json.loads(result.lines()[-1])
    assert [row["calls"] for row in told["functions"]] == [5]


def test_mi_twins(gdb, build):
    commands = ["prof -quiet fib", "run"]
    mi = [f'interpreter-exec mi "-pysheeet-{c}"' for c in ("prof", "tp")]
    result = gdb(build("fib.cpp"), *commands, *mi)
    assert re.search(r'\^done,prof=\{.*name="fib\(int\)"', result.out)
    assert re.search(r"\^done,tp=\{", result.out)


@pytest.mark.parametrize("command", ["tp", "prof"])
def test_help_tells_the_options(gdb, build, command):
    shown = gdb(None, f"help {command}").out
    for option in ("-return", "-locals", "-bt N", "-max N", "-quiet", "-r", "-lib NAME", "-file GLOB"):
        assert option in shown
    assert all(len(line) < 81 for line in shown.splitlines())


def test_time_in_gdb_is_not_the_programs(gdb, build):
    wait = "python import time; time.sleep(1)"
    stop = ["break fib if n == 0", "run", wait]
    result = gdb(build("fib.cpp"), "prof -quiet main", *stop, "info prof -json")
    told = json.loads(next(line for line in result.lines() if line.startswith("{")))
    assert told["functions"][0]["total_ns"] < 1e9


def test_cost_of_tracing_is_told(gdb, build):
    result = gdb(build("many_calls.c"), "prof -quiet leaf", "run")
    assert re.search(r"^Tracing held each call up by \d+(\.\d+)? [um]s, taken out", result.out, re.M)


def test_layout_can_be_set_behind_the_probes(gdb, build):
    result = gdb(build("fib.cpp"), "tp fib", "set pysheeet layout graph", "run")
    assert re.search(r"^ +[\d.]+ \w+ \| \} = 3; /\* fib \*/$", result.out, re.M)


def test_layout_can_be_set_while_calls_are_open(gdb, build):
    stops = ["tp fib", "break fib if n == 0", "run", "set pysheeet layout graph", "continue"]
    result = gdb(build("fib.cpp"), *stops)
    assert "exited normally" in result.out and "Traceback" not in result.text
    assert re.search(r"\| fib\(n=1\) = 1;$", result.out, re.M)
    assert "Tracepoint 'fib' Count: 5" in result.out
    back = ["set pysheeet layout graph", "tp fib", "break fib if n == 0", "run", "set pysheeet layout lines"]
    result = gdb(build("fib.cpp"), *back, "continue")
    assert "fib @ " in result.out and "Count: 5" in result.out


def test_inlined_functions_are_hits_in_a_graph(gdb, build):
    result = gdb(build("places.cpp"), "tp inlined", "set pysheeet layout graph", "run")
    assert re.search(r"\| inlined\(x=\d+\);$", result.out, re.M)


def test_what_there_is_to_sort_by_completes(gdb):
    told = gdb(None, "complete info prof -sort ", "complete info prof -n 3 -sort s").lines()
    assert told[:4] == [f"info prof -sort {order}" for order in ("calls", "max", "self", "total")]
    assert told[4:] == ["info prof -n 3 -sort self"]
