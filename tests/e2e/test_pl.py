"""pl: the lines of `list`, coloured right where there are colours."""

import os
import re

import pytest

from conftest import PROGRAMS, line_of, with_article

COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def bare(text):
    return COLOUR.sub("", text).replace("\r", "")


ARGUMENTS = [
    "",
    "fib",
    "3,5",
    "3,",
    ",9",
    "fib.cpp:9",
    "*main",
    "*0",
    "fib,main",
    "10,999",
]


@pytest.mark.parametrize("arguments", ARGUMENTS)
def test_same_lines_as_list(gdb, build, arguments):
    program = build("fib.cpp")
    listed = gdb(program, f"list {arguments}", "list", "list -")
    pretty = gdb(program, f"pl {arguments}", "pl", "pl -")
    assert pretty.out == listed.out
    assert pretty.err.splitlines()[:1] == listed.err.splitlines()[:1]


def test_overloads_list_each(gdb, build):
    program = build("places.cpp")
    assert gdb(program, "pl add").out == gdb(program, "list add").out


def test_marks_the_current_line_only(gdb, build):
    result = gdb(build("fib.cpp"), "break fib", "run", "pl", "up", "pl main")
    assert re.findall(r"^=> (\d+)\t", result.out, re.M) == ["3", "12"]


@with_article("pl.py")
def test_plain_in_a_pipe(gdb, build, script):
    result = gdb(build("comments.cpp"), "pl 14,19", script=script)
    assert "\033" not in result.out
    assert "class Kept {" in result.out


def styled(session, *commands):
    for command in commands[:-1]:
        session.ask(command)
    return session.ask(commands[-1])


@with_article("pl.py")
def test_cpp_keywords_are_coloured(terminal, build, script):
    session = terminal(build("comments.cpp"), script=script)
    shown = styled(session, "pl 14,19")
    for keyword in ("template", "class", "virtual"):
        # 39 is the default colour, which ends what stands before.
        assert re.search(rf"\x1b\[(?!39)[0-9;]+m{keyword}\x1b", shown), keyword


@with_article("pl.py")
def test_comment_that_began_above(terminal, build, script):
    session = terminal(build("comments.cpp"), script=script)
    shown = styled(session, "pl 9,12")
    lines = [line for line in shown.splitlines() if re.search(r"(class|int)", line)]
    assert len(lines) == 2
    for line in lines:
        assert len(COLOUR.findall(line)) == 2, line  # one colour on, and off, for the whole of it


@with_article("pl.py")
def test_style_disabled_is_plain(terminal, build, script):
    session = terminal(build("comments.cpp"), script=script)
    assert "\033[" not in styled(session, "set style enabled off", "pl 14,19")


def test_colour_does_not_depend_on_limits_but_a_pipe_has_none(terminal, build):
    session = terminal(build("comments.cpp"))
    assert not COLOUR.search(session.ask("pipe pl 14,19 | cat -v").replace("\033[?2004", ""))
    session.ask("set width 0")
    session.ask("set height 0")
    assert COLOUR.search(session.ask("pl 14,19"))


def test_no_color_is_plain(terminal, build):
    session = terminal(build("comments.cpp"), NO_COLOR="1")
    shown = styled(session, "pl 14,19")
    assert "class Kept" in shown
    assert not COLOUR.search(shown)


@with_article("pl.py")
def test_latin1_source(gdb, build, script):
    result = gdb(build("latin1.c"), "pl 1,5", script=script)
    assert "/* Größe */" in result.out
    assert '"Müller"' in result.out
    assert result.err == ""


def test_latin1_source_in_colour(terminal, build):
    shown = styled(terminal(build("latin1.c")), "pl 1,5")
    assert "Größe" in bare(shown) and "Müller" in bare(shown)


@with_article("pl.py")
def test_escapes_in_source_are_shown_not_sent(terminal, build, script):
    session = terminal(build("escapes.c"), script=script)
    shown = styled(session, "pl 1,5")
    assert "bell == 0" in bare(shown)
    assert "\033[31m and" not in shown
    assert "\x07" not in shown and "\x9b" not in shown and "\u202e" not in shown


def test_escapes_in_source_in_a_pipe(gdb, build):
    result = gdb(build("escapes.c"), "pl 1,5")
    assert not re.search("[\033\x07\x9b\u202e]", result.out)
    assert "\\u{202e}" in result.out


@pytest.mark.parametrize("no_color", [None, "1"], ids=["colour", "NO_COLOR"])
def test_lines_that_gdb_has_coloured_already(terminal, build, no_color):
    session = terminal(build("comments.cpp"), NO_COLOR=no_color)
    session.ask("break main")
    assert COLOUR.search(session.ask("run"))
    shown = session.ask("pl 14,19")
    assert "class Kept {" in bare(shown)
    assert "\\e[" not in shown
    assert bool(COLOUR.search(shown)) == (no_color is None)


def test_escapes_in_lines_that_gdb_has_coloured_already(terminal, build):
    session = terminal(build("escapes.c"))
    assert "\033[31m and" not in styled(session, "break main", "run", "pl 1,5")


