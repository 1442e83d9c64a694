"""What printers show of structs that a program gives to the kernel, against strace's decoding of them."""

import re
import shutil
import subprocess

import pytest
from conftest import environment

NAMES = ["fds", "event", "limit", "file_lock", "set", "action", "in", "in6", "un", "message", "pause_time", "terminal", "window"]


@pytest.fixture(scope="module")
def calls(tmp_path_factory):
    """The lines of strace, by the call's name."""
    from conftest import compile_program

    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    log = tmp_path_factory.mktemp("strace") / "log"
    command = ["strace", "-v", "-o", str(log), str(compile_program("posix_calls.c"))]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
    if "PTRACE" in done.stderr or "ptrace" in done.stderr:
        pytest.skip(f"strace may not trace here: {done.stderr.splitlines()[0]}")
    assert done.returncode == 0, done.stderr
    lines = log.read_text().splitlines()
    return lines[next(i for i, line in enumerate(lines) if line.startswith("poll(")) :]


@pytest.fixture
def shown(gdb, build):
    result = gdb(build("posix_calls.c"), "break stop", "run", *(f"print {name}" for name in NAMES))
    assert result.err == ""
    texts = re.split(r"^\$\d+ = ", result.out, flags=re.M)[1:]
    return dict(zip(NAMES, (text.rstrip("\n") for text in texts), strict=True))


def line_of(calls, beginning):
    return next(line for line in calls if line.startswith(beginning))


def flags(text, member):
    """The set of flags that a text gives for a member."""
    return set(re.search(rf"\b{member} ?= ?([\w|]+)", text)[1].split("|"))


def signals(text):
    """strace's [INT RT_2] as the names of printers."""
    names = set()
    for name in text.split():
        real_time = re.fullmatch(r"RT_(\d+)", name)
        offset = int(real_time[1]) - 2 if real_time else 0
        names.add(f"SIG{name}" if not real_time else "SIGRTMAX" if offset == 30 else f"SIGRTMIN+{offset}")
    return names


def test_poll_and_epoll(calls, shown):
    line = line_of(calls, "poll(")
    for number, text in zip((0, 1), re.findall(r"\{fd = .*?\}", shown["fds"]), strict=True):
        asked = re.findall(r"\{fd=[^}]*events=[^}]*\}", line)[number]
        assert flags(text, "events") == flags(asked, "events")
        assert re.search(r"fd = (\d+)", text)[1] == re.search(r"fd=(\d+)", asked)[1]
        assert flags(text, "revents") == flags(line[line.index(") = ") :].split("{")[number + 1], "revents")
    line = line_of(calls, "epoll_ctl(")
    assert flags(shown["event"], "events") == flags(line, "events")
    # strace 6.13 shows the data as a whole.
    assert re.search(r"u64=5}|data=0x5}", line) and shown["event"].endswith("data = 0x5 (fd 5)}")


def test_limits_and_locks(calls, shown):
    line = line_of(calls, "prlimit64(0, RLIMIT_SIGPENDING")
    assert shown["limit"].replace(" = ", "=").replace("RLIM_", "RLIM64_") in line
    line = line_of(calls, "fcntl(99")
    assert shown["file_lock"].replace(" = ", "=").replace(", l_pid=0}", "}") in line


def test_signals(calls, shown):
    expected = signals(re.search(r"\[(.*?)\]", line_of(calls, "rt_sigprocmask(SIG_SETMASK"))[1])
    assert len(expected) == 8
    assert set(shown["set"].strip("{}").split(", ")) == expected
    line = line_of(calls, "rt_sigaction(SIGCHLD")
    assert signals(re.search(r"\[(.*?)\]", line)[1]) == set(re.search(r"sa_mask = \{(.*?)\}", shown["action"])[1].split(", "))
    # The C library adds that one on the way.
    assert flags(shown["action"], "sa_flags") == flags(line, "sa_flags") - {"SA_RESTORER"}


def test_socket_addresses(calls, shown):
    lines = [line for line in calls if line.startswith("bind(")]
    address, port = re.search(r'inet_addr\("(.*?)"\)', lines[0])[1], re.search(r"htons\((\d+)\)", lines[0])[1]
    assert shown["in"] == f"{{AF_INET {address}:{port}}}"
    address, port = re.search(r'AF_INET6, "(.*?)"', lines[1])[1], re.search(r"htons\((\d+)\)", lines[1])[1]
    assert shown["in6"] == f"{{AF_INET6 [{address}]:{port}}}"
    assert shown["un"] == f"{{AF_UNIX {re.search(r'sun_path=(.*?)}', lines[2])[1]}}}"


def test_messages(calls, shown):
    line = line_of(calls, "sendmsg(")
    told = [re.findall(r'iov_base ?= ?(?:0x[0-9a-f]+ )?(".*?"), iov_len ?= ?(\d+)', text) for text in (line, shown["message"])]
    assert told[0] == told[1] == [(r'"ab\n"', "3"), ('"c"', "1")]
    assert f"msg_name = {shown['in']}, msg_namelen = 16" in shown["message"]
    assert "msg_namelen=16" in line


def test_lengths_of_time(calls, shown):
    assert "{tv_sec=0, tv_nsec=1000}" in line_of(calls, "clock_nanosleep(")
    assert shown["pause_time"] == "0.000001 s"


def test_terminals(calls, shown):
    line = next(line for line in calls if "TCSETS" in line)
    labels = {"c_iflag": "Input", "c_oflag": "Output", "c_cflag": "Control", "c_lflag": "Local"}
    for member, label in labels.items():
        expected = {flag for flag in flags(line, member) if not re.fullmatch(r"B\d+|[A-Z]+0", flag)}
        assert set(re.search(rf"{label}: (\S+)", shown["terminal"])[1].split("|")) == expected
    assert "B115200|" in line and "Baud: 115200 " in shown["terminal"]
    codes = {name: int(code, 16) for name, code in re.findall(r"\[V(\w+)\]=(0x[0-9a-f]+)", line)}
    for name, shown_as in {"INTR": "intr ^C", "QUIT": r"quit ^\,", "ERASE": "erase ^?", "SUSP": "susp ^Z"}.items():
        assert shown_as in shown["terminal"]
        assert codes[name] ^ 0x40 == ord(shown_as.rstrip(",")[-1])
    line = line_of(calls, "ioctl(4, TIOCSWINSZ")
    rows, columns, width, height = re.findall(r"=(\d+)", line)[:4]
    assert shown["window"] == f"{{{rows} rows, {columns} columns, {width}x{height} pixels}}"
