"""examples/ci/run.gdb: the exit status tells how the program ended, the output is the program's."""

import pathlib
import re
import shutil
import subprocess

import pytest
from conftest import GDB, ROOT, environment

SCRIPT = ROOT / "examples" / "ci" / "run.gdb"

# way of tests/programs/crashes.cpp: the status of the session
STATUS = {
    "fine": 0,
    "segv": 1,
    "abort": 1,
    "assert": 1,
    "throw": 1,
    "overflow": 1,
    "killed": 1,
    "realtime": 1,
    "alarm": 1,
    "trap": 1,
    "thread": 1,
    "handler": 0,
    "handler-dies": 1,
    "handler-exits": 42,
    "fork": 0,
    "fork-crash": 0,
    "exec": 6,
    "1": 2,
    "2": 2,
    "3": 2,
    "4": 4,
    "7": 7,
    "77": 77,
    "255": 255,
}


@pytest.fixture
def ci(tmp_path):
    def run(*line, script=SCRIPT, stdin=b"", cwd=tmp_path, **env):
        # As the head of the script says.
        command = [GDB, "-nx", "-batch", "-iex", "set debuginfod enabled off", "-x", script, "-ex", "quit 3"]
        if line:
            command += ["--args", *line]
        return subprocess.run(
            command,
            cwd=cwd,
            env=environment(**env),
            input=stdin,
            capture_output=True,
            timeout=120,
            check=False,
        )

    return run


@pytest.fixture
def crashes(build):
    return build("crashes.cpp", "gcc", "-lpthread")


@pytest.mark.parametrize("way", STATUS)
def test_the_status_and_the_output(ci, crashes, way):
    done = ci(crashes, way, "two words", "*", "")
    own = {"handler": b"survived\n", "exec": b"execed\n"}.get(way, b"")
    assert done.stdout == b"way: %s\nargument: two words\nargument: *\nargument: \n%s" % (way.encode(), own)
    assert done.returncode == STATUS[way], done.stderr.decode()
    if STATUS[way] == 0:
        assert done.stderr == b""
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    "way, signal",
    [
        ("segv", "SIGSEGV, Segmentation fault, address 0x0"),
        ("abort", "SIGABRT, Aborted"),
        ("assert", "SIGABRT, Aborted"),
        ("throw", "SIGABRT, Aborted"),
        ("alarm", "SIGALRM, Alarm clock"),
        ("trap", "SIGTRAP, Trace/breakpoint trap"),
        ("handler-dies", "SIGSEGV, Segmentation fault"),
    ],
)
def test_the_report_of_a_crash(ci, crashes, way, signal):
    text = ci(crashes, way).stderr.decode()
    head = text[text.index(str(crashes) + " crashed") :].splitlines()
    assert head[0] == f'{crashes} crashed: {signal}, in thread 1 "crashes"'
    # The frame that is shown is the program's own, wherever in the C library the signal came from.
    assert re.match(r"#\d+ .*crashes\.cpp:\d+", head[1])
    assert "\nThread 1:\n#0 " in text
    assert re.search(r"^#\d+ .* in main \(argc=2, ", text, re.M)


def test_what_the_program_says_itself_stays(ci, crashes):
    assert b"Assertion `nowhere != nullptr' failed." in ci(crashes, "assert").stderr
    assert b"what():  nobody caught me\n" in ci(crashes, "throw").stderr


def test_a_signal_that_leaves_nothing_to_look_at(ci, crashes):
    assert ci(crashes, "killed").stderr.decode() == f"{crashes} crashed: SIGKILL, Killed\n"
    assert ci(crashes, "realtime").stderr.decode().startswith(f"{crashes} crashed: signal ")


def test_every_thread_is_shown(ci, crashes):
    text = ci(crashes, "thread").stderr.decode()
    assert 'address 0x0, in thread 3 "crashes"\n' in text
    assert "wanted = 5\n" in text
    shown = re.findall(r"^Thread (\d)", text, re.M)
    assert sorted(shown) == ["1", "2", "3"] and shown[0] == "3"


def test_a_stack_overflow_is_a_short_report(ci, crashes):
    text = ci(crashes, "overflow").stderr.decode()
    assert text.endswith("\n(There may be more than these 64 frames.)\n")
    assert "\n#63 " in text and "\n#64 " not in text
    assert 64 < len(text.splitlines()) < 100


