"""gdbinit/setup.sh: what it installs, builds, says and leaves alone, with stand-ins for what it calls."""

import shutil
import subprocess

import pytest
from conftest import ROOT

# What the script calls that is not a stand-in.
SYSTEM = "bash env dirname readlink realpath mkdir cat grep head tail flock sleep awk".split()

# Each writes a line of what it was asked to $CALLS; what is installed or built is remembered.
STAND_INS = {
    "id": 'echo "${USER_ID:-0}"',
    "sudo": 'echo "sudo $*" >>"$CALLS"; exec "$@"',
    "dpkg-query": 'sed "s/^/installed /" "$STATE/installed" 2>/dev/null; exit 1',
    "apt-get": """
echo "apt-get $*" >>"$CALLS"
[ -z "$APT_FAILS" ] || { echo "Reading package lists..."; echo "E: $APT_FAILS"; exit 100; }
[ "$1" = install ] || exit 0
for argument; do case $argument in install | -* | DPkg::*) ;; *) echo "$argument" >>"$STATE/installed" ;; esac; done
""",
    "cmake": """
case "$*" in
  "--build --preset "*" -- -n") [ -e "$STATE/built-$3" ] && echo "ninja: no work to do." || echo "[1/2] c++" ;;
  "--build "*)
    echo "build $3" >>"$CALLS"
    [ -z "$BUILD_FAILS" ] || { echo "[1/2] Building CXX object a.o"; echo "$BUILD_FAILS"; exit 1; }
    touch "$STATE/built-$3" ;;
  *) [ -z "$CONFIGURE_FAILS" ] || { echo "$CONFIGURE_FAILS"; exit 1; } ;;
esac
""",
    "gdb": "",
    "ninja": "",
    "c++": "",
}


class Machine:
    """A machine on which nothing is installed yet, a user's home, and a tree with setup.sh."""

    def __init__(self, directory):
        self.tree = directory / "a tree"
        self.home = directory / "home"
        self.bin = directory / "bin"
        self.state = directory / "state"
        for made in (self.tree / "gdbinit", self.home, self.bin, self.state):
            made.mkdir(parents=True)
        shutil.copy(ROOT / "gdbinit" / "setup.sh", self.tree / "gdbinit")
        for name in (*SYSTEM, "sed", "touch"):
            (self.bin / name).symlink_to(shutil.which(name))
        for name, body in STAND_INS.items():
            (self.bin / name).write_text(f"#!/bin/sh\n{body}\n")
            (self.bin / name).chmod(0o755)
        self.line = f"source {self.tree}/gdbinit/pysheeet.gdb"

    @property
    def calls(self):
        calls = self.state / "calls"
        return calls.read_text().splitlines() if calls.exists() else []

    def setup(self, *arguments, script=None, **env):
        return subprocess.run(
            [script or self.tree / "gdbinit" / "setup.sh", *arguments],
            env={
                "PATH": str(self.bin),
                "HOME": str(self.home),
                "STATE": str(self.state),
                "CALLS": str(self.state / "calls"),
                **env,
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
            check=False,
        )


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


def test_it_installs_and_builds_once_and_is_silent_then(machine):
    first = machine.setup()
    assert first.returncode == 0, first.stdout
    said = first.stdout.splitlines()
    assert said[0].startswith("Installing gdb g++ cmake ninja-build python3-dev ")
    assert said[1] == "Building release"
    assert said[-1].strip() == machine.line
    done = machine.calls
    assert [c.split()[1] for c in done if c.startswith("apt-get")] == ["update", "install"]
    assert done[-1] == "build release"
    again = machine.setup()
    assert (again.returncode, again.stdout) == (0, "")
    assert machine.calls == done
    assert list(machine.home.iterdir()) == []


def test_only_what_is_missing_is_installed_each_named_once(machine):
    machine.setup()
    said = machine.setup("--tests", "--lint").stdout.splitlines()
    named = said[0].split()
    assert named[0] == "Installing" and "gdb" not in named and {"catch2", "clang", "clang-tidy"} < set(named)
    assert len(named) == len(set(named))
    assert said[1:4] == ["Building dev", "Building sanitize", "Building fuzz"]
    assert machine.setup("--tests", "--lint").stdout == ""


def test_a_user_installs_with_sudo(machine):
    done = machine.setup(USER_ID="1000")
    assert done.returncode == 0, done.stdout
    asked = [c for c in machine.calls if c.startswith("sudo")]
    assert len(asked) == 2 and all(" apt-get " in c for c in asked)


def test_a_user_without_sudo_is_told_what_root_would_type(machine):
    (machine.bin / "sudo").unlink()
    done = machine.setup(USER_ID="1000")
    assert done.returncode == 1
    assert "without sudo only root can install them" in done.stdout
    assert "  apt-get install gdb g++ cmake " in done.stdout
    assert machine.calls == []


def test_elsewhere_it_names_the_packages_and_stops(machine):
    (machine.bin / "apt-get").unlink()
    (machine.bin / "cmake").unlink()
    done = machine.setup()
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "setup.sh: not found: cmake",
        "setup.sh: it installs with apt only; here, install what Debian calls: gdb g++ cmake ninja-build "
        "python3-dev pybind11-dev nlohmann-json3-dev zlib1g-dev libzstd-dev libxxhash-dev python3-pygments",
    ]


