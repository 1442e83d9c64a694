"""tp: what it prints, what it refuses, and that the program does not notice."""

import re

import pytest

from conftest import every_build, line_of, with_article

STOP = "Breakpoint|SIGTRAP|Python Exception|Traceback"


def hits(result, name):
    return result.out.count(f"{name} @ ")


def test_prints_as_in_the_article(gdb, build):
    result = gdb(build("fib.cpp"), "tp fib", "run")
    calls = re.findall(r"^fib @ \S*fib\.cpp:3\n\tn\(int: (\d)\) \[4\]$", result.out, re.M)
    assert calls == ["3", "2", "1", "0", "1"]
    assert result.lines()[-1] == "Tracepoint 'fib' Count: 5"
    assert re.search(r"^Tracepoint 1 at 0x[0-9a-f]+: file \S*fib\.cpp, line 3\.$", result.out, re.M)


def test_main_is_no_exception(gdb, build):
    result = gdb(build("fib.cpp"), "tp main", "run", args=["x"])
    assert "\targc(int: 2) [4]\n\targv(char **: 0x" in result.out
    assert "Tracepoint 'main' Count: 1" in result.out


@every_build
def test_program_runs_the_same(gdb, build, made_by):
    program = build("endings.cpp", *made_by, "-pthread")
    result = gdb(program, "tp work", "tp thrower", "run", args=["throw"])
    assert "result 14\n" in result.out
    assert "exited normally" in result.out
    assert "Tracepoint 'thrower' Count: 3" in result.out


@every_build
def test_counts_in_threads(gdb, build, made_by):
    program = build("threads.cpp", *made_by, "-pthread", "-fno-optimize-sibling-calls")
    result = gdb(program, "tp nap", "run", args=[8])
    assert hits(result, "nap") == 4
    assert "Tracepoint 'nap' Count: 4" in result.out


@with_article("tp.py")
def test_function_without_debug_information(gdb, build, script):
    program = build("family.c", "gcc", "-g0")
    result = gdb(program, "tp member", "run", script=script)
    assert "exited normally" in result.out
    assert not re.search(STOP, result.text)
    assert "Tracepoint 'member' Count: 1" in result.out


def test_function_without_debug_information_tells_its_library(gdb, build):
    library = build("plugin_library.c", "gcc", "-shared", "-fPIC", "-g0")
    program = build("plugin.c", "gcc", "-ldl")
    result = gdb(program, "set breakpoint pending on", "tp plugin_answer", "run", args=[library, library])
    assert result.out.count(f"plugin_answer @ {library}\n") == 2
    assert "Tracepoint 'plugin_answer' Count: 2" in result.out


@with_article("tp.py")
def test_uninitialised_vector(gdb, build, script):
    program = build("uninitialised.cpp")
    result = gdb(program, "tp uses_vector", "run", script=script)
    assert "exited normally" in result.out
    assert not re.search(STOP, result.err)
    assert "Tracepoint 'uses_vector' Count: 1" in result.out


@with_article("tp.py")
def test_no_garbage_locals_at_entry(gdb, build, script):
    result = gdb(build("uninitialised.cpp"), "tp uses_vector", "run", script=script)
    assert re.search(r"uses_vector @ .*\n\tn\(int: 2\) \[4\]\n(?!\t)", result.out)


@with_article("tp.py")
def test_condition(gdb, build, script):
    result = gdb(build("fib.cpp"), "tp fib if n == 1", "run", script=script)
    assert hits(result, "fib") == 2
    assert "Count: 2" in result.out


@with_article("tp.py")
def test_condition_with_an_unknown_name_is_refused(gdb, build, script):
    result = gdb(build("fib.cpp"), "tp fib if nosuch == 2", "run", script=script)
    assert 'No symbol "nosuch" in current context.' in result.err
    assert hits(result, "fib") == 0


def test_condition_that_fails_at_a_hit_does_not_stop_the_program(gdb, build):
    result = gdb(build("fib.cpp"), "tp fib if *(int *) n == 2", "run")
    assert "exited normally" in result.out
    assert "its condition failed at 5 hits: Cannot access memory at address 0x" in result.out


