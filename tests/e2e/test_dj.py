"""dj: which values it takes, what it shows of them, and what it refuses."""

import json
import re
import subprocess

import pytest

from conftest import PROGRAMS, with_article

SHOWN = '{\n  "k": [\n    "ä",\n    1\n  ],\n  "long": "long enough"\n}\n'

# clang describes std::string by name only in C++17: the layout is the ABI's then.
BUILDS = {
    f"{name}{level}": (compiler, *flags, level)
    for name, compiler, flags in (
        ("gcc", "gcc", ["-std=c++20"]),
        ("clang", "clang", ["-std=c++17"]),
        ("libc++", "clang", ["-std=c++17", "-stdlib=libc++"]),
        ("libc++-standalone", "clang", ["-std=c++20", "-stdlib=libc++", "-fstandalone-debug"]),
        ("old-abi", "gcc", ["-std=c++20", "-D_GLIBCXX_USE_CXX11_ABI=0"]),
    )
    for level in ("-O0", "-O2")
}
every_library = pytest.mark.parametrize("made_by", BUILDS.values(), ids=BUILDS)

MARK = "@@"


@pytest.fixture
def program(build):
    return build("json_text.cpp", *BUILDS["gcc-O0"])


@pytest.fixture
def dj(gdb, program):
    """dj(command, …): what each printed and, together, stderr; the program stands in stop()."""

    def run(*commands, program=program, setup=(), **options):
        marked = [part for command in commands for part in (f"echo {MARK}\\n", command)]
        # libstdc++'s own printer fails on strings that clang only declares.
        start = ["set print frame-arguments none", "break stop", "run"]
        result = gdb(program, *start, *setup, *marked, **options)
        return result.out.split(f"{MARK}\n")[1:], result.err

    return run


def refusal(dj, command, **options):
    """The one error that a command gives, and nothing on stdout."""
    (out,), err = dj(command, **options)
    assert out == ""
    assert "Traceback" not in err and "Python Exception" not in err
    return err.rstrip("\n")


TAKEN = (
    "text constant *pointer pointer pointer_to_pointer reference &text &reference view unique shared weak "
    "unique_array unique_counted optional optional_view chars bytes std_bytes array buffer lines[0] "
    "&buffer literal &literal unsigned_literal wide utf16 utf32 wide_literal utf16_literal "
    "utf32_buffer derived &derived alias flexible->data big_buffer"
).split()
BRIEF = "brief &brief array_full buffer_full signed_buffer wide_brief".split()


@every_library
def test_every_kind_of_string_is_taken(dj, build, made_by):
    out, err = dj(*[f"dj {e}" for e in TAKEN + BRIEF], program=build("json_text.cpp", *made_by))
    assert err == ""
    wanted = [SHOWN] * len(TAKEN) + ["[\n  1\n]\n"] * len(BRIEF)
    assert dict(zip(TAKEN + BRIEF, out)) == dict(zip(TAKEN + BRIEF, wanted))


@every_library
def test_arguments_are_taken_where_the_program_stands(dj, build, made_by):
    names = "by_reference moved by_view by_pointer by_value".split()
    out, err = dj(*[f"dj {name}" for name in names], program=build("json_text.cpp", *made_by))
    for name, shown in zip(names, out):
        # At -O2 one may be gone, and then says so; a wrong text it never is.
        assert shown == SHOWN or (shown == "" and "-O2" in made_by), name
    gone = out.count("")
    assert len(err.splitlines()) == gone
    assert all("optimized out" in line for line in err.splitlines())


@pytest.mark.parametrize("made_by", [BUILDS[b] for b in BUILDS if "-O2" in b], ids=str)
def test_locals_in_registers_and_those_optimized_out(gdb, build, made_by):
    program = build("json_locals.cpp", *made_by)
    names = "text view held part owner brief pointer".split()
    marked = [part for name in names for part in (f"echo {MARK}\\n", f"dj {name}")]
    result = gdb(program, "set print frame-arguments none", "break pause_here", "run", "up", *marked)
    shown = dict(zip(names, result.out.split(f"{MARK}\n")[1:]))
    whole = '[\n  "it is not brief",\n  "at all"\n]\n'
    assert shown["pointer"] == shown["text"] == whole
    for name, said in shown.items():
        assert said in ("", "[\n  1\n]\n" if name == "brief" else whole), name
    gone = list(shown.values()).count("")
    assert [line for line in result.err.splitlines() if "optimized out." not in line] == []
    assert len(result.err.splitlines()) == gone


