"""prof: costs that are right or said to be unknown, whatever way a call ends."""

import dataclasses
import json
import re
import subprocess

import pytest

from conftest import every_build, with_article

COST = re.compile(r"^(\S.*) @ \S+\n((?:\t.*\n)*?)\tCost: (.*)$", re.M)


def calls(result, name):
    """[(arguments, cost)] of the printed calls of a function, in order."""
    return [(args, cost) for f, args, cost in COST.findall(result.out) if f.split("(")[0] == name]


def row(result, name):
    """The table's row of a function as a dict of texts."""
    table = result.out[result.out.rindex("Calls  ") :].splitlines()
    heads = table[0].split()
    for line in table[1:]:
        cells = re.split(r"  +", line.strip(), maxsplit=len(heads) - 1)
        if cells[-1].split("(")[0] == name:
            return dict(zip(heads, cells))
    raise AssertionError(f"no row {name} in\n{result.out}")


def seconds(text):
    number, unit = text.split()
    return float(number) * {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1}[unit]


def test_prints_as_in_the_article(gdb, build):
    result = gdb(build("fib.cpp"), "prof fib", "run")
    blocks = re.findall(
        r"^fib\(int\) @ \S*fib\.cpp:3\n\tn: (\d) \[int\]\n\tCost: \d\.\d{9}$", result.out, re.M
    )
    assert blocks == ["1", "0", "2", "1", "3"]
    assert row(result, "fib")["Calls"] == "5"
    assert re.search(r"^Calls +Total +Self +Self% +Mean +Min +P50 +P99 +Max +Function$", result.out, re.M)


def test_recursion_counts_once_in_the_total(gdb, build):
    result = gdb(build("fib.cpp"), "prof fib", "prof main", "run")
    costs = [float(cost) for _, cost in calls(result, "fib")]
    # Durations nest: the outermost call holds all others.
    assert max(costs) == costs[-1]
    assert seconds(row(result, "fib")["Total"]) == pytest.approx(costs[-1], rel=0.01)
    assert seconds(row(result, "fib")["Total"]) <= seconds(row(result, "main")["Total"])


@with_article("prof.py")
def test_main(gdb, build, script):
    # Long enough for what is left when the cost of stops is taken out.
    result = gdb(build("fib.cpp"), "prof main", "run for long", script=script)
    assert "exited normally" in result.out
    assert "Python Exception" not in result.err
    assert float(calls(result, "main")[0][1]) > 0


@with_article("prof.py")
def test_function_without_debug_information(gdb, build, script):
    result = gdb(build("family.c", "gcc", "-g0"), "prof member", "run", script=script)
    assert "exited normally" in result.out
    assert "Python Exception" not in result.err
    assert float(calls(result, "member")[0][1]) >= 0


def outermost(result):
    """The functions whose calls no other that is watched has made, of `info prof -json`."""
    told = next(json.loads(line) for line in result.lines() if line.startswith("{"))
    return {path["function"].partition("(")[0] for path in told["tree"]}


@every_build
def test_exceptions_are_told_and_last_until_they_are_caught(gdb, build, made_by):
    program = build("endings.cpp", *made_by, "-pthread")
    probes = ["prof middle", "prof thrower", "prof -quiet usleep"]
    result = gdb(program, *probes, "run", "info prof -json", args=["throw"])
    assert "result 14\n" in result.out
    assert outermost(result) == {"middle", "usleep"}  # the handler sleeps, outside of them
    for name in ("middle", "thrower"):
        costs = [cost for _, cost in calls(result, name)]
        assert [c.endswith(" (ended by an exception)") for c in costs] == [False, True, False]
        assert row(result, name)["Calls"] == "3"
    assert "Did not return: 2 ended by an exception; their time runs until" in result.out


@with_article("prof.py")
def test_exception_leaves_no_cost(gdb, build, script):
    program = build("endings.cpp", "gcc", "-pthread")
    result = gdb(program, "prof middle", "run", args=["throw"], script=script)
    thrown = [cost for args, cost in calls(result, "middle") if "n: 1 " in args]
    assert len(thrown) == 1 and thrown[0].endswith(" (ended by an exception)")


@every_build
def test_longjmp_ends_what_it_leaves(gdb, build, made_by):
    program = build("endings.cpp", *made_by, "-pthread")
    probes = ["prof middle", "prof jumper", "prof -quiet usleep"]
    result = gdb(program, *probes, "run", "info prof -json", args=["longjmp"])
    assert outermost(result) == {"middle", "usleep"}  # it sleeps where longjmp leads to
    for name in ("middle", "jumper"):
        costs = [cost for _, cost in calls(result, name)]
        assert [c.endswith(" (ended by longjmp)") for c in costs] == [False, True, False]
    assert "Did not return: 2 ended by longjmp; their time runs until" in result.out