@with_article("tp.py")
def test_a_typo_is_refused(gdb, build, script):
    result = gdb(build("fib.cpp"), "tp fibb", "echo still here\\n", script=script)
    assert 'Function "fibb" not defined. `set breakpoint pending on\'' in result.err
    assert "still here" in result.out


@with_article("tp.py")
def test_nested_blocks_show_all_in_scope(gdb, build, script):
    line = line_of("places.cpp", "the innermost line")
    result = gdb(build("places.cpp"), f"tp places.cpp:{line}", "run", script=script)
    shown = re.search(rf"^nested @ \S*places.cpp:{line}\n((?:\t.*\n)+)", result.out, re.M)[1]
    names = re.findall(r"^\t(\w+)\(", shown, re.M)
    assert names == ["n", "outer", "later_filled", "middle", "i", "inner"]
    assert "\tmiddle(int: 8) [4]" in shown
    assert "\tinner(int: 8) [4]" in shown


@with_article("tp.py")
def test_reference_shows_its_value(gdb, build, script):
    result = gdb(build("places.cpp"), "tp by_reference", "run", script=script)
    assert "\ttarget(int &: 5) [4]\n" in result.out


def test_text_of_the_program_is_escaped(gdb, build):
    result = gdb(build("places.cpp"), "tp by_reference", "run")
    assert "\033" not in result.text
    assert '"na\\033[31mme"' in result.out


@with_article("tp.py")
def test_counts_start_anew_with_each_run(gdb, build, script):
    result = gdb(build("fib.cpp"), "tp fib", "run", "run", script=script)
    assert re.findall(r"Count: (\d+)", result.out) == ["5", "5"]


def test_counts_are_still_there_after_the_run(gdb, build):
    result = gdb(build("fib.cpp"), "tp fib", "run", "info tp")
    assert re.search(r"^1 +y +5 +fib at \S*fib\.cpp:3$", result.out, re.M)


def test_a_run_without_hits_counts_none(gdb, build):
    result = gdb(build("places.cpp"), "tp add", "run", "disable tp", "run", "info tp")
    assert re.findall(r"Count: (\d+)", result.out) == ["2", "0"]


def test_overloads_and_templates(gdb, build):
    program = build("places.cpp")
    result = gdb(program, "tp add", "tp twice", "tp add(double, double)", "run")
    assert "Tracepoint 1 at" in result.out and ": add. (2 locations)" in result.out
    assert "Tracepoint 'add' Count: 2" in result.out
    assert "Tracepoint 'add(double, double)' Count: 1" in result.out
    assert "twice<int> @" in result.out and "twice<double> @" in result.out
    assert "\tvalue(double: 2.5) [8]" in result.out


def test_virtual_function(gdb, build):
    result = gdb(build("places.cpp"), "tp Square::area", "run")
    assert "Square::area @" in result.out
    assert "\tscale(int: 2) [4]" in result.out


def test_inlined_function(gdb, build):
    result = gdb(build("places.cpp"), "tp inlined", "run")
    assert re.search(r"^inlined @ \S*places.cpp:\d+\n\tx\(int: \d+\) \[4\]$", result.out, re.M)
    assert "Tracepoint 'inlined' Count: 1" in result.out


@every_build
def test_a_loop_at_the_breakpoint_address_counts_calls(gdb, build, made_by):
    result = gdb(build("loop_head.c", *made_by), "tp count_down", "run")
    assert "Tracepoint 'count_down' Count: 3" in result.out
    assert re.findall(r"\tn\(int: (\d)\)", result.out) == ["4", "2", "0"]


@pytest.fixture
def plugin(build):
    library = build("plugin_library.c", "gcc", "-shared", "-fPIC")
    return build("plugin.c", "gcc", "-ldl"), library