@pytest.mark.parametrize(
    "failure, said",
    [
        ("APT_FAILS", "the packages could not be installed, for the reason above"),
        ("CONFIGURE_FAILS", "could not configure release, for the reason above"),
        ("BUILD_FAILS", "could not build release, for the reason above"),
    ],
)
def test_what_fails_is_told_with_its_reason_alone(machine, failure, said):
    done = machine.setup(**{failure: "the reason"})
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert lines[-1].startswith(f"setup.sh: {said}")
    reason = "E: the reason" if failure == "APT_FAILS" else "the reason"
    assert lines[-2] == reason
    assert "Reading" not in done.stdout and "[1/2]" not in done.stdout
    assert machine.setup().returncode == 0


@pytest.mark.parametrize("before", [None, "", "set confirm off\n", "set confirm off"])
def test_gdbinit_gets_the_line_once_and_only_when_asked(machine, before):
    machine.setup()
    file = machine.home / ".gdbinit"
    if before is not None:
        file.write_text(before)
    done = machine.setup("--gdbinit")
    assert (done.returncode, done.stdout) == (0, f"Added to {file}: {machine.line}\n")
    kept = (before or "").splitlines()
    assert file.read_text().splitlines() == [*kept, machine.line]
    assert machine.setup("--gdbinit").stdout == ""
    assert file.read_text().splitlines() == [*kept, machine.line]


def test_gdbinit_is_the_file_that_gdb_reads(machine):
    machine.setup()
    config = machine.home / ".config" / "gdb" / "gdbinit"
    config.parent.mkdir(parents=True)
    config.touch()
    assert machine.setup("--gdbinit").stdout == f"Added to {config}: {machine.line}\n"
    assert not (machine.home / ".gdbinit").exists()


def test_an_unknown_argument_changes_nothing(machine):
    done = machine.setup("--nosuch")
    assert done.returncode == 2
    assert done.stdout == "setup.sh: unknown argument --nosuch; it takes --tests, --lint, --gdbinit\n"
    assert machine.calls == []


def test_through_a_symbolic_link_it_builds_its_own_tree(machine, tmp_path):
    script = machine.tree / "gdbinit" / "setup.sh"
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "setup.sh").symlink_to(script)
    done = machine.setup(script=elsewhere / "setup.sh")
    assert done.stdout.splitlines()[-1].strip() == machine.line
    assert (machine.tree / "build" / "setup.log").exists()