def test_layouts_of_other_versions_of_libcxx(gdb, build):
    program = build("libcxx_layouts.cpp", "gcc", "-O0")
    line = (PROGRAMS / "libcxx_layouts.cpp").read_text().split("// ready")[0].count("\n") + 1
    names = "long_15 long_19 unique_19 long_alternate short_15 wide_15 short_19 short_alternate".split()
    marked = [part for name in names for part in (f"echo {MARK}\\n", f"dj {name}")]
    result = gdb(program, f"break {line}", "run", *marked, "dj unknown")
    long, short = '{\n  "k": [\n    1\n  ],\n  "long": "long enough"\n}\n', "[\n  1\n]\n"
    assert result.out.split(f"{MARK}\n")[1:] == [long] * 4 + [short] * 4
    assert result.err == (
        "dj: no text in unknown: the fields of std::__future::basic_string<char> are not those of a "
        "known library: begin_, count_.\n"
    )


def test_loaded_printers_are_not_needed(dj):
    commands = [f"dj {e}" for e in TAKEN]
    plain, err = dj(*commands, options=["-iex", "set auto-load off"])
    disabled, _ = dj(*commands, setup=["disable pretty-printer"])
    assert err == ""
    assert plain == disabled == [SHOWN] * len(TAKEN)


@pytest.mark.parametrize("setup", ["set print elements 4", "set print repeats 2", "set max-value-size 100"])
def test_print_settings_do_not_cut_the_text(dj, setup):
    out, err = dj("dj article_long", "dj big_buffer", "dj view", setup=[setup])
    assert err == ""
    assert len(json.loads(out[0])) == 101
    assert out[1:] == [SHOWN] * 2


def test_values_that_gdb_holds_itself(dj):
    out, err = dj('dj "[1]"', 'dj u"[1]"', "dj $s", "dj $b", "dj $r", "dj $a",
                  setup=["set var $s = text", "set var $b = brief", "set var $r = buffer_full",
                         "set var $a = array_full"])  # fmt: skip
    assert err == ""
    assert out == ["[\n  1\n]\n"] * 2 + [SHOWN] + ["[\n  1\n]\n"] * 3


def test_asking_where_an_array_of_gdbs_own_is_does_not_allocate(dj):
    # gdb would call malloc in the program, where a breakpoint tells.
    out, err = dj('dj "[1]"', "dj $r", "info breakpoints",
                  setup=["set var $r = buffer_full", "break malloc"])  # fmt: skip
    assert err == ""
    assert "already hit 1 time" in out[2].split("malloc")[0]
    assert "already hit" not in out[2].split("malloc")[1]


def test_a_core_file_serves_like_the_program(dj, gdb, program, core_of):
    core = core_of(program, "stop")
    marked = [part for e in TAKEN + ["by_value"] for part in (f"echo {MARK}\\n", f"dj {e}")]
    result = gdb(program, *marked, "dj f()", "dj x=99", core=core)
    assert result.out.split(f"{MARK}\n")[1:] == [SHOWN] * (len(TAKEN) + 1)
    refused = result.err.splitlines()[-2:]
    assert refused[0].startswith("dj: f() calls a function of the program")
    assert refused[1].startswith("dj: x=99 assigns a value")


@every_library
def test_before_run(gdb, build, made_by):
    result = gdb(build("json_text.cpp", *made_by), "dj text", "dj article_long", "dj buffer", "dj view")
    assert result.out == SHOWN
    assert all(line.startswith("dj: ") for line in result.err.splitlines())
    assert len(result.err.splitlines()) == 3


def test_after_exit(gdb, program):
    result = gdb(program, "run", "dj buffer", "dj nosuch")
    assert result.out.endswith(SHOWN)
    assert result.err == 'No symbol "nosuch" in current context.\n'


def test_without_debug_information(gdb, build):
    program = build("json_text.cpp", "gcc", "-std=c++20", "-g0")
    result = gdb(program, "break f", "run", "dj article_broken", "dj (char*)&big_buffer",
                 "dj article_broken + 1")  # fmt: skip
    assert result.err.startswith("'article_broken[abi:cxx11]' has unknown type; ")
    assert "Traceback" not in result.err
    assert result.out.endswith(SHOWN)


# What the article's script gets wrong.


@with_article("dj.py")
def test_the_articles_own_example(dj, script):
    assert dj("dj text", script=script) == ([SHOWN], "")