@with_article("prof.py")
def test_exit_inside_is_told(gdb, build, script):
    program = build("endings.cpp", "gcc", "-pthread")
    result = gdb(program, "prof leaver", "run", args=["exit"], script=script)
    assert "exited with code 07" in result.out
    assert [args.strip() for args, _ in calls(result, "leaver")] == ["n: 0 [int]", "n: 7 [int]"]
    assert calls(result, "leaver")[1][1].endswith(" (ended by program exit)")


def test_tail_calls_end_the_caller(gdb, build):
    program = build("endings.cpp", "gcc", "-O2", "-pthread")
    probes = ["prof tail", "prof tail_through_pointer", "prof work"]
    result = gdb(program, *probes, "run", args=["tail"])
    assert "result 17\n" in result.out
    tails = [cost for _, cost in calls(result, "tail")]
    assert len(tails) == 2 and all(c.endswith("(ended by a tail call)") for c in tails)
    assert len(calls(result, "work")) == 4
    assert calls(result, "tail_through_pointer")[0][1].endswith(" (ended by a jump that was not seen)")


def test_thread_exit_is_told(gdb, build):
    program = build("endings.cpp", "gcc", "-pthread")
    result = gdb(program, "prof thread_leaver", "run", args=["thread"])
    costs = [cost for _, cost in calls(result, "thread_leaver")]
    assert len(costs) == 2
    assert float(costs[0]) >= 0
    assert costs[1].endswith(" (ended by thread exit)")


@with_article("prof.py")
def test_threads_keep_their_own_time(gdb, build, script):
    program = build("threads.cpp", "gcc", "-pthread")
    result = gdb(program, "prof nap", "run", args=[400], script=script)
    naps = {}
    for args, cost in calls(result, "nap"):
        naps[int(re.search(r"milliseconds: (\d+)", args)[1])] = float(cost)
    assert sorted(naps) == [50, 100, 200, 400]
    for milliseconds, cost in naps.items():
        assert cost >= milliseconds / 1000 - 0.001  # a nap is never shorter
    assert sorted(naps, key=naps.get) == [50, 100, 200, 400]


@every_build
def test_deep_calls_in_threads_all_return(gdb, build, made_by):
    program = build("threads.cpp", *made_by, "-pthread", "-fno-optimize-sibling-calls")
    result = gdb(program, "prof nap", "prof depth", "run", args=[8])
    assert row(result, "nap")["Calls"] == "4"
    assert "Did not return" not in result.out
    assert "unknown" not in result.out


def test_time_in_gdb_is_not_the_programs(gdb, build):
    program = build("fib.cpp")
    wait = "python import time; time.sleep(1)"
    result = gdb(program, "prof main", "break fib if n == 0", "run", wait, "continue")
    assert float(calls(result, "main")[0][1]) < 1


def test_condition(gdb, build):
    result = gdb(build("fib.cpp"), "prof fib if n == 2", "run")
    assert [args.strip() for args, _ in calls(result, "fib")] == ["n: 2 [int]"]
    assert row(result, "fib")["Calls"] == "1"


@every_build
def test_a_loop_at_the_breakpoint_address_counts_calls(gdb, build, made_by):
    result = gdb(build("loop_head.c", *made_by), "prof count_down", "tp count_down", "run")
    assert row(result, "count_down")["Calls"] == "3"
    assert "Did not return" not in result.out
    assert "Tracepoint 'count_down' Count: 3" in result.out


def test_inlined_is_refused_with_the_reason(gdb, build):
    result = gdb(build("places.cpp"), "prof inlined", "info prof")
    assert "inlined or not at its entry: only whole calls can be timed" in result.err
    assert result.lines()[-1] == "No profiles."


def test_a_line_inside_is_refused(gdb, build):
    result = gdb(build("places.cpp"), "prof places.cpp:48")
    assert "only whole calls can be timed" in result.err


def test_library_that_is_unloaded_and_loaded_again(gdb, build):
    library = build("plugin_library.c", "gcc", "-shared", "-fPIC")
    program = build("plugin.c", "gcc", "-ldl")
    result = gdb(program, "set breakpoint pending on", "prof plugin_answer", "run", args=[library, library])
    assert "exited normally" in result.out
    assert row(result, "plugin_answer")["Calls"] == "2"
    assert "Did not return" not in result.out


