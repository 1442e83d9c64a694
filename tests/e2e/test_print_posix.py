"""The POSIX structs besides stat: what `print` shows, in real programs, by gcc and clang, C and C++."""

import os
import re
import subprocess

import pytest
from conftest import environment, every_build

LANGUAGES = {"c": (), "c++": ("-x", "c++")}
every_compiler = pytest.mark.parametrize("compiler", ["gcc", "clang"])
every_language = pytest.mark.parametrize("language", LANGUAGES)

SHOWN = {
    "ts": "1.5 s",
    "moment": "2019-12-28 15:53:17.123456789 +0000 (1577548397.123456789 s)",
    "before": "-0.25 s",
    "now_marker": "UTIME_NOW",
    "tv": "2019-12-28 15:53:17.123456 +0000 (1577548397.123456 s)",
    "timer": "{it_value = 10 s, it_interval = 0.25 s}",
    "timer_spec": "{it_value = 0 s (disarmed), it_interval = 3 s}",
    "broken_down": "{2019-12-28 15:53:17 +0000 UTC, Sat, tm_yday = 361, tm_isdst = 0}",
    "*any": "{AF_INET6 [fe80::1234%2]:443}",
    "in": "{AF_INET 192.0.2.33:8080}",
    "in6": "{AF_INET6 [fe80::1234%2]:443}",
    "un": r'{AF_UNIX "/run/a \"b\"\e[31m"}',
    "abstract": '{AF_UNIX @"hidden"}',
    "unnamed": "{AF_UNIX unnamed}",
    "nl": "{AF_NETLINK nl_pid = 77, nl_groups = 0x5}",
    "storage": "{AF_INET6 [fe80::1234%2]:443}",
    "in_address": "192.0.2.33",
    "in6_address": "fe80::1234",
    "*found": "{ai_flags = AI_PASSIVE|AI_NUMERICHOST|AI_NUMERICSERV, ai_family = AF_INET, ai_socktype = SOCK_STREAM,"
    " ai_protocol = IPPROTO_TCP, ai_addr = {AF_INET 127.0.0.1:80}, ai_canonname = NULL, ai_next = NULL}",
    "vectors": r'{{iov_base = ADDRESS "hello\n", iov_len = 6},'
    ' {iov_base = ADDRESS "01234567890123456789012345678901"..., iov_len = 40}}',
    "message": r'{msg_name = {AF_INET 192.0.2.33:8080}, msg_namelen = 16, msg_iov = {{iov_base = ADDRESS "hello\n",'
    ' iov_len = 6}, {iov_base = ADDRESS "01234567890123456789012345678901"..., iov_len = 40}}, msg_iovlen = 2,'
    " msg_control = NULL, msg_controllen = 0, msg_flags = MSG_TRUNC|MSG_DONTWAIT}",
    "set": "{SIGINT, SIGTERM, SIGRTMIN+1}",
    "full_set": "~{SIGKILL}",
    "*set_pointer": "{SIGINT, SIGTERM, SIGRTMIN+1}",
    "action": "{sa_handler = ADDRESS <HANDLER>, sa_mask = {SIGINT, SIGTERM, SIGRTMIN+1},"
    " sa_flags = SA_RESTART|SA_RESETHAND}",
    "child": "{SIGCHLD (CLD_KILLED), si_pid = 100, si_uid = 0, si_status = SIGKILL, si_utime = 0, si_stime = 0}",
    "sent": "{SIGSEGV (SEGV_ACCERR), si_addr = 0x1234}",
    "queued": "{SIGUSR1 (SI_QUEUE), si_pid = PID, si_uid = UID, si_value = 0x2a (42)}",
    "fds": "{{fd = 3, events = POLLIN|POLLOUT, revents = POLLHUP}, {fd = -1, events = 0, revents = 0}}",
    "event": "{events = EPOLLIN|EPOLLET, data = 0x5 (fd 5)}",
    "limit": "{rlim_cur = 1024, rlim_max = RLIM_INFINITY}",
    "file_lock": "{l_type = F_WRLCK, l_whence = SEEK_END, l_start = -10, l_len = 0 (to the end), l_pid = 4}",
    "entry": r'{d_ino = 12, d_off = 0, d_reclen = 32, d_type = DT_DIR, d_name = "sub\n"}',
    "window": "{24 rows, 80 columns}",
    "the_group": r"{wheel:x:10:alice,b:ob\e}",
    "mutex": '{locked by thread 2 "holder" (LWP OWNER), normal}',
    "recursive": '{locked by thread 2 "holder" (LWP OWNER), count 2, recursive}',
    "robust": '{locked by thread 2 "holder" (LWP OWNER), error-checking, robust}',
    "rwlock": '{write-locked by thread 2 "holder" (LWP OWNER)}',
    "cond": "{no waiters, CLOCK_REALTIME}",
    "once": "2 (done)",
    "nested": "{first = 0, at = 2019-12-28 15:53:17.123456789 +0000 (1577548397.123456789 s),"
    " peer = {AF_INET 192.0.2.33:8080}, pointer = ADDRESS <moment>, lock = {unlocked, normal}}",
}
# Filled with a byte, each of them must still have a text.
FILLED = (
    "ts tv timer timer_spec broken_down address.any in in6 un nl storage in_address in6_address info vectors message set"
    " action child fds event limit usage file_lock entry file_system terminal window system_name user the_group recursive"
    " rwlock cond once"
).split()
START = ["break stop", "run"]


