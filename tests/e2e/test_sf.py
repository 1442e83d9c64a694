"""sf: one block that tells the frame, whatever state it is in."""

import os
import re
import subprocess

import pytest

from conftest import every_build, line_of, with_article

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


def test_an_argument_that_a_local_hides(gdb, build, tmp_path):
    source = tmp_path / "shadow.c"
    source.write_text(
        "int f(int x, int y)\n{\n  {\n    int x = 5;\n    y += x;\n  }\n  return y;\n}\n"
        "int main(void) { return f(1, 2); }\n"
    )
    result = gdb(build(source), "break 5", "run", "sf 1")
    arguments, found = result.out.split("Arguments:\n")[1].split("Locals:\n")
    assert arguments == "  x = 1  (hidden by a local)\n  y = 2\n"
    assert found == "  x = 5\n"


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


def values(text):
    """{name: value}, the innermost of a name, from lines of sf or `info locals`."""
    found = re.findall(r"^ *([A-Za-z_]\w*) = (.*?)(?:  \([^)]*\))?$", text, re.M)
    return dict(reversed(found))


@every_build
@pytest.mark.parametrize("function", ["larger<int>", "main"])
def test_all_that_gdb_knows_in_optimized_code(gdb, build, made_by, function):
    frame = f"frame function {function}"
    result = gdb(build("optimized.cpp", *made_by), "break called", "run", frame, "sf 1", "echo >>\n", "info locals")
    assert result.err == ""
    shown, known = result.out[result.out.index("Locals:") :].split(">>\n")
    expected = values(known)
    for enumerator in ("kOne", "kTwo"):
        expected.pop(enumerator, None)
    assert len(expected) >= 1
    assert values(shown) == {**values(shown), **expected}
    assert not {"kOne", "kTwo"} & set(values(shown))


def test_what_is_optimized_out_says_so_once(gdb, build):
    program = build("optimized.cpp", "gcc", "-O2")
    result = gdb(program, "break called if n == 0", "run", "up", "info locals", "sf 1")
    assert len(re.findall(r"^kept = ", result.out, re.M)) > 1  # gcc describes inlined recursion so
    assert re.findall(r"^  kept = (.*?)(?:  |$)", result.out, re.M) == ["0"]
    larger = gdb(program, "break called", "run", "up", "sf 1")
    assert "  b = <optimized out>\n" in larger.out


def test_a_printer_that_needs_what_is_optimized_out(gdb, build):
    needing = (
        "python gdb.pretty_printers.insert(0, lambda v: type('P', (), dict(to_string=lambda s: "
        "str(int(v['scale'][2]) + 1)))() if str(v.type) == 'Settings' else None)"
    )
    result = gdb(build("optimized.cpp", "gcc", "-O2"), "break called", "run", "up 2", needing, "sf 1")
    assert result.err == ""
    assert re.search(r"^  settings = \{count = 1, limit = 2, name = ", result.out, re.M)


def test_a_struct_partly_optimized_out_with_a_member_in_other_bytes(gdb, build, tmp_path):
    program = tmp_path / "program"
    program.write_bytes(build("optimized.cpp", "gcc", "-O2").read_bytes().replace(b"limit", b"li\xffit"))
    program.chmod(0o755)
    result = gdb(program, "break called", "run", "up 2", "sf 1")
    assert re.search(r"^  settings = \{count = 1, li\\xffit = 2, name = ", result.out, re.M)


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


def test_where_there_is_no_code(gdb, build, tmp_path):
    source = tmp_path / "wild.c"
    source.write_text("int main(void) { ((void (*)(void))0)(); return 0; }\n")
    program = build(source, "gcc", "-s")
    result = gdb(program, "run", "sf 1", "up", "sf 1")
    assert "Frame 0: ?? at 0x0\n" in result.out
    assert f"Frame 1: ?? at {program}\n" in result.out