def test_library_that_comes_later(gdb, plugin):
    program, library = plugin
    pending = "set breakpoint pending on"
    result = gdb(program, pending, "tp plugin_answer", "info tp", "run", args=[library, library])
    assert "Tracepoint 1 (plugin_answer) pending." in result.out
    assert "plugin_answer (pending)" in result.out
    assert re.findall(r"\tquestion\(int: (.*)\) \[4\]", result.out) == ["41", "42"]
    assert "Tracepoint 'plugin_answer' Count: 2" in result.out


def test_condition_on_a_reference_is_its_value(gdb, build):
    result = gdb(build("conditions.cpp"), "tp by_flag if flag", "run")
    assert "Tracepoint 'by_flag if flag' Count: 2" in result.out


def test_condition_behind_an_operators_name(gdb, build):
    result = gdb(build("conditions.cpp"), "tp operator<< if n == 3", "run")
    assert "Tracepoint 'operator<< if n == 3' Count: 1" in result.out


def test_condition_in_an_inlined_copy_is_refused(gdb, build):
    result = gdb(build("places.cpp"), "tp inlined if x == 1")
    assert "A condition can't be evaluated where inlined is inlined: in main" in result.err


def test_variable_length_array_has_its_size(gdb, build):
    line = line_of("conditions.cpp", "array here")
    result = gdb(build("conditions.cpp"), f"tp conditions.cpp:{line}", "run")
    assert re.search(r"\tvalues\(.*\) \[20\]", result.out)


def test_values_are_printed_in_the_frames_language(gdb, build):
    result = gdb(build("conditions.cpp"), "tp with_map", "run")
    assert 'std::map with 1 element = {[1] = "one"}' in result.out
    assert "Python Exception" not in result.err


def test_address_in_code_that_gdb_knows_no_function_of(gdb, build):
    program = build("fib.cpp", "gcc", "-s", "-no-pie")
    entry = gdb(program, "info files").out
    address = re.search(r"Entry point: (0x[0-9a-f]+)", entry)[1]
    result = gdb(program, "starti", f"tp *{address}", "continue")
    assert f"Tracepoint '*{address}' Count: 1" in result.out
    assert "exited normally" in result.out


def test_deleted_behind_its_back(gdb, build):
    deleting = "python [b.delete() for b in gdb.breakpoints()]"
    commands = ["tp fib", "prof fib", deleting, "info tp", "info prof", "run", "delete tp"]
    result = gdb(build("fib.cpp"), *commands)
    assert "No tracepoints.\nNo profiles.\n" in result.out
    assert "exited normally" in result.out
    assert result.err == ""


def test_child_is_left_alone_or_followed(gdb, build):
    result = gdb(build("family.c"), "tp member", "run")
    assert "child 3" in result.out and "Count: 1" in result.out
    assert "\twho(int: 1)" in result.out
    result = gdb(build("family.c"), "set follow-fork-mode child", "tp member", "run")
    assert "child 3" in result.out and "\twho(int: 3)" in result.out


def test_user_stops_are_the_users(gdb, build):
    result = gdb(build("fib.cpp"), "tp fib", "break fib", "tp main", "run", "info tp", "next")
    assert re.search(r"^Breakpoint 1, fib \(n=3\)", result.out, re.M)
    assert re.search(r"^2 +y +1 +main", result.out, re.M)


def test_stepping_over_hits_is_undisturbed(gdb, build):
    result = gdb(build("fib.cpp"), "tp fib", "start", "next", "info program")
    assert hits(result, "fib") == 5
    assert "It stopped after being stepped." in result.out
    result = gdb(build("fib.cpp"), "tbreak fib", "run", "tp fib", "finish")
    assert hits(result, "fib") == 4
    assert "Value returned is $1 = 3" in result.out


def test_delete_disable_enable(gdb, build):
    commands = ["tp fib", "tp main", "tp fib if n == 0", "disable tp 1", "delete tp 2-3", "info tp"]
    result = gdb(build("fib.cpp"), *commands, "run", "enable tp", "run", "delete tp", "info tp")
    assert re.search(r"^1 +n +0 +fib", result.out, re.M)
    assert re.findall(r"Count: (\d+)", result.out) == ["0", "5"]
    assert result.lines()[-1] == "No tracepoints."