def test_an_exit_status_is_told(ci, crashes):
    assert ci(crashes, "3").stderr.decode() == f"{crashes} exited with 3\n"


def test_the_printers_of_the_pack_are_at_hand(ci, build, tmp_path):
    source = tmp_path / "faults.c"
    source.write_text(
        "#include <sys/stat.h>\n"
        'int main(void) { struct stat st; stat(".", &st); return *(volatile int *)(st.st_size * 0); }\n'
    )
    done = ci(build(source))
    assert done.returncode == 1
    assert b"st = {\n    Size: " in done.stderr


def test_standard_input_is_the_programs(ci, crashes):
    done = ci(crashes, "echo", stdin=b"one\ntwo\n")
    assert (done.returncode, done.stdout) == (0, b"way: echo\nread one\nread two\n")


def test_without_debug_information(ci, build):
    done = ci(build("crashes.cpp", "gcc", "-O2", "-g0", "-s", "-lpthread"), "segv")
    assert done.returncode == 1
    assert b" crashed: SIGSEGV" in done.stderr


def failed(done):
    assert done.stdout == b""
    assert done.returncode == 3, done.stderr
    return done.stderr.decode()


def test_no_program(ci):
    assert failed(ci()) == "run.gdb: no program to run; name one behind --args\n"


def test_a_program_that_is_not_there(ci):
    text = failed(ci("./nosuch"))
    assert "nosuch: No such file or directory" in text
    assert "run.gdb: no program to run" in text


def test_a_file_that_is_no_program(ci, tmp_path):
    (tmp_path / "script.sh").write_text("#!/bin/sh\nexit 0\n")
    (tmp_path / "script.sh").chmod(0o755)
    assert "run.gdb: no program to run" in failed(ci("./script.sh"))


def test_a_program_that_may_not_be_run(ci, crashes, tmp_path):
    copy = tmp_path / "copy"
    shutil.copy(crashes, copy)
    copy.chmod(0o644)
    assert f"run.gdb: {copy} can't be run: " in failed(ci("./copy"))


def test_an_interpreter_that_is_not_there(ci, build):
    program = build("fib.cpp", "gcc", "-Wl,--dynamic-linker=/nowhere/ld.so")
    assert f"run.gdb: {program} can't be run: " in failed(ci(program))


@pytest.fixture
def tree(tmp_path):
    tree = tmp_path / "tree"
    for part in ("gdbinit", "python", "examples"):
        shutil.copytree(ROOT / part, tree / part, ignore=shutil.ignore_patterns("__pycache__"))
    return tree


def test_a_pack_that_is_not_built(ci, crashes, tree):
    text = failed(ci(crashes, script=tree / "examples/ci/run.gdb"))
    assert f"run.gdb: {tree}/gdbinit/pysheeet.gdb can't be loaded" in text


def test_a_pack_that_is_not_there(ci, crashes, tree):
    shutil.rmtree(tree / "gdbinit")
    assert "run.gdb: gdbinit/pysheeet.gdb is not where it was" in failed(ci(crashes, script=tree / "examples/ci/run.gdb"))


@pytest.mark.parametrize("broken", ["    raise ValueError\n", "    syntax error\n", "    gdb.execute('nosuch')\n"])
def test_an_error_in_the_script(ci, crashes, tmp_path, broken):
    script = tmp_path / "examples" / "ci" / "run.gdb"
    script.parent.mkdir(parents=True)
    script.write_text(SCRIPT.read_text().replace("def run():\n", f"def run():\n{broken}"))
    assert script.read_text() != SCRIPT.read_text()
    failed(ci(crashes, script=script))


def test_a_script_that_is_not_there(ci, crashes):
    assert "No such file or directory" in failed(ci(crashes, script=pathlib.Path("nosuch.gdb")))


def test_a_shell_that_would_not_start_anything(ci, crashes):
    assert ci(crashes, "7", SHELL="/bin/false").returncode == 7


def test_debuginfod_is_not_asked(ci, crashes):
    # A port where nobody listens: asked, gdb would say so.
    done = ci(crashes, "segv", DEBUGINFOD_URLS="http://127.0.0.1:9")
    assert done.returncode == 1
    assert b"debuginfod" not in done.stderr.lower()


def test_from_another_directory(ci, crashes, tmp_path):
    done = subprocess.run(
        [GDB, "-nx", "-batch", "-x", "ci/run.gdb", "--args", crashes, "7"],
        cwd=ROOT / "examples",
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 7