@with_article("dj.py")
def test_more_than_200_characters(dj, script):
    (out,), _ = dj("dj article_long", script=script)
    assert json.loads(out) == [f"item {i}" for i in range(100)] + [0]


@with_article("dj.py")
def test_repeated_characters(dj, script):
    assert dj("dj article_repeated", script=script)[0] == [f'"{"a" * 150}"\n']


@with_article("dj.py")
def test_a_control_character_in_a_string_is_located(dj, script):
    assert refusal(dj, "dj article_bell", script=script).startswith(
        "dj: not JSON: line 1, column 3: invalid string: control character U+0007 (BEL) must be escaped"
    )


@with_article("dj.py")
def test_a_nul_is_located(dj, script):
    error = "dj: not JSON: line 1, column 4: NUL byte\n[1,\\x00 2]\n   ^"
    assert refusal(dj, "dj article_nul", script=script) == error


@with_article("dj.py")
def test_latin_1_is_located(dj, script):
    error = 'dj: not JSON: line 1, column 5: byte 0xfc is not UTF-8\n["gr\\xfcn"]\n    ^'
    assert refusal(dj, "dj article_latin1", script=script) == error


@with_article("dj.py")
def test_utf_8_in_the_c_locale(dj, script):
    shown = dj("dj article_utf8", script=script, env={"LC_ALL": "C"})
    assert shown == (['[\n  "grün"\n]\n'], "")


@with_article("dj.py")
def test_text_beyond_ascii_is_not_escaped(dj, script):
    assert dj("dj article_utf8", script=script) == (['[\n  "grün"\n]\n'], "")


@with_article("dj.py")
@pytest.mark.parametrize("expression", "literal pointer view unique shared optional wide".split())
def test_other_strings_than_std_string(dj, script, expression):
    assert dj(f"dj {expression}", script=script) == ([SHOWN], "")


@with_article("dj.py")
def test_repeated_keys_stay_in_order(dj, script):
    out, _ = dj("dj article_twice", script=script)
    assert out == ['{\n  "b": 1,\n  "a": 2,\n  "b": 3\n}\n']


@with_article("dj.py")
def test_numbers_stay_as_spelled(dj, script):
    out, _ = dj("dj article_numbers", script=script)
    numbers = "9007199254740993 18446744073709551616 1E400 0.10 -0".split()
    assert out == ["[\n  " + ",\n  ".join(numbers) + "\n]\n"]


@with_article("dj.py")
def test_nan_is_refused(dj, script):
    error = "dj: not JSON: line 1, column 2: invalid literal\n[NaN]\n ^"
    assert refusal(dj, "dj article_nan", script=script) == error


@with_article("dj.py")
def test_the_place_that_breaks_is_shown(dj, script):
    error = (
        "dj: not JSON: line 3, column 7: unexpected number literal; expected ':'\n"
        '  "b" 2\n'
        "      ^"
    )
    assert refusal(dj, "dj article_broken", script=script) == error


@with_article("dj.py")
def test_a_call_is_refused(dj, script):
    out, err = dj("dj f()", "output calls", script=script)
    assert out == ["", "3"]
    assert err == 'dj: f() calls a function of the program; only "dj -call f()" lets it.\n'


@with_article("dj.py")
def test_an_assignment_is_refused(dj, script):
    out, err = dj("dj x=99", "output x", script=script)
    assert out == ["", "1"]
    assert err == 'dj: x=99 assigns a value; only "dj -call x=99" lets it.\n'


# Side effects.


@pytest.mark.parametrize(
    "expression",
    "x++|--x|x += 1|x<<=1|x >>= 1|*p=2|p = 0|$rax=1|$pc = 0|$nine=9|$_siginfo.si_signo=3|(x=2), text|"
    "*&x and_eq 0|{int}p=3|buffer[0]=0|text.size()|text.c_str()|text[0]|*&text == text|f()|"
    'view.data()|(const char*)"[1]"|INCREASE(x)|stop'.split("|")[:-1],
)
def test_without_call_nothing_changes(dj, expression):
    state = ["info registers rip rsp rax rbx", "output x", "output p", "output calls", "output $nine",
             "output buffer", "output text", "output $_siginfo.si_signo", "info breakpoints",
             "show may-call-functions", "show may-write-memory", "show may-write-registers"]  # fmt: skip
    setup = ["macro define INCREASE(v) ++v"]
    out, err = dj(*state, f"dj {expression}", *state, setup=setup)
    assert out[: len(state)] == out[len(state) + 1 :]
    assert out[len(state)] == ""
    assert len(err.splitlines()) == 1
    if err.startswith("dj: "):
        assert f'only "dj -call {expression}" lets it.' in err
    else:
        assert err.startswith(("Could not find operator", "Cannot evaluate function", "No symbol"))