@with_article("pl.py")
def test_enter_goes_on(terminal, build, script):
    session = terminal(build("comments.cpp"), script=script)
    first, second, third = (numbers(session.ask(line)) for line in ("pl 1,5", "", ""))
    assert first == [str(n) for n in range(1, 6)]
    assert second == [str(n) for n in range(6, 16)]
    assert third == [str(n) for n in range(16, 26)]


def numbers(text):
    return re.findall(r"^(?:=> )?(\d+)\t", bare(text), re.M)


def test_what_is_not_enter_lists_what_it_says(gdb, terminal, build):
    program = build("comments.cpp")
    session = terminal(program)
    session.ask("set listsize 2")
    assert numbers(session.ask("with listsize 3 -- pl 10")) == numbers(session.ask(""))
    assert numbers(session.ask("pipe pl 10 | cat")) == numbers(session.ask(""))
    session.ask("set history remove-duplicates unlimited")
    assert numbers(session.ask("pl 10")) == numbers(session.ask("pl 10"))
    twice = "python [gdb.execute('pl 10', True) for i in (1, 2)]"
    assert len(set(numbers(session.ask(twice)))) == 2
    result = gdb(program, "set listsize 2", "pl 10", "pl 20", "pl 10")
    assert numbers(result.out) == ["9", "10", "19", "20", "9", "10"]


def test_enter_after_an_error_is_an_error_again(terminal, build):
    session = terminal(build("comments.cpp"))
    session.ask("pl 1,5")
    assert "not defined" in session.ask("pl nosuch")
    assert "not defined" in session.ask("")


def test_enter_behind_the_end_stays_there(terminal, build):
    session = terminal(build("comments.cpp"))
    last = len((PROGRAMS / "comments.cpp").read_text().splitlines())
    assert numbers(session.ask(f"pl {last - 2},{last}"))[-1] == str(last)
    for _ in range(2):
        assert re.search("out of range|already reached", session.ask(""))


def test_dumb_terminal_gets_no_colour(terminal, build):
    assert not COLOUR.search(terminal(build("comments.cpp"), TERM="dumb").ask("pl 14,19"))


def test_only_a_newline_ends_a_line(gdb, build, tmp_path):
    source = tmp_path / "separators.c"
    source.write_text("// a\u2028b\u0085c\nint main(void) { return 0; }\n")
    result = gdb(build(source), "pl 1,2")
    assert len(result.lines()) == 2
    assert result.lines()[0] == "1\t// a\\u{2028}b\\x85c"


def test_typed_again_lists_again(terminal, build):
    session = terminal(build("comments.cpp"))
    assert bare(session.ask("pl 1,5")) == bare(session.ask("pl 1,5"))


def test_enter_after_minus_goes_on_backwards(terminal, build):
    session = terminal(build("comments.cpp"))
    session.ask("pl 21,25")
    numbers = [re.findall(r"^(\d+)\t", bare(session.ask(c)), re.M)[0] for c in ("pl -", "")]
    assert numbers == ["11", "1"]


def test_completes_locations(terminal, build):
    session = terminal(build("comments.cpp"))
    session.send("pl comments.c\t")
    session.expect("comments.cpp")
    session.send("22\n")
    assert "int main()" in bare(session.expect_prompt())


def test_without_pygments_it_lists_and_says_so_once(terminal, build):
    session = terminal(build("comments.cpp"))
    session.ask("python import sys; sys.modules['pygments'] = None")
    shown = session.ask("pl 14,16") + session.ask("pl 17,18")
    assert shown.count("Pygments is not installed") == 1
    assert "class Kept {" in shown and "virtual ~Kept()" in shown


def test_changed_file_shows_what_list_shows(terminal, build, tmp_path):
    source = tmp_path / "changing.c"
    source.write_text("int main(void)\n{\n    return 0;\n}\n")
    session = terminal(build(source))
    assert "return 0" in bare(session.ask("pl 1,4"))
    source.write_text("int main(void)\n{\n    return 1;\n}\n")
    os.utime(source, ns=(1, 1))
    assert bare(session.ask("pl 1,4")) == bare(session.ask("list 1,4"))


@pytest.mark.parametrize(
    "command, says",
    [("pl nosuch", 'Function "nosuch" not defined.'), ("pl 999", "out of range"), ("pl 3,x", "")],
)
def test_errors_are_those_of_list(gdb, build, command, says):
    program = build("fib.cpp")
    result = gdb(program, command)
    assert says in result.err
    assert result.err == gdb(program, command.replace("pl", "list")).err


def test_without_a_program(gdb):
    assert gdb(None, "pl").err == gdb(None, "list").err


def test_stop_line_is_marked_in_colour_too(terminal, build):
    session = terminal(build("comments.cpp"))
    line = line_of("comments.cpp", "stop here")
    session.ask(f"break {line}")
    session.ask("run")
    assert re.search(rf"^=> {line}\t", bare(session.ask("pl")), re.M)
    assert (PROGRAMS / "comments.cpp").exists()


