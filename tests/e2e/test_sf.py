"""sf: one block that tells the frame, whatever state it is in."""

import re

import pytest

from conftest import line_of, with_article

HERE = f"break frames.cpp:{line_of('frames.cpp', 'sf here')}"


def test_shows_where_arguments_and_locals(gdb, build):
    result = gdb(build("frames.cpp"), HERE, "run", "sf 2")
    block = result.out[result.out.index("#0 ") :]
    assert re.match(
        r"""#0  look \(count=1, label="leaf", tree=\.\.\.\) at \S*frames\.cpp:\d+
#1  .* in deep \(n=0\) at \S*frames\.cpp:\d+
\(More stack frames follow\.\.\.\)
Frame 0: look at \S*frames\.cpp:\d+
Arguments:
  count = 1
  label = "leaf"
  tree = \{leaves = 2, left = 0x0\}
Locals:
  value = std::vector of length 3, capacity 3 = \{1, 2, 3\}
  calls = 7
  value = 2  \(hidden by the one above\)
$""",
        block,
    )


@with_article("sf.gdb")
def test_works_at_all(gdb, build, script):
    result = gdb(build("frames.cpp"), HERE, "run", "sf", script=script)
    assert result.err == ""
    assert "count = 1" in result.out
    assert "calls = 7" in result.out


def test_selected_frame_is_the_one_shown_and_stays_selected(gdb, build):
    result = gdb(build("frames.cpp"), HERE, "run", "up 2", "sf 1", "frame function deep", "frame")
    assert "Frame 2: deep at" in result.out
    assert "Arguments:\n  n = 1\nLocals: none\n" in result.out
    again = gdb(build("frames.cpp"), HERE, "run", "up 2", "sf", "info frame")
    assert "Stack level 2," in again.out


def test_negative_count_shows_the_outermost(gdb, build):
    result = gdb(build("frames.cpp"), HERE, "run", "sf -1")
    assert re.search(r"^#5 .* in main \(", result.out, re.M)
    assert "#4 " not in result.out


def test_optimized_out(gdb, build):
    program = build("frames.cpp", "gcc", "-O2")
    result = gdb(program, "break hostile", "run", "finish", "sf")
    assert "Frame 0: main at" in result.out
    assert "argv = " in result.out
    assert result.err == ""


@pytest.mark.parametrize("stop", ["break hostile", "broken here"])
def test_uninitialised_or_broken_values_say_why(gdb, build, stop):
    if stop == "broken here":
        stop = f"break frames.cpp:{line_of('frames.cpp', stop)}"
    result = gdb(build("frames.cpp"), stop, "run", "sf")
    assert "  broken = " in result.out
    assert "Arguments:\n  text = 0x" in result.out
    assert "\033" not in result.out and "\x9b" not in result.out
    assert result.err == ""
    if "frames.cpp:" in stop:
        assert "broken = <error: Cannot access memory at address 0x8>" in result.out


def test_without_debug_information(gdb, build):
    program = build("family.c", "gcc", "-g0")
    result = gdb(program, "break member", "run", "sf")
    assert re.search(r"^#0 .* in member \(\)", result.out, re.M)
    assert f"Frame 0: member at {program}\n" in result.out
    assert "No debug information here: arguments and locals are not known." in result.out


def test_core_file(gdb, build, core_of):
    program = build("frames.cpp")
    result = gdb(program, "sf 1", core=core_of(program, "look"))
    assert "Frame 0: look at" in result.out
    assert '  label = "leaf"' in result.out


@pytest.mark.parametrize(
    "command, says",
    [
        ("sf", "No stack."),
        ("sf abc", "sf: COUNT is a number of frames, as `backtrace' takes it, not 'abc'."),
        ("sf 1 2", "sf: COUNT is a number of frames"),
        ("sf # comment", "sf: COUNT is a number of frames"),
    ],
)
def test_wrong_use_is_one_line(gdb, build, command, says):
    result = gdb(build("frames.cpp"), command)
    assert says in result.err
    assert len(result.err.strip().splitlines()) == 1


def test_printer_that_raises_costs_its_own_value(gdb, build):
    raising = (
        "python gdb.pretty_printers.insert(0, lambda v: 1 / 0 if str(v.type) == 'Tree' else None)"
    )
    result = gdb(build("frames.cpp"), HERE, "run", raising, "sf 1")
    assert "  count = 1\n" in result.out
    assert "  calls = 7\n" in result.out


def test_print_pretty_keeps_its_lines(gdb, build):
    result = gdb(build("frames.cpp"), HERE, "run", "set print pretty on", "sf 1")
    assert "  tree = {\n    leaves = 2,\n    left = 0x0\n  }\n" in result.out