def values(out):
    """What each `print` of a session showed."""
    return re.split(r"^\$\d+ = ", out, flags=re.M)[1:]


def pattern(text):
    """What a text of SHOWN matches."""
    made = re.escape(text)
    for word, kind in {"ADDRESS": "0x[0-9a-f]+", "HANDLER": r"handler(\(int\))?", "OWNER": r"\d+", "PID": r"\d+"}.items():
        made = made.replace(word, kind)
    return made.replace("UID", str(os.getuid()))


@every_compiler
@every_language
def test_each_struct(gdb, build, compiler, language):
    program = build("posix_structs.c", compiler, *LANGUAGES[language])
    result = gdb(program, *START, *(f"print {name}" for name in SHOWN), args=["/"])
    assert result.err == ""
    found = dict(zip(SHOWN, (value.rstrip("\n") for value in values(result.out)), strict=True))
    wrong = {name: text for name, text in found.items() if not re.fullmatch(pattern(SHOWN[name]), text)}
    assert wrong == {}


@every_build
def test_it_is_right_whatever_made_the_program(gdb, build, made_by):
    names = ["moment", "queued", "recursive"]
    result = gdb(build("posix_structs.c", *made_by), *START, *(f"print {name}" for name in names))
    for name, text in zip(names, values(result.out), strict=True):
        assert re.fullmatch(pattern(SHOWN[name]), text.rstrip("\n"))


@every_compiler
def test_blocks(gdb, build, compiler):
    names = ["usage", "file_system", "terminal", "system_name", "user"]
    result = gdb(build("posix_structs.c", compiler), *START, *(f"print {name}" for name in names), args=["/"])
    assert result.err == ""
    usage, file_system, terminal, system_name, user = values(result.out)
    assert re.fullmatch(
        r"{\n +User: [\d.]+ s +System: [\d.]+ s +Max RSS: \d+ KiB\n +Page faults: \d+ minor, \d+ major\n"
        r" +Blocks: \d+ in, \d+ out\n  Context switches: \d+ voluntary, \d+ involuntary\n}\n",
        usage,
    )
    root = os.statvfs("/")
    assert re.search(rf"Blocks: {root.f_blocks} \([\d.]+ [KMGT]iB\) +Free: ", file_system)
    assert f"Inodes: {root.f_files} " in file_system
    assert f"Block size: {root.f_bsize} " in file_system
    assert f"Name length: {root.f_namemax} " in file_system
    assert "ST_RDONLY" not in file_system or root.f_flag & os.ST_RDONLY
    assert "  Output: OPOST|ONLCR\n" in terminal
    assert re.search(r"Baud: 38400 +Line: 0 +Min: 1 +Time: 0\n", terminal)
    assert r"Characters: intr ^C, quit ^\, erase ^?, kill ^U, eof ^D," in terminal
    for label, text in zip(("System", "Node", "Release", "Version", "Machine"), os.uname(), strict=True):
        assert f"  {label}: {text}\n" in system_name.replace("   ", "  ").replace("   ", "  ")
    with open("/etc/passwd") as accounts:
        assert user == "{" + next(line for line in accounts if line.startswith("root:")).rstrip("\n") + "}\n"