def test_comparisons_and_text_with_an_equals_sign_are_no_assignment(dj):
    out, err = dj('dj "[\\"a=b++\\"]"', "dj (x==1 ? text : text)", "dj (x <= 1, text)",
                  "dj (x >= 1 && x != 2, text)")  # fmt: skip
    assert err == ""
    assert out == ['[\n  "a=b++"\n]\n'] + [SHOWN] * 3


@pytest.mark.parametrize(
    "made_by", [BUILDS[b] for b in ("gcc-O0", "libc++-standalone-O0", "old-abi-O0")], ids=str
)
def test_call_takes_what_functions_return(dj, build, made_by):
    program = build("json_text.cpp", *made_by)
    out, err = dj("dj -call f()", "dj -call brief_reply()", "dj -call reply().body", "dj -c x=99, text",
                  "output x", program=program)  # fmt: skip
    assert err == ""
    assert out == [SHOWN, "[\n  1\n]\n", "[\n  2\n]\n", SHOWN, "99"]


def test_what_a_call_returned_needs_its_types_fields(dj, build):
    said = refusal(dj, "dj -call f()", program=build("json_text.cpp", *BUILDS["clang-O0"]))
    assert said.startswith("dj: no text in f(): the debug information only declares its type, std::")


def test_a_users_own_settings_are_kept(dj):
    setup = ["set may-call-functions off", "set may-write-memory off"]
    out, err = dj("dj text", "dj f()", "dj -call f()", "show may-call-functions",
                  "show may-write-memory", setup=setup)  # fmt: skip
    assert out[0] == SHOWN
    assert "off" in out[3] and "off" in out[4]
    assert err.splitlines()[1].startswith("Cannot call functions in the program: may-call-functions is off")


def test_settings_are_restored_behind_an_error(dj):
    out, err = dj("dj nosuch", "dj f()", "dj 1 +", "dj *(std::string*)1", "output f()",
                  "output x=5")  # fmt: skip
    assert len(err.splitlines()) == 4
    assert "k" in out[4] and out[5] == "5"


# What it refuses.


@pytest.mark.parametrize(
    "command, error",
    [
        ("dj", "dj: an expression is missing: dj [-call] EXPRESSION"),
        ("dj -call", "dj: an expression is missing: dj [-call] EXPRESSION"),
        ("dj x", "dj: no text in x: its type is int; what is taken are strings and arrays of characters, "
                 "and what points to them."),
        ("dj p", "its type is int *; what is taken"),
        ("dj &main", "its type is int (*)(void); what is taken"),
        ("dj looks_like", "its type is mine::string; what is taken"),
        ("dj looks_alike", "its type is mine::basic_string<char>; what is taken"),
        ("dj lines", "its type is char [2][64]; what is taken"),
        ("dj ints", "its elements are reached by"),
        ("dj null_pointer", "dj: no text in null_pointer: the pointer is null."),
        ("dj unique_null", "dj: no text in unique_null: the pointer is null."),
        ("dj weak_expired", "dj: no text in weak_expired: the std::weak_ptr is empty or has expired."),
        ("dj weak_empty", "dj: no text in weak_empty: the std::weak_ptr is empty or has expired."),
        ("dj optional_empty", "dj: no text in optional_empty: the std::optional is empty."),
        ("dj empty", "dj: empty holds an empty text, which is not JSON."),
        ("dj nosuch", 'No symbol "nosuch" in current context.'),
        ("dj -nosuch", 'No symbol "nosuch" in current context.'),
        ("dj (char*)16", "dj: no text in (char*)16: cannot access memory at 0x10, behind 0 bytes without a NUL."),
        ("dj *(std::string*)16", "Cannot access memory at address 0x10"),
        ("dj no_character", "dj: no text in no_character: code unit 1 is 0x110000, which is no character."),
        ("dj half_pair", 'line 1, column 5: lone surrogate U+D83D\n["ab\\xed\\xa0\\xbd"]\n    ^'),
        ("dj deep", "line 1, column 10001: arrays and objects nested more than 10000 deep"),
        ("dj *(std::string*)-16", "Cannot access memory at address 0xfffffffffffffff0"),
    ],
)  # fmt: skip
def test_what_is_no_text_is_said(dj, command, error):
    said = refusal(dj, command)
    assert error in said
    assert len(said.splitlines()) == (3 if "not JSON: " in said else 1)