@pytest.mark.parametrize("debug", ["-g", "-g0"])
def test_another_library_at_the_same_address(gdb, build, debug):
    flags = ["-shared", "-fPIC", "-O1", debug]
    library = build("plugin_library.c", "gcc", *flags)
    other = build("plugin_other.c", "gcc", *flags)
    program = build("plugin.c", "gcc", "-ldl")
    order = [library, other, library]
    result = gdb(program, "set breakpoint pending on", "prof plugin_answer", "run", args=order)
    assert "2a\n44444498\n2c\n" in result.out
    assert "exited normally" in result.out
    # Each library has a function of its own.
    told = re.findall(r"^ +(\d) .* plugin_answer(?:\(int\))?$", result.out, re.M)
    assert sorted(told) == ["1", "2"]
    assert "Did not return" not in result.out


def test_data_between_instructions_stays_as_it_is(gdb, build):
    result = gdb(build("data_in_code.c"), "prof table_entry", "run")
    assert "c3\nc3c3c3c3\ne9e9e9e9\n" in result.out
    assert row(result, "table_entry")["Calls"] == "3"


def test_call_left_out_by_its_condition_takes_no_other_calls_end(gdb, build):
    program = build("endings.cpp", "gcc", "-pthread")
    result = gdb(program, "prof middle if n == 1", "run", args=["longjmp"])
    assert [cost.split(" ", 1)[1] for _, cost in calls(result, "middle")] == ["(ended by longjmp)"]


def test_disabled_in_the_middle_of_a_call(gdb, build):
    commands = ["prof fib", "tbreak fib if n == 0", "run", "disable prof", "tbreak fib if n == 1"]
    result = gdb(build("fib.cpp"), *commands, "continue", "enable prof", "continue")
    still_open = [cost for _, cost in calls(result, "fib") if cost.endswith(" (still open)")]
    assert len(still_open) == 3
    assert row(result, "fib")["Calls"] == str(len(calls(result, "fib")))