@every_compiler
@pytest.mark.parametrize("byte", ["0xff", "0x7f", "0x80", "0xa5", "0"])
def test_structs_that_were_never_filled(gdb, build, compiler, byte):
    program = build("posix_structs.c", compiler)
    result = gdb(program, *START, *(f"print {name}" for name in FILLED), args=[".", byte])
    assert result.err == ""
    shown = values(result.out)
    assert len(shown) == len(FILLED)
    raw = [name for name, text in zip(FILLED, shown, strict=True) if re.match(r"\{(tv_sec|sin_|__data|__val|si_signo) ?=", text)]
    assert raw == []
    assert "Python" not in result.text


def test_date_1_agrees(gdb, build):
    seconds = [100000000, 951782400, 1577548397, 4102444800, 253402200000]
    commands = [c for s in seconds for c in (f"set var ts.tv_sec = {s}", "set var ts.tv_nsec = 7", "print ts")]
    for zone in ("UTC", "America/St_Johns", "IST-5:30"):
        env = environment(TZ=zone)
        result = gdb(build("posix_structs.c"), *START, *commands, env={"TZ": zone})
        expected = [
            subprocess.run(["date", "-d", f"@{s}.000000007", "+%F %T.%N %z"], env=env, capture_output=True, text=True, check=True)
            for s in seconds
        ]
        assert values(result.out) == [f"{e.stdout.rstrip()} ({s}.000000007 s)\n" for e, s in zip(expected, seconds, strict=True)]


def test_a_tm_has_the_zone_it_was_made_in(gdb, build):
    result = gdb(build("posix_structs.c"), *START, "print broken_down", env={"TZ": "IST-5:30"})
    assert values(result.out) == ["{2019-12-28 21:23:17 +0530 IST, Sat, tm_yday = 361, tm_isdst = 0}\n"]


def test_a_programs_own_structs_are_left_alone(gdb, build):
    program = build("own_structs.c")
    names = ["ts", "any", "set", "mutex", "once", "info", "user", "entry", "address", "limit"]
    commands = ["break stop", "run", *(f"print {name}" for name in names)]
    default = gdb(program, *commands, pack=False)
    result = gdb(program, *commands)
    assert len(values(result.out)) == len(names)
    assert (result.out, result.err) == (default.out, default.err)


def test_formats_and_raw_are_about_the_members(gdb, build):
    names = ["ts", "in", "set", "cond", "once", "fds", "nested"]
    commands = [*START, *(f"print/x {name}" for name in names), *(f"print -raw-values -- {name}" for name in names)]
    program = build("posix_structs.c")
    masked = [re.sub(r"0x[0-9a-f]{3,}|LWP \d+", "", gdb(program, *commands, pack=pack).out) for pack in (False, True)]
    assert masked[0] == masked[1]
    assert "tv_nsec = 0x" not in masked[0] and "{tv_sec = 0x1, tv_nsec = }" in masked[0]


def test_pointers_are_pointers(gdb, build):
    result = gdb(build("posix_structs.c"), *START, "print &ts", "print set_pointer", "print nested.pointer", "print *nested.pointer")
    pointers = values(result.out)
    assert pointers[0].startswith("(struct timespec *) 0x")
    assert pointers[1].startswith("(const sigset_t *) 0x")
    assert pointers[2].startswith("(const struct timespec *) 0x")
    assert pointers[3] == SHOWN["moment"] + "\n"


def test_what_a_signal_brought(gdb, build):
    result = gdb(build("posix_structs.c"), "run", "print $_siginfo", args=[".", "0", "abort"])
    (text,) = values(result.out)
    assert re.fullmatch(rf"\{{SIGABRT \(SI_TKILL\), si_pid = \d+, si_uid = {os.getuid()}\}}\n", text)