def test_text_that_runs_into_unreadable_memory(dj):
    said = refusal(dj, "dj unterminated")
    assert re.fullmatch(
        r"dj: no text in unterminated: cannot access memory at 0x[0-9a-f]+000, behind 96 bytes without a NUL\.",
        said,
    )


@pytest.mark.parametrize(
    "field, value, error",
    [
        ("_M_string_length", "0x7fffffffffffffff", "length 9223372036854775807, capacity "),
        ("_M_string_length", "-1", "length 18446744073709551615, capacity "),
        ("_M_dataplus._M_p", "16", "cannot access memory at 0x10, behind 0 of "),
        ("_M_dataplus._M_p", "-8", "cannot access memory at 0xfffffffffffffff8, behind 0 of "),
    ],
)
def test_a_corrupt_string_is_one_line(dj, field, value, error):
    said = refusal(dj, "dj corrupt", setup=[f"set var corrupt.{field} = {value}"])
    assert said.startswith("dj: no text in corrupt: ") and error in said
    assert len(said.splitlines()) == 1


def test_an_absurd_length_is_not_allocated(dj):
    setup = ["set var corrupt._M_string_length = 0x7fffffffffff",
             "set var corrupt._M_allocated_capacity = 0x7fffffffffff"]  # fmt: skip
    assert "is over the limit of 1 GiB" in refusal(dj, "dj corrupt", setup=setup)
    setup = ["set var corrupt._M_string_length = 1000000000",
             "set var corrupt._M_allocated_capacity = 1000000000"]  # fmt: skip
    assert re.search(r"cannot access memory at 0x\w+, behind \d+ of 1000000000 bytes",
                     refusal(dj, "dj corrupt", setup=setup))  # fmt: skip


@pytest.mark.parametrize(
    "variable, field", [("view", "_M_len"), ("chars", "_M_impl._M_finish"), ("chars", "_M_impl._M_start")]
)
def test_corrupt_views_and_vectors(dj, variable, field):
    said = refusal(dj, f"dj {variable}", setup=[f"set var {variable}.{field} = 0x7ffffffffffffff0"])
    assert said.startswith(f"dj: no text in {variable}: ")


@every_library
def test_an_uninitialized_string_is_no_crash(gdb, build, made_by):
    # At main's first line the locals of its frame are whatever was there.
    program = build("json_text.cpp", *made_by)
    places = "$sp $pc -8 -16 0 1 &main &calls".split()
    result = gdb(program, "break prepare", "run", "up", *[f"dj *(std::string*)({p})" for p in places],
                 *[f"dj (char*)({p})" for p in places], "echo alive\\n")  # fmt: skip
    assert result.out.endswith("alive\n")
    assert "Python" not in result.err and "Traceback" not in result.err


def test_what_is_in_a_string_is_no_string(dj):
    said = refusal(dj, "dj text._M_dataplus")
    assert re.match(r"dj: no text in text._M_dataplus: its type is std::\S*basic_string<.*>::_Alloc_hider; what", said)


def test_a_gdb_that_becomes_an_observer_does_not_tell(gdb, program):
    permissions = [f"set may-{p} off" for p in ("insert-breakpoints", "insert-tracepoints", "interrupt")]
    result = gdb(program, *permissions, "set non-stop on", "dj 1")
    assert result.out == ""


# What reaches the terminal.


def test_what_a_terminal_would_act_on_is_escaped(dj):
    out, err = dj("dj hostile")
    assert out == ['{\n  "\\u202e": "\\u007f\\u009b31m \\u001b[31m"\n}\n']
    said = refusal(dj, "dj hostile_broken")
    assert said.splitlines()[1:] == ['["\\e[31m\\x9b\\u{202e}"]', "  ^"]


def test_a_byte_order_mark_is_told(dj):
    out, err = dj("dj marked")
    assert out == ["[\n  1\n]\n"]
    assert err == "dj: the text begins with a byte order mark, left out here.\n"


def test_an_error_in_the_c_locale_is_ascii(dj):
    said = refusal(dj, "dj broken_utf8", env={"LC_ALL": "C"})
    assert said.isascii()
    place, line, caret = said.splitlines()
    assert place == "dj: not JSON: line 1, column 7: invalid literal"
    assert line[caret.index("^")] == "x"
    said = refusal(dj, "dj unique_ints", env={"LC_ALL": "C"})
    assert said.startswith("dj: no text in unique_ints: its type is std::unique_ptr<") and "\\u2026" in said