def test_without_a_count_a_deep_stack_is_cut(gdb, build):
    program = build("frames.cpp")
    result = gdb(program, "break look", "run", "sf", args=["deep"])
    assert re.search(r"^#19 .*\n\(More stack frames follow\.\.\.\)\nFrame 0", result.out, re.M)
    whole = gdb(program, "break look", "run", "sf 0", args=["deep"])
    assert re.search(r"^#2002 ", whole.out, re.M) and "More stack frames" not in whole.out


def test_variables_that_are_not_reached_are_marked(gdb, build):
    program = build("reached.c")
    lines = [line_of("reached.c", text) for text in ("first =", "begin here", "last =", "return last")]
    shown = {}
    for line in lines:
        result = gdb(program, f"break reached.c:{line} if n == 3", "run", "sf 1")
        marked = re.findall(r"^  (\w+) = .*\(not reached yet: declared at line (\d+)\)$", result.out, re.M)
        assert all(line_of("reached.c", f"{name} =") == int(at) for name, at in marked)
        shown[line] = {name for name, _ in marked}
    assert shown == {
        lines[0]: {"first", "last"},
        lines[1]: {"last"},
        lines[2]: {"last"},
        lines[3]: set(),
    }


def test_a_loop_that_comes_back_to_its_head_has_its_variable(gdb, build):
    head = line_of("reached.c", "for (int i")
    stops = [f"break reached.c:{head + 1} if n == 3 && i == 1", "run", "next", "sf 1"]
    result = gdb(build("reached.c"), *stops)
    assert re.search(rf"^{head}\t", result.out, re.M)
    assert "  i = 1\n" in result.out


def test_the_variable_that_a_call_will_initialize_is_not_reached(gdb, build):
    result = gdb(build("reached.c"), "break inner", "run", "up", "sf 1")
    assert re.search(r"^  last = .* \(not reached yet: ", result.out, re.M)


def test_array_that_gdb_does_not_read_whole(gdb, build):
    stop = f"break reached.c:{line_of('reached.c', 'begin here')}"
    result = gdb(build("reached.c"), stop, "run", "sf 1")
    assert "  large = {5, 6, 0 <repeats 198 times>}...\n" in result.out
    assert "max-value-size" not in result.text


def test_backtrace_has_gdbs_colours(terminal, build):
    session = terminal(build("frames.cpp"))
    session.ask("break look")
    session.ask("run")
    assert re.search("\x1b\\[3\\d+mlook\x1b\\[m", session.ask("sf 1"))
    session.ask("set style enabled off")
    assert "\x1b[3" not in session.ask("sf 1")


INTERRUPTING = """
import os, signal
from gdb.unwinder import Unwinder, register_unwinder

class Interrupting(Unwinder):
    count = 0

    def __init__(self):
        super().__init__("interrupting")

    def __call__(self, frame):
        self.count += 1
        if self.count == 300:
            os.kill(os.getpid(), signal.SIGINT)

register_unwinder(None, Interrupting())
"""


def test_interrupt_leaves_the_stack_whole(terminal, build, tmp_path):
    (tmp_path / "interrupting.py").write_text(INTERRUPTING)
    session = terminal(build("frames.cpp"), args=["deep"])
    for command in ("break look", "run", "set pagination off", "source interrupting.py", "up 3"):
        session.ask(command)
    assert "Quit" in session.ask("sf 0")
    assert "#2002 " in session.ask("backtrace -1")
    assert "#3 " in session.ask("frame")


def test_deep_stack_pages_and_can_be_left(terminal, build):
    session = terminal(build("frames.cpp"), args=["deep"], rows=20)
    session.ask("tbreak look")
    session.ask("run")
    session.child.sendline("sf")
    session.expect("to quit, c to continue without paging--")
    session.send("q\n")
    session.expect("Quit")
    session.expect_prompt()
    assert "= 42" in session.ask("print 42")


def test_hostile_function_name_is_shown_not_sent(gdb, build, tmp_path):
    source = tmp_path / "name.c"
    source.write_text("int evQRSil(int n) { return n; }\nint main(void) { return evQRSil(0); }\n")
    program = tmp_path / "name"
    program.write_bytes(build(source).read_bytes().replace(b"evQRSil", b"ev\x1b\xff[mi"))
    program.chmod(0o755)
    result = gdb(program, "break name.c:1", "tp name.c:1", "run", "sf 2")
    assert "Frame 0: ev\\e\\xff[mi at" in result.out
    assert "ev\\e\\xff[mi @ " in result.out
    assert "#0  ev\\e\\xff[mi (n=0)" in result.out
    assert "Python Exception" not in result.err