def test_core_file_without_its_libraries(gdb, build, core_of, tmp_path):
    source = tmp_path / "waits.c"
    source.write_text("#include <unistd.h>\nint main(void) { return getppid() == 0; }\n")
    program = build(source)
    core = core_of(program, "getppid")
    result = gdb(program, "sf 1", core=core, options=["-iex", f"set sysroot {tmp_path}"])
    assert re.search(r"^Frame 0: \?\? at 0x[0-9a-f]+$", result.out, re.M)


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


def test_while_the_program_runs(gdb, build):
    result = gdb(build("spin.c"), "break main", "run", "continue &", "sf")
    assert result.err == "Selected thread is running.\n"


def test_printer_that_raises_costs_its_own_value(gdb, build):
    raising = (
        "python gdb.pretty_printers.insert(0, lambda v: 1 / 0 if str(v.type) == 'Tree' else None)"
    )
    result = gdb(build("frames.cpp"), HERE, "run", raising, "sf 1")
    assert "  count = 1\n" in result.out
    assert "  calls = 7\n" in result.out


@pytest.mark.parametrize("text, shown", [("1 / 0", "{leaves = 2, left = 0x0}"), ("''", ""), ("'oak'", "oak")])
def test_printer_that_fails_as_it_prints_leaves_the_fields(gdb, build, text, shown):
    printer = f"type('Printer', (), {{'to_string': lambda self: {text}}})()"
    inserted = f"python gdb.pretty_printers.insert(0, lambda v: {printer} if str(v.type) == 'Tree' else None)"
    result = gdb(build("frames.cpp"), HERE, "run", inserted, "sf 1")
    assert f"  tree = {shown}\n" in result.out
    assert "  calls = 7\n" in result.out


def test_print_pretty_keeps_its_lines(gdb, build):
    result = gdb(build("frames.cpp"), HERE, "run", "set print pretty on", "sf 1")
    assert "  tree = {\n    leaves = 2,\n    left = 0x0\n  }\n" in result.out


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


@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
def test_names_in_any_bytes(gdb, build, tmp_path, locale):
    source = tmp_path / os.fsdecode(b"f\xff\x1b[31m\xc3\xa9.c")
    source.write_text(
        """struct QRSbox { int QRSmember; };
enum QRSkind { QRSnone, QRSsome };
int main(void) {
    struct QRSbox QRSlocal = {3};
    enum QRSkind kind = QRSsome;
    return kind + QRSlocal.QRSmember;
}
"""
    )
    built = tmp_path / "built"
    subprocess.run(["gcc", "-g", "-o", built, source], check=True)
    program = tmp_path / "program"
    program.write_bytes(built.read_bytes().replace(b"QRS", b"\x1b\xe9\xff"))
    program.chmod(0o755)
    result = gdb(program, "break 6", "run", "sf", "pl 6,6", env={"LC_ALL": locale})
    shown = result.out[result.out.index("Frame 0") :]
    assert re.search(r"^Frame 0: main at \S*f\\xff\\e\[31m\S*\.c:6$", shown, re.M)
    assert re.search(r"^  \\e\S*local = \{\\e\S*member = 3\}$", shown, re.M)
    assert re.search(r"^  kind = \\e\S*some$", shown, re.M)
    assert "=> 6\t    return kind" in shown
    assert "\033" not in shown