@pytest.mark.parametrize(
    "command, says",
    [
        ("tp", "tp: where? Usage: tp [OPTION]... LOCATION [if COND]"),
        ("tp fib if", "Argument required (the condition behind `if')."),
        ("tp -nosuch fib", "tp: unknown option -nosuch; write a location as"),
        # What gdb 13 and gdb 16 say in common.
        ("tp fib.cpp:99999", "line 99999 in file \"fib.cpp\"."),
        ("tp nofile.c:3", "No source file named nofile.c."),
        ("tp fib if n ==", "A syntax error in expression, near "),
        ("delete tp 7", "No tracepoint number 7."),
        ("delete tp x", "Bad tracepoint number 'x'"),
        ("enable tp 0", "No tracepoint number 0."),
        ("disable tp 3-2", "inverted range"),
    ],
)
def test_wrong_use_is_one_line(gdb, build, command, says):
    result = gdb(build("fib.cpp"), command, "info tp")
    assert says in result.err
    assert len(result.err.strip().splitlines()) == 1
    assert result.lines()[-1] == "No tracepoints."


def test_without_a_program(gdb):
    result = gdb(None, "tp main", "info tp", "delete tp")
    assert "No symbol table is loaded" in result.err
    assert "Traceback" not in result.text


def test_gdbs_own_trace_commands_stay(gdb, build):
    result = gdb(build("fib.cpp"), "trace fib", "info tracepoints", "delete tracepoints 1")
    assert "Tracepoint 1 at" in result.out
    assert "not installed on target" in result.out or "tracepoint" in result.out


def test_quit_and_kill_and_detach_with_a_live_program(gdb, build):
    for last in ("kill", "detach", "quit"):
        result = gdb(build("fib.cpp"), "tp main", "break fib", "run", last)
        assert "Tracepoint 'main' Count: 1" in result.out
        assert result.code == 0
        assert "Traceback" not in result.text and "internal-error" not in result.text


def test_core_file(gdb, build, core_of):
    program = build("fib.cpp")
    result = gdb(program, "tp fib", "prof fib", "info tp", core=core_of(program, "fib"))
    assert re.search(r"^1 +y +0 +fib at", result.out, re.M)
    assert "Count" not in result.out and "Calls" not in result.out


def test_terminal_completion_and_interrupt(terminal, build):
    session = terminal(build("spin.c"))
    session.send("tp tur\t")
    session.expect("turn")
    session.send("\n")
    session.expect_prompt()
    session.child.sendline("run")
    for _ in range(20):
        session.expect("turn @ ")
    session.interrupt()
    session.expect("SIGINT")
    session.expect_prompt()
    counted = re.search(r"1 +y +(\d+) +turn", session.ask("info tp"))
    assert int(counted[1]) >= 20
    assert "Delete all tracepoints?" in ask_twice(session, "delete tp", "y")
    assert "No tracepoints." in session.ask("info tp")


def ask_twice(session, command, answer):
    session.child.sendline("set confirm on")
    session.expect_prompt()
    session.child.sendline(command)
    session.expect(r"\(y or n\) ")
    question = session.child.before
    session.child.sendline(answer)
    session.expect_prompt()
    return question


def test_terminal_does_not_page_while_the_program_runs(terminal, build):
    session = terminal(build("fib.cpp"), rows=6)
    session.ask("tp fib")
    session.child.sendline("run")
    session.expect("Tracepoint 'fib' Count: 5")
    session.expect_prompt()


def test_pending_question_as_gdb_asks_it(terminal, build):
    session = terminal(build("fib.cpp"))
    session.ask("set confirm on")
    session.child.sendline("tp nosuch")
    session.expect(r"Make tracepoint pending on future shared library load\? \(y or \[n\]\) ")
    session.child.sendline("n")
    session.expect_prompt()
    assert "No tracepoints." in session.ask("info tp")