def test_output_is_what_jq_shows(dj, tmp_path):
    jq = subprocess.run(["jq", "--version"], capture_output=True, check=False)
    assert jq.returncode == 0
    (out,), _ = dj("dj huge")
    again = subprocess.run(["jq", "."], input=out.encode(), capture_output=True, check=True).stdout
    assert out.encode() == again
    assert len(json.loads(out)) == 400001


def test_colour_on_a_terminal_only(terminal, program, dj):
    coloured = '{\r\n  \x1b[34;1m"k"\x1b[0m: [\r\n    \x1b[32m"ä"\x1b[0m,\r\n    1\r\n  ],'
    session = terminal(program)
    session.ask("break stop")
    session.ask("run")
    assert coloured in session.ask("dj text")
    assert SHOWN.strip().replace("\n", "\r\n") in session.ask("pipe dj text | cat")
    session.ask("set style enabled off")
    assert "\x1b[3" not in session.ask("dj text")
    without = terminal(program, NO_COLOR="1")
    without.ask("break stop")
    without.ask("run")
    assert "\x1b[3" not in without.ask("dj text")
    assert "\x1b" not in dj("dj text")[0][0]


def test_paging_and_quitting(terminal, program):
    session = terminal(program, rows=20)
    session.ask("set pagination off")
    session.ask("break stop")
    session.ask("run")
    session.ask("set pagination on")
    session.send("dj huge\n")
    first = session.expect("for more, q to quit")
    assert first.count("\n") < 25
    session.send("\n")
    session.expect("for more, q to quit")
    session.send("q\n")
    rest = session.expect_prompt()
    assert "Traceback" not in rest and "Exception" not in rest
    assert session.ask("print x").rstrip().endswith(" = 1")  # gdb 16 colours $1
    assert "on." in session.ask("show may-call-functions")


def test_ctrl_c_ends_it_and_leaves_gdb_as_it_was(terminal, program):
    session = terminal(program)
    session.ask("set pagination off")
    session.ask("break stop")
    session.ask("run")
    session.send("dj huge\n")
    session.expect('"id"')
    session.interrupt()
    rest = session.expect_prompt()
    assert "Quit" in rest
    assert "399999" not in rest
    assert session.ask("print x").rstrip().endswith(" = 1")  # gdb 16 colours $1
    assert "on." in session.ask("show may-call-functions")
    assert "on." in session.ask("show may-write-memory")


def test_literals_of_a_program_that_does_not_run(gdb, build, tmp_path):
    source = tmp_path / "literal.c"
    source.write_text(
        '#include <wchar.h>\nconst char *text = "[1]"; const wchar_t *wide = L"[2]"; int main(void) { return 0; }\n'
    )
    result = gdb(build(source, "gcc", "-no-pie"), "dj text", "dj wide", "dj (char *)1")
    assert result.out == "[\n  1\n]\n[\n  2\n]\n"
    assert result.err == "dj: no text in (char *)1: cannot access memory at 0x1, behind 0 bytes without a NUL.\n"


def test_completion(terminal, program):
    session = terminal(program)
    for typed, whole in (
        ("dj -c", "dj -call"),
        ("dj article_rep", "dj article_repeated"),
        ("dj -call article_rep", "dj -call article_repeated"),
        ("dj -call brief_re", "dj -call brief_reply"),
        ("dj view._M_l", "dj view._M_len"),
        ("dj -call view._M_l", "dj -call view._M_len"),
        ("dj -- 1?article_rep", "dj -- 1?article_repeated"),
        ("dj -- ~article_rep", "dj -- ~article_repeated"),
    ):
        session.send(typed + "\t")
        session.expect(re.escape(whole))
        session.send("\x15")
    assert "dj -call" in session.ask("complete dj -")
    # Where a word begins, all are offered.
    session.ask("set max-completions 3")
    for typed in ("dj -call 1 + ", "dj -call "):
        session.send(typed + "\t\t")
        session.expect("max-completions reached")
        session.send("\x15")


def test_help(gdb):
    shown = gdb(None, "help dj").out
    assert shown.startswith("Show the JSON text that a string of the program holds, indented.\nUsage: dj ")
    assert "-call" in shown and "Example: " in shown