def notes(gdb, program, place, *commands):
    """{variable: its note} that sf shows when the program has stopped at a place of reach.c."""
    stop = f"break reach.c:{line_of('reach.c', place)}"
    result = gdb(program, stop, "run", *commands, "sf 1")
    assert result.err == ""
    shown = result.out[result.out.rindex("Locals:") :]
    return {n: note for n, note in re.findall(r"^  (\w+) = .*?(?:  \((.*)\))?$", shown, re.M)}


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_what_is_not_set_yet_is_marked(gdb, build, compiler):
    program = build("reach.c", compiler)
    below = {
        name: f"declared below, in line {line_of('reach.c', f'int {name}')}"
        for name in ("twice", "local", "last")
    }
    later = {"local": below["local"], "last": below["last"]}
    always = {"numbers": "", "first": "", "kept": ""}
    assert notes(gdb, program, "at the declaration") == {"result": "not set yet"}
    assert notes(gdb, program, "in the call") == {"result": ""}
    assert notes(gdb, program, "before sum") == {**always, "sum": "not set yet", **later}
    assert notes(gdb, program, "the loop") == {**always, "sum": "", "i": "not set yet", **later}
    looping = {**always, "sum": "", "i": "", **later}
    assert notes(gdb, program, "in the loop") == {**looping, "twice": below["twice"]}
    assert notes(gdb, program, "in the loop", "continue")["twice"] == below["twice"]
    assert notes(gdb, program, "int twice")["twice"] == "not set yet"
    assert notes(gdb, program, "behind twice") == {**looping, "twice": ""}
    back = ("next", "next")  # to the loop's line
    assert notes(gdb, program, "int twice", *back)["i"] == ""


def test_what_is_kept_in_registers_is_not_marked(gdb, build):
    program = build("reach.c", "gcc", "-O2")
    assert notes(gdb, program, "at the declaration") == {"result": ""}


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_what_is_set_by_a_call_under_way_is_marked(gdb, build, compiler):
    program = build("reach.c", compiler)
    assert notes(gdb, program, "in the call", "up")["twice"] == "declared in this line"
    assert notes(gdb, program, "in the call", "up")["i"] == ""


def test_first_elements_of_an_array_too_large_to_read(gdb, build):
    stop = f"break reach.c:{line_of('reach.c', 'with local')}"
    result = gdb(build("reach.c"), stop, "run", "set print elements 3", "set var local[1] = 7", "sf 1")
    assert re.search(r"^  local = \{-?\d+, 7, -?\d+\}\.\.\.$", result.out, re.M)
    optimized = gdb(build("reach.c", "gcc", "-O2"), "break called", "run", "up", "sf 1")
    assert "  local = <optimized out>\n" in optimized.out


def test_twenty_frames_unless_told(gdb, build):
    count = {}
    for command in ("sf", "sf 0", "sf 30"):
        result = gdb(build("frames.cpp"), "break look", "run", command, args=["deep"])
        shown = result.out[result.out.index("#0 ") :]
        count[command] = len(re.findall(r"^#\d+ ", shown, re.M))
        assert ("(More stack frames follow...)\n" in shown) == (command != "sf 0")
    assert count == {"sf": 20, "sf 0": 2003, "sf 30": 30}


def test_colours_are_those_of_backtrace(terminal, build):
    session = terminal(build("frames.cpp"))
    session.ask(HERE)
    session.ask("run")
    shown = session.ask("sf")
    assert session.ask("backtrace").rstrip() in shown
    assert re.search(r"^  \033\[36mcount\033\[m = 1", shown, re.M)
    assert "\033" not in session.ask("set style enabled off") + session.ask("sf").replace("\033[?2004", "")


def test_interrupted_backtrace_leaves_the_whole_stack(gdb, build, tmp_path):
    script = tmp_path / "interrupt.py"
    script.write_text(
        """
import gdb.unwinder

class Interrupting(gdb.unwinder.Unwinder):
    asked = 0

    def __call__(self, frame):
        self.asked += 1
        if self.asked == 100:
            raise KeyboardInterrupt

gdb.unwinder.register_unwinder(None, Interrupting("interrupting"))
"""
    )
    setup = ["break look", "run", f"source {script}", "up 2"]
    result = gdb(build("frames.cpp"), *setup, "sf 0", "backtrace -1", "frame", args=["deep"])
    assert re.search(r"^#2002 .* in main ", result.out, re.M)
    assert re.search(r"^#2  .* in deep ", result.out.split("#2002 ")[1], re.M)