@pytest.mark.parametrize("setting", ["remove-duplicates unlimited", "size 0"])
def test_enter_goes_on_whatever_the_history_keeps(terminal, build, setting):
    session = terminal(build("comments.cpp"))
    session.ask(f"set history {setting}")
    listed = [numbers(session.ask(line)) for line in ("pl 1,5", "", "pl 1,5", "pl 1,5")]
    assert [lines[0] for lines in listed] == ["1", "6", "1", "1"]


def test_enter_after_a_script_or_without_editing_repeats_the_lines(terminal, build):
    session = terminal(build("comments.cpp"))
    session.ask("set history remove-duplicates unlimited")
    once = "python gdb.execute('pl 10', True)"
    assert numbers(session.ask(once)) == numbers(session.ask("")) == numbers(session.ask("pl 10"))
    session.ask("set editing off")
    assert numbers(session.ask("pl 10")) == numbers(session.ask("pl 10"))


def test_captured_without_limits_is_plain(terminal, build):
    session = terminal(build("comments.cpp"))
    session.ask("set width 0")
    session.ask("set height 0")
    assert "class Kept {" in session.ask("pipe pl 14,19 | cat")
    assert "^[" not in session.ask("pipe pl 14,19 | cat -v")
    shown = session.ask("python print(gdb.execute('pl 14,19', to_string=True).count(chr(27)))")
    assert bare(shown).strip() == "0"
    assert COLOUR.search(session.ask("pl 14,19"))


def test_gdb_still_colours_what_pl_has_listed(terminal, build):
    session = terminal(build("comments.cpp"))
    session.ask("pl 14,19")
    assert COLOUR.search(session.ask("list 14,19"))
    assert COLOUR.search(session.ask("pl 14,19"))


def test_style_sources_off_is_plain(terminal, build):
    shown = styled(terminal(build("comments.cpp")), "set style sources off", "pl 14,19")
    assert "class Kept {" in shown
    assert not COLOUR.search(shown)


@pytest.mark.parametrize("lacking", ["colour", "Pygments"])
def test_escapes_in_source_are_shown_without_colours_too(terminal, build, lacking):
    session = terminal(build("escapes.c"), NO_COLOR="1" if lacking == "colour" else None)
    session.ask("python import sys; sys.modules['pygments'] = None")
    for before in ("list 1,5", "pl 1,5"):  # with gdb's own colours in what `list` gives, and without
        session.ask(before)
        shown = session.ask("pl 1,5")
        assert "\\e[31m" in shown and "\033[31m" not in shown
    assert "\\e[31m" in session.ask("pl 1,5")


HIDING = '''\
#if 0
int off(void) {
#if 1
}
#endif
it's off
}
#else
int on%d;
#endif
const char *raw%d = R"x(
int raw;
}
)x";
/* a comment
}
"*/
const char *quoted%d = "/* \\
}
";
#define BRACE '}' // "
int plain%d(int n)
{
    return n + '"' + '\\''; // it's a comment /*
}
'''


def test_colours_are_those_of_the_whole_file_wherever_lexing_begins(gdb, tmp_path):
    source = tmp_path / "hiding.cpp"
    source.write_text("".join(HIDING.replace("%d", str(i)) for i in range(200)))
    script = tmp_path / "compare.py"
    script.write_text(
        f"""
import gdb
from pysheeet import source_text
text = open({str(source)!r}).read()
lines = text.count("\\n")
whole = source_text.SourceFile("hiding.cpp", "c++", text)
expected = [whole.tokens(n) for n in range(1, lines + 1)]
print("lexed whole:", [run.first for run in whole._runs])
wrong, late = [], []
for first in range(lines, 600, -37):
    source = source_text.SourceFile("hiding.cpp", "c++", text)
    for n in range(first, min(first + 30, lines + 1)):
        if [t for t in source.tokens(n) if t[1]] != [t for t in expected[n - 1] if t[1]]:
            wrong.append(n)
    if source._runs[0].first < first - 150:
        late.append(first)
print("wrong:", wrong, "late:", late)
"""
    )
    result = gdb(None, f"source {script}")
    assert result.lines() == ["lexed whole: [1]", "wrong: [] late: []"], result.text


def test_interrupted_lexing_begins_anew(gdb, tmp_path):
    script = tmp_path / "interrupt.py"
    script.write_text(
        """
import gdb
from pysheeet import source_text

class Interrupted:
    name = "C"
    def get_tokens_unprocessed(self, text):
        yield 0, None, "/* "
        raise KeyboardInterrupt

text = "/* a\\n   b */\\nint c;\\n"
source = source_text.SourceFile("a.c", "c", text)
source._lexer = Interrupted()
try:
    source.tokens(2)
except KeyboardInterrupt:
    source._lexer = None
print(source.tokens(2))
"""
    )
    result = gdb(None, f"source {script}")
    assert "(Token.Comment.Multiline, '   b */')" in result.out, result.text