@every_build
def test_arguments_are_right_in_every_call(gdb, build, made_by):
    result = gdb(build("realigned.cpp", *made_by), "prof realigned", "prof at_depth", "run")
    shown = [re.findall(r"\t(\w+): (\S+) ", args) for args, _ in calls(result, "realigned")]
    expected = [[("n", str(n)), ("x", str(n // 2))] for n in range(8, 400, 24)]
    assert shown == expected
    assert [re.findall(r"bytes: (\d+)", args) for args, _ in calls(result, "at_depth")] == [
        [str(n)] for n in range(8, 400, 24)
    ]
    assert row(result, "realigned")["Calls"] == str(len(expected))
    assert "Did not return" not in result.out


def test_the_same_function_twice_is_refused(gdb, build):
    result = gdb(build("fib.cpp"), "prof fib", "prof fib if n == 1")
    assert "prof: fib is profile 1 already." in result.err


def test_inferior_calls_are_not_the_programs_time(gdb, build):
    wait = "python import time; time.sleep(1)"
    stop = "break fib if n == 0"
    result = gdb(build("fib.cpp"), "prof main", stop, "run", "delete 1", "print fib(5)", wait, "continue")
    assert 0 < float(calls(result, "main")[0][1]) < 1


def test_non_stop_is_refused(gdb, build):
    result = gdb(build("fib.cpp"), "set non-stop on", "prof fib")
    assert "prof: in non-stop mode the program's own time can't be told." in result.err


def test_second_inferior_runs_undisturbed(gdb, build):
    program = build("fib.cpp")
    second = ["add-inferior -exec " + str(program), "inferior 2", "run", "inferior 1", "continue"]
    result = gdb(program, "prof fib", "tbreak main", "run", *second)
    assert result.out.count("exited normally") == 2
    assert "Cannot insert breakpoint" not in result.text


def test_calls_in_a_child_that_gdb_follows_are_counted(gdb, build):
    asked = ["info prof", 'print $_prof_calls("member")', 'print $_prof_ns("member")']
    result = gdb(build("family.c"), "set follow-fork-mode child", "prof -quiet member", "run", *asked)
    assert "1 calls whose frame or time could not be told (counted only)" in result.out
    assert re.search(r"^1 +y +1  member ", result.out, re.M)
    assert "$1 = 1\n$2 = 0\n" in result.out


def test_a_child_by_vfork_that_gdb_follows(gdb, tmp_path):
    source = tmp_path / "starts.c"
    source.write_text(
        "#include <sys/wait.h>\n#include <unistd.h>\nvoid start(void) {\n  if (vfork() == 0)\n"
        '    execl("/bin/true", "true", (char *)0);\n  wait(0);\n}\n'
        "int main(void) { start(); }\n"
    )
    subprocess.run(["gcc", "-g", "-o", "starts", source], cwd=tmp_path, check=True)
    result = gdb(tmp_path / "starts", "set follow-fork-mode child", "prof -quiet start", "run", "print 7")
    assert "internal-error" not in result.err
    assert "exited normally" in result.out and "$1 = 7" in result.out


@pytest.mark.parametrize("command", ["tp -quiet", "prof -quiet"])
def test_calls_by_conditions_are_not_the_programs(gdb, build, command):
    asked = f'print $_{"tp_count" if command[0] == "t" else "prof_calls"}("fib")'
    result = gdb(build("fib.cpp"), f"{command} fib if fib(n) > 1", "run", asked)
    assert "$1 = 2" in result.out, result.text
    assert result.err == "" and "exited normally" in result.out


def test_a_second_inferior_leaves_calls_untimed_until_it_is_removed(gdb, build):
    program = build("fib.cpp")
    both = ["prof -quiet fib", f"add-inferior -exec {program}", "run", "echo alone\\n"]
    result = gdb(program, *both, "remove-inferiors 2", "run")
    beside, alone = (dataclasses.replace(result, out=part) for part in result.out.split("alone\n"))
    assert "5 calls whose frame or time could not be told (counted only)" in beside.out
    assert "Did not return" not in beside.out
    assert row(alone, "fib")["Calls"] == "5"
    assert "Did not return" not in alone.out and "could not be told" not in alone.out


def test_counts_start_anew_and_addresses_move(gdb, build):
    moving = "set disable-randomization off"
    result = gdb(build("fib.cpp"), moving, "prof fib", "run", "run", "info prof")
    assert len(calls(result, "fib")) == 10
    assert row(result, "fib")["Calls"] == "5"
    assert "Did not return" not in result.out


def test_list_delete_disable_enable(gdb, build):
    program = build("fib.cpp")
    verbs = ["prof fib", "prof main", "disable prof 1", "info prof", "run", "delete prof 1", "enable prof"]
    result = gdb(program, *verbs, "info prof", "run")
    assert re.search(r"^1 +n +0 +fib at", result.out, re.M)
    assert not calls(result, "fib")
    assert len(calls(result, "main")) == 2


def test_nothing_of_it_is_left_behind(gdb, build):
    program = build("fib.cpp")
    result = gdb(program, "prof fib", "run", "delete prof", "info breakpoints", "maint info breakpoints")
    assert re.search(r"^No breakpoints( or|,) watchpoints", result.out, re.M)
    assert not re.search(r"^-\d+ +breakpoint ", result.out, re.M)


def test_finish_and_user_breakpoints_are_undisturbed(gdb, build):
    result = gdb(build("fib.cpp"), "prof fib", "tbreak fib if n == 2", "run", "bt 2", "finish")
    assert re.search(r"^#0  fib \(n=2\)", result.out, re.M)
    assert "Value returned is $1 = 2" in result.out


def test_attached(gdb, build):
    with subprocess.Popen([build("spin.c")], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as spinning:
        assert spinning.stdout.readline() == b"spinning\n"
        stop = "tbreak turn if n > $first + 20"
        arm = [f"attach {spinning.pid}", "tbreak turn", "continue", "set $first = n", "prof turn", stop]
        result = gdb(None, *arm, "continue", "info prof", "detach")
        spinning.stdin.close()
        assert spinning.stdout.read() == b"stopped\n"
        assert spinning.wait() == 0
    assert len(calls(result, "turn")) >= 20
    assert "Traceback" not in result.err


@with_article("prof.py")
def test_breakpoints_do_not_pile_up(gdb, build, script):
    """What makes the article's cost quadratic: each call leaves a breakpoint until the next stop."""
    census = (
        "python type('Census', (gdb.Breakpoint,), {'stop': lambda self: "
        "print('CENSUS', len(gdb.breakpoints())) and False})('leaf', internal=True)"
    )
    result = gdb(build("many_calls.c"), "prof leaf", census, "run", args=[60], script=script)
    numbers = [int(n) for n in re.findall(r"CENSUS (\d+)", result.out)]
    assert len(numbers) == 60
    assert len(calls(result, "leaf")) == 60
    assert set(numbers[5:]) == {numbers[5]}


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_lambdas_are_told_apart(gdb, build, compiler):
    result = gdb(build("kinds.cpp", compiler), "prof -quiet -r ^main.*operator", "run", "info prof -json")
    told = next(json.loads(line) for line in result.lines() if line.startswith("{"))
    names = {each["name"] for each in told["functions"]}
    assert len(names) == 2 and all(name.startswith("main") for name in names), names
