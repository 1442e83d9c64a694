"""Real gdb on real programs.

Fixtures: `gdb` runs a batch session, `terminal` an interactive one through a pseudo-terminal,
`build` compiles a program of tests/programs, `core_of` makes a core file of one.
"""

import hashlib
import os
import pathlib
import re
import shlex
import signal
import subprocess
import sys
from dataclasses import dataclass

import pexpect
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PACK = ROOT / "gdbinit" / "pysheeet.gdb"
PROGRAMS = ROOT / "tests" / "programs"
SEED = ROOT.parent / "shared" / "seed"
BUILT = ROOT / "build" / "programs"
GDB = os.environ.get("PYSHEEET_GDB", "gdb")
QUIET = ["-iex", "set debuginfod enabled off", "-iex", "set confirm off"]

COMPILERS = {".c": {"gcc": "gcc", "clang": "clang"}, ".cpp": {"gcc": "g++", "clang": "clang++"}}

# A behaviour that must hold whatever made the program.
every_build = pytest.mark.parametrize(
    "made_by", [(c, o) for c in ("gcc", "clang") for o in ("-O0", "-O2")], ids=lambda m: "".join(m)
)


def gdb_version():
    """The major version of gdb."""
    shown = subprocess.run([GDB, "--version"], capture_output=True, text=True, check=True).stdout
    return int(re.search(r"\b(\d+)\.\d+", shown)[1])


def pytest_configure(config):
    # Python 3.12 and later warn of each fork beside xdist's thread; the child only calls exec.
    config.addinivalue_line("filterwarnings", "ignore:.*forkpty:DeprecationWarning")


def with_article(script):
    """Run a test with the pack and with the article's script, which must fail it.

    The test takes `script` and passes it on: gdb(…, script=script).
    """
    fails = pytest.mark.xfail(strict=True, reason=f"what the article's {script} gets wrong")
    return pytest.mark.parametrize(
        "script", [pytest.param(None, id="pack"), pytest.param(script, id="article", marks=fails)]
    )


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport():
    """Let a failure show undecodable bytes: xdist can't send lone surrogates to its main process."""
    report = (yield).get_result()
    text = str(report.longrepr)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        report.longrepr = text.encode("utf-8", "backslashreplace").decode("utf-8")


def sourced(script):
    """The path to source: the pack, or one of the article's scripts."""
    if script is None:
        return PACK
    if not (SEED / script).exists():
        pytest.skip(f"the article's scripts are not here: {SEED}")
    return SEED / script


@dataclass
class Result:
    """What a batch session printed and how it ended."""

    out: str
    err: str
    code: int

    @property
    def text(self):
        return self.out + self.err

    def lines(self):
        return self.out.splitlines()


def environment(**changes):
    """The environment of a session: no colour switches or locale of the caller's."""
    env = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "LC_ALL", "PYTHONPATH")}
    env.update(LANG="C.UTF-8", TERM="xterm-256color", TZ="UTC", PYTHONDONTWRITEBYTECODE="1")
    env.update(changes)
    return {k: v for k, v in env.items() if v is not None}


@pytest.fixture
def gdb(tmp_path):
    """Run gdb in batch: gdb(program, "cmd", …) with the pack sourced first."""

    def run(
        program,
        *commands,
        args=(),
        core=None,
        pack=True,
        script=None,
        env=None,
        options=(),
        timeout=120,
    ):
        line = [GDB, "-nx", "-batch", *QUIET, *options]
        if pack:
            line += ["-ex", f"source {sourced(script)}"]
        for command in commands:
            line += ["-ex", command]
        if program is not None and core is None:
            line += ["--args", str(program), *map(str, args)]
        elif program is not None:
            line += [str(program), str(core)]
        done = subprocess.run(
            line,
            cwd=tmp_path,
            env=environment(**(env or {})),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=timeout,
            check=False,
        )
        return Result(
            done.stdout.decode("utf-8", "surrogateescape"),
            done.stderr.decode("utf-8", "surrogateescape"),
            done.returncode,
        )

    return run


def compile_program(source, compiler="gcc", *flags):
    """Compile tests/programs/SOURCE (or a path) once per set of flags; the path of the program."""
    source = PROGRAMS / source
    driver = COMPILERS[source.suffix][compiler]
    flags = ["-g", *flags]
    key = hashlib.sha256("\0".join([driver, *flags, str(source), source.read_text("latin-1")]).encode())
    target = BUILT / key.hexdigest()[:16] / source.stem
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        # Several pytest workers may want it at once: whoever is last wins, with the same bytes.
        partial = target.with_suffix(f".{os.getpid()}")
        order = [f for f in flags if not f.startswith("-l")], [f for f in flags if f.startswith("-l")]
        command = [driver, *order[0], "-o", str(partial), str(source), *order[1]]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{shlex.join(command)}\n{done.stderr}"
        partial.rename(target)
    return target


def line_of(source, text):
    """The number of the first line of tests/programs/SOURCE that holds text."""
    lines = (PROGRAMS / source).read_text().splitlines()
    return next(i for i, line in enumerate(lines, 1) if text in line)


@pytest.fixture
def build():
    return compile_program


@pytest.fixture
def core_of(gdb, tmp_path):
    """core_of(program, "location"[, args=…]): a core file written by gdb when it stops there."""

    def make(program, location, args=()):
        core = tmp_path / f"{pathlib.Path(program).name}.core"
        done = gdb(program, f"break {location}", "run", f"gcore {core}", args=args, pack=False)
        assert core.exists(), done.text
        return core

    return make


class Terminal:
    """gdb on a pseudo-terminal, pack sourced; ask() types a line and gives what it printed."""

    PROMPT = "(?:^|\r\n?)(?:\x1b\\[[0-9;?]*[a-zA-Z])*\\(gdb\\) "

    def __init__(self, program, args, env, cwd, rows, columns, script):
        line = ["-nx", "-q", *QUIET, "-iex", "set style enabled on"]
        line += ["-ex", f"source {sourced(script)}"]
        line += ["--args", str(program), *map(str, args)] if program else []
        self.child = pexpect.spawn(
            GDB,
            line,
            cwd=cwd,
            env=environment(INPUTRC="/dev/null", **env),
            dimensions=(rows, columns),
            encoding="utf-8",
            codec_errors="replace",
            timeout=60,
        )
        if os.environ.get("PYSHEEET_SHOW"):
            self.child.logfile_read = sys.stderr
        self.expect_prompt()

    def expect_prompt(self):
        self.child.expect(self.PROMPT)
        return self.child.before

    def ask(self, line):
        self.child.sendline(line)
        shown = self.expect_prompt()
        shown = shown.split("\n", 1)[1] if "\n" in shown else ""
        return shown.replace("\x1b[?2004l", "")  # readline's bracketed paste

    def send(self, text):
        self.child.send(text)

    def expect(self, pattern):
        self.child.expect(pattern)
        return self.child.before

    def interrupt(self):
        self.child.sendintr()

    def close(self):
        # Of a loaded machine close(force=True) does not wait long enough for the end.
        if self.child.isalive():
            self.child.kill(signal.SIGKILL)
            self.child.wait()
        self.child.close()


@pytest.fixture
def terminal(tmp_path):
    """Start gdb on a pseudo-terminal: terminal(program, args=…, rows=…, columns=…)."""
    opened = []

    def start(program=None, args=(), rows=50, columns=200, script=None, **env):
        opened.append(Terminal(program, args, env, tmp_path, rows, columns, script))
        return opened[-1]

    yield start
    for session in opened:
        session.close()