def test_a_core_file(gdb, build, core_of):
    program = build("posix_structs.c")
    core = core_of(program, "stop")
    names = ["in", "found->ai_next", "*found", "user", "mutex", "message"]
    result = gdb(program, *(f"print {name}" for name in names), core=core)
    # Of some processors gdb does not know the size of its own core's extended registers.
    said = re.sub(r"\n?warning: Section `\.reg-xstate/\d+' in core file too small\.\n", "", result.err)
    assert said == ""
    shown = [text.rstrip("\n") for text in values(result.out)]
    assert shown[0] == SHOWN["in"]
    assert shown[2] == SHOWN["*found"]
    assert shown[3].startswith("{root:x:0:0:")
    assert re.fullmatch(r"\{locked by thread \d+ .*\(LWP \d+\), normal\}", shown[4])
    assert re.fullmatch(pattern(SHOWN["message"]), shown[5])


def test_each_can_be_disabled(gdb, build):
    program = build("posix_structs.c")
    result = gdb(program, *START, "disable pretty-printer global sp;timespec", "print ts", "print tv", "enable pretty-printer global sp;timespec", "print ts")
    assert values(result.out)[0].startswith("{tv_sec = 1, tv_nsec = 500000000}")
    assert values(result.out)[1].startswith(SHOWN["tv"])
    assert values(result.out)[2].startswith("1.5 s")


def test_all_are_listed(gdb):
    listed = gdb(None, "info pretty-printer").out.split("\n  sp\n")[1].split()
    assert len(listed) == len(set(listed)) == 37


def test_no_function_of_the_program_is_called(gdb, build):
    """All of it with the inferior's calls forbidden."""
    result = gdb(build("posix_structs.c"), *START, "set may-call-functions off", *(f"print {name}" for name in SHOWN))
    assert result.err == ""
    assert len(values(result.out)) == len(SHOWN)


LAYOUTS = {
    "64": [],
    "32": ["-m32"],
    "32-large-files": ["-m32", "-D_FILE_OFFSET_BITS=64"],
    "32-large-files-and-times": ["-m32", "-D_FILE_OFFSET_BITS=64", "-D_TIME_BITS=64"],
}
LAID_OUT = {
    "ts": "2019-12-28 15:53:17.000000005 +0000 (1577548397.000000005 s)",
    "tv": "2.5 s",
    "timer": "{it_value = 3 s, it_interval = 1 s}",
    "set": "{SIGINT, SIGTERM}",
    "action": "{sa_handler = SIG_DFL, sa_mask = {}, sa_flags = SA_RESTART}",
    "info": "{SIGSEGV (SEGV_MAPERR), si_addr = 0x0}",
    "in": "{AF_INET 0.0.0.0:8080}",
    "message": "{msg_name = {AF_INET 0.0.0.0:8080}, msg_namelen = 16,"
    ' msg_iov = {{iov_base = ADDRESS "abc", iov_len = 3}, {iov_base = ADDRESS "de", iov_len = 2}}, msg_iovlen = 2,'
    " msg_control = NULL, msg_controllen = 0, msg_flags = 0}",
    "event": "{events = EPOLLIN, data = 0x7 (fd 7)}",
    "limit": "{rlim_cur = 100, rlim_max = RLIM_INFINITY}",
    "mutex": "{unlocked, count 0, recursive}",
    "rwlock": "{unlocked, prefers writers}",
    "cond": "{no waiters, CLOCK_REALTIME}",
    "once": "0 (not called yet)",
}


@pytest.mark.parametrize("flags", LAYOUTS.values(), ids=LAYOUTS)
@every_compiler
def test_every_layout_of_the_c_library(gdb, build, flags, compiler, tmp_path):
    if "-m32" in flags:
        # As for stat: the 64-bit library's headers serve, and nothing of a library is needed.
        (tmp_path / "gnu").mkdir()
        (tmp_path / "gnu" / "stubs-32.h").touch()
        flags = [*flags, "-nostdlib", "-static", "-Wl,-emain", f"-I{tmp_path}"]
        flags += ["-idirafter", "/usr/include/x86_64-linux-gnu"]
    result = gdb(build("posix_layouts.c", compiler, *flags), *(f"print {name}" for name in LAID_OUT))
    assert result.err == ""
    found = dict(zip(LAID_OUT, (text.rstrip("\n") for text in values(result.out)), strict=True))
    wrong = {name: text for name, text in found.items() if not re.fullmatch(pattern(LAID_OUT[name]), text)}
    assert wrong == {}
