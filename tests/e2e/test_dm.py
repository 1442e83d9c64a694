"""dm: mappings into files, whole and byte for byte."""

import json
import os
import pathlib
import re
import resource
import shutil
import struct
import subprocess
import time

import pytest
from conftest import every_build, gdb_version, with_article

# What the program's memory is, read without the pack: compares each file with it and says so.
COMPARE = """
import gdb, glob, re
def compare(directory="."):
    with open("/proc/%d/mem" % gdb.selected_inferior().pid, "rb") as memory:
        for path in sorted(glob.glob(directory + "/*.bin")):
            start, end = (int(a, 16) for a in re.search(r"([0-9a-f]+)-([0-9a-f]+)\\.bin$", path).groups())
            data = open(path, "rb").read()
            for at in range(start, end, 4096):
                try:
                    memory.seek(at)
                    page = memory.read(4096)
                except OSError:
                    page = b"none"
                there = data[at - start : at - start + 4096]
                if page == b"none" and there == bytes(4096):
                    print("unreadable %x" % at)
                elif page != there:
                    print("differs %x" % at)
            print("size", len(data) == end - start)
compare()
"""

# The article's files are named by the clock's milliseconds. Here it ticks at each file or never, so
# that its other faults, and this one, don't depend on how fast the machine is.
TICKING_CLOCK = "python import itertools, time; c = itertools.count(); time.time = lambda: next(c)"
STILL_CLOCK = "python import time; time.time = lambda: 1"


@pytest.fixture
def program(build):
    return build("mappings.c", "gcc", "-lm")


@pytest.fixture
def place(tmp_path):
    """Where the program keeps its files; dumps go to the session's own directory."""
    place = tmp_path / "place"
    place.mkdir()
    return place


@pytest.fixture
def dm(gdb, program, place, tmp_path):
    """Run commands where the program has stopped: dm("dm …", …, having=("big",))."""

    def run(*commands, having=(), **options):
        stop = ("set pagination off", "break stopped", "run")
        return gdb(program, *stop, *commands, args=[place, *having], **options)

    return run


def dumps(tmp_path):
    return sorted(tmp_path.glob("*.bin"))


def left_in(tmp_path):
    """All that a session left, hidden files too, apart from the program's own and manifests."""
    others = ("place", "compare.py")
    names = sorted(p.name for p in tmp_path.iterdir() if p.name not in others)
    return [name for name in names if not name.endswith(".json")] or names


def manifest_of(path):
    return json.loads(path.with_name(path.name + ".json").read_text())


def maps_of(place):
    """(start, end, name) of each line of /proc/PID/maps that the program wrote."""
    text = (place / "maps").read_text("utf-8", "surrogateescape")
    found = re.findall(r"^([0-9a-f]+)-([0-9a-f]+) \S+ \S+ \S+ \S+ *(.*)$", text, re.MULTILINE)
    return [(int(start, 16), int(end, 16), name) for start, end, name in found]


def range_of(path):
    return tuple(int(a, 16) for a in re.search(r"([0-9a-f]+)-([0-9a-f]+)\.bin$", path.name).groups())


def ranges(tmp_path):
    return sorted(range_of(path) for path in dumps(tmp_path))


# The article's faults.


@with_article("mem.py")
def test_a_pattern_selects_the_mappings_whose_names_contain_it(dm, tmp_path, script, place):
    dm(TICKING_CLOCK, "dm libm", script=script)
    expected = sorted(end - start for start, end, name in maps_of(place) if "libm" in name)
    assert len(expected) > 1
    assert sorted(path.stat().st_size for path in dumps(tmp_path)) == expected


@with_article("mem.py")
def test_no_two_mappings_share_a_file(dm, tmp_path, script, place):
    dm(STILL_CLOCK, "dm libm.so", script=script)
    expected = [m for m in maps_of(place) if "libm.so" in m[2]]
    assert len(dumps(tmp_path)) == len(expected) > 1


@with_article("mem.py")
def test_an_error_says_what_is_wrong(gdb, program, script):
    result = gdb(program, "dm stack", script=script)
    assert "live process or a core file; there is no program." in result.text
    assert "Usage: dm" not in result.text


@with_article("mem.py")
def test_an_unreadable_page_loses_itself_only(dm, tmp_path, script):
    result = dm(TICKING_CLOCK, "dm past.the.end" if script else "dm past the end", script=script)
    whole = [p for p in dumps(tmp_path) if p.stat().st_size == 4 * 4096]
    assert len(whole) == 1, result.text
    assert whole[0].read_bytes()[:4096].count(0) < 100
    assert whole[0].read_bytes()[4096:] == bytes(3 * 4096)


@with_article("mem.py")
def test_nothing_matched_is_an_error_that_lists_the_names(dm, tmp_path, script):
    result = dm("dm nosuch", script=script)
    assert "dm: no mapping's name contains 'nosuch'. Their names: " in result.err
    assert "[anon], " in result.err and "[heap], " in result.err and ", [stack]" in result.err
    assert left_in(tmp_path) == []


@pytest.mark.parametrize("name", ["stack", "heap"])
@with_article("mem.py")
def test_a_core_has_what_is_no_file(gdb, core_of, program, place, tmp_path, script, name):
    core = core_of(program, "stopped", args=[place])
    result = gdb(program, f"dm {name}", core=core, script=script)
    assert [path.stat().st_size for path in dumps(tmp_path)] == [135168], result.text


@with_article("mem.py")
def test_others_may_not_read_a_dump(dm, tmp_path, script):
    dm("dm stack", script=script)
    assert [p.stat().st_mode & 0o777 for p in dumps(tmp_path)] == [0o600]


STATUS = "open('/proc/self/status').read()"
PEAK = f"python import re; print('peak', re.search(r'VmHWM:\\s+(\\d+)', {STATUS})[1])"


@with_article("mem.py")
def test_a_large_mapping_costs_gdb_no_memory_and_holes_no_disk(dm, tmp_path, script):
    # The article's pattern is matched against a whole line, so the size finds it.
    result = dm(PEAK, "dm 0x40000000" if script else "dm anon", PEAK, having=["big"], script=script)
    before, after = (int(kib) * 1024 for kib in re.findall(r"^peak (\d+)$", result.out, re.MULTILINE))
    (path,) = [p for p in dumps(tmp_path) if p.stat().st_size == 1 << 30]
    with path.open("rb") as file:
        file.seek(1 << 29)
        assert file.read(2) == b"x\0"
    assert after - before < 32 << 20
    assert path.stat().st_blocks * 512 < 1 << 20


# What it writes.


def test_every_byte_is_the_program_s(dm, tmp_path, place):
    (tmp_path / "compare.py").write_text(COMPARE)
    result = dm("dm -r .", "source compare.py", having=["hostile"])
    assert "differs" not in result.out
    expected = [m[:2] for m in maps_of(place) if "[v" not in m[2] or m[2] == "[vdso]"]
    nothing = [m[:2] for m in maps_of(place) if "nothing-left" in m[2]]
    assert ranges(tmp_path) == sorted(set(expected) - set(nothing))
    assert result.out.count("size True") == len(expected) - len(nothing)
    # Three pages past the end of a file, and a guard page where the kernel has them.
    assert result.out.count("unreadable ") == (4 if "guard page: yes" in result.out else 3)


@every_build
def test_the_stack_of_any_program(gdb, build, tmp_path, made_by):
    (tmp_path / "compare.py").write_text(COMPARE)
    program = build("fib.cpp", *made_by)
    result = gdb(program, "break main", "run", "dm stack", "source compare.py")
    assert "size True" in result.out and "differs" not in result.out


@pytest.mark.parametrize(
    "command", ["dm -all", "dm -all -single -zstd=1 -o x", "dm -core -o x", 'dm -find "no such"', "dm -n"]
)
def test_the_program_gets_no_larger(dm, command):
    status = "open('/proc/%d/status' % gdb.selected_inferior().pid).read()"
    sizes = f"python print('sizes', re.findall(r'(VmPTE|Rss\\w+|VmSwap):\\s+(\\d+)', {status}))"
    result = dm("python import re", sizes, command, sizes, having=["big"])
    before, after = re.findall(r"^sizes (.*)$", result.out, re.MULTILINE)
    assert "VmPTE" in before and "RssShmem" in before
    assert after == before


def test_many_mappings_cost_gdb_little(gdb, build, tmp_path):
    count = min(100000, int(pathlib.Path("/proc/sys/vm/max_map_count").read_text()) - 100)
    args = ["many", count]
    # Memory that Python frees does not lower the peak: nothing else is asked before.
    result = gdb(build("large.c"), "break stopped", "run", PEAK, "dm -anon -single -o x", PEAK, args=args)
    before, after = (int(kib) for kib in re.findall(r"^peak (\d+)$", result.out, re.MULTILINE))
    assert int(re.search(r"^x: (\d+) mappings", result.out, re.MULTILINE)[1]) >= count
    assert after - before < 64 << 10
    result = gdb(None, PEAK, "dm -verify x.json", PEAK)
    before, after = (int(kib) for kib in re.findall(r"^peak (\d+)$", result.out, re.MULTILINE))
    assert int(re.search(r"^(\d+) mappings, all as captured", result.out, re.MULTILINE)[1]) >= count
    assert after - before < 64 << 10


def test_a_process_in_namespaces_of_its_own(gdb, place, tmp_path):
    (tmp_path / "compare.py").write_text(COMPARE)
    script = f"mount -t tmpfs none {place} && cp /bin/sleep {place}/napper && exec {place}/napper 1000"
    command = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", script]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            children = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children")
            deadline = time.monotonic() + 30
            while process.poll() is None and time.monotonic() < deadline:
                pid = children.read_text().strip()
                if pid and "napper" in pathlib.Path(f"/proc/{pid}/cmdline").read_text():
                    break
                time.sleep(0.05)
            else:
                pytest.skip("namespaces can't be made here")
            result = gdb(None, f"attach {pid}", "dm -r napper|stack|heap", "source compare.py", "detach")
            assert "differs" not in result.out and "unreadable" not in result.out, result.text
            assert {p.name.split(".")[2] for p in dumps(tmp_path)} == {"napper", "stack", "heap"}
        finally:
            process.kill()


def test_a_forbidden_page_is_read(dm, tmp_path):
    result = dm("dm anon", "output/x forbidden")
    address = int(result.lines()[-1], 16)
    (path,) = [p for p in dumps(tmp_path) if range_of(p)[0] == address]
    assert path.read_bytes().count(0) < 200


def test_an_unreadable_page_in_the_middle_is_told(dm, tmp_path):
    result = dm("dm anon", "output/x guarded")
    if "guard page: no" in result.out:
        pytest.skip("this kernel has no guard pages (MADV_GUARD_INSTALL, Linux 6.13)")
    address = int(result.lines()[-1], 16)
    gap = f"  0x{address + 0x2000:x}-0x{address + 0x3000:x} left out, 4.0 KiB (4096 bytes): "
    assert gap in result.out
    (path,) = [p for p in dumps(tmp_path) if range_of(p)[0] <= address < range_of(p)[1]]
    offset = address - range_of(path)[0]
    data = path.read_bytes()[offset : offset + 5 * 4096]
    assert data[2 * 4096 : 3 * 4096] == bytes(4096)
    assert data[4096 : 2 * 4096].count(0) < 100 and data[3 * 4096 :].count(0) < 100


def test_a_mapping_of_which_nothing_is_readable_makes_no_file(dm, tmp_path):
    result = dm("dm nothing-left")
    assert re.search(r"place/nothing-left 0x[0-9a-f]+-0x[0-9a-f]+ skipped: ", result.out)
    assert result.lines()[-1] == "0 files, 0 bytes."
    assert left_in(tmp_path) == []


def test_the_kernel_s_own_pages_are_never_read(dm, tmp_path, place):
    result = dm("dm -r ^.v(var|syscall)")
    skipped = re.findall(r"^\[(v\w+)\] 0x\w+-0x\w+ skipped: not RAM", result.out, re.MULTILINE)
    assert ("vsyscall" in skipped) == any(name == "[vsyscall]" for _, _, name in maps_of(place))
    assert [name for name in skipped if name.startswith("vvar")]
    assert left_in(tmp_path) == []


def test_hostile_names_become_harmless_files(dm, tmp_path):
    result = dm("dm line", "dm -r deleted$", "dm -r '\\(deleted\\)$'", having=["hostile"])
    names = [re.sub(r"\.\d+\.", ".PID.", n, count=1) for n in left_in(tmp_path)]
    assert names[0].startswith("mappings.PID.deleted__deleted_.7")
    assert names[1].startswith("mappings.PID.new_012line___31m__.7")
    assert "\x1b" not in result.out.split("heap 0x")[1]
    assert "new\\012line \\e[31m \\xff\n" in result.out


@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
def test_names_beyond_ascii_in_any_locale(dm, tmp_path, locale):
    result = dm("dm ber", "dm ber", "dm nosuch", having=["hostile"], env={"LC_ALL": locale})
    (path,) = dumps(tmp_path)
    assert ".über.7" in path.name
    assert f"{path.name}: 4.0 KiB" in result.out
    über = "über" if locale == "C.UTF-8" else "\\xfcber"
    exists, nothing = result.err.splitlines()[-2:]
    assert re.search(rf"^dm: \S+\.{re.escape(über)}\.\S+ exists; -force replaces it", exists)
    assert f"/{über}, " in nothing


def test_a_line_for_each_file_and_a_total(dm, tmp_path):
    result = dm("dm libm.so")
    files = dumps(tmp_path)
    lines = result.lines()[-len(files) - 1 :]
    for path, line in zip(sorted(files, key=range_of), lines):
        size = path.stat().st_size
        shown = f"{size / 1024:.1f} KiB ({size} bytes)"
        assert line == f"{path.name}: {shown} of /usr/lib/x86_64-linux-gnu/libm.so.6"
    total = sum(p.stat().st_size for p in files)
    assert lines[-1] == f"{len(files)} files, {total / 1024:.1f} KiB ({total} bytes)."


def test_the_program_does_not_notice(dm, program, place):
    alone = subprocess.run([program, place], capture_output=True, check=False)
    result = dm("dm -r .", "continue")
    assert alone.returncode == 0o7 and alone.stdout.endswith(b"done\n")
    assert "\ndone\n" in result.out
    assert "exited with code 07]" in result.out


def test_an_attached_process_goes_on(gdb, tmp_path):
    (tmp_path / "compare.py").write_text(COMPARE)
    with subprocess.Popen(["sleep", "1000"]) as process:
        try:
            result = gdb(None, f"attach {process.pid}", "dm [", "source compare.py", "detach")
            assert {p.name.split(".")[1] for p in dumps(tmp_path)} == {str(process.pid)}
            assert {p.name.split(".")[2] for p in dumps(tmp_path)} >= {"stack", "heap", "vdso"}
            assert "size True" in result.out and "differs" not in result.out
            assert process.poll() is None
        finally:
            process.kill()


def test_threads_are_no_obstacle(gdb, build, tmp_path):
    (tmp_path / "compare.py").write_text(COMPARE)
    # The first thread has ended, and its entry in /proc with it.
    program = build("last_thread.c", "gcc", "-pthread")
    result = gdb(program, "break stopped", "run", "info threads", "dm stack", "source compare.py")
    assert "1 file, " in result.out, result.text
    assert len(dumps(tmp_path)) == 1


# Options and errors.


def test_a_regular_expression(dm, tmp_path):
    result = dm("dm -r ^.(stack|heap)", "dm -r [")
    assert [p.name.split(".")[2] for p in dumps(tmp_path)] == ["heap", "stack"]
    assert result.err.splitlines()[-1] == (
        "dm: not a regular expression: [: unterminated character set at position 0."
    )


def test_a_plain_pattern_is_no_expression(dm):
    result = dm("dm lib.*", "dm [")
    assert "no mapping's name contains 'lib.*'" in result.err
    assert "of [stack]" in result.out and "of [heap]" in result.out


@pytest.mark.parametrize(
    "options, holds",
    [
        ("-perm x", lambda m: "x" in m[0]),
        ("-perm r--", lambda m: m[0].startswith("r--")),
        ("-size 5K..64K", lambda m: 5 << 10 <= m[1] <= 64 << 10),
        ("-anon", lambda m: not m[2].startswith("/")),
        ("-file -perm w", lambda m: m[2].startswith("/") and "w" in m[0]),
        ("-addr $sp", lambda m: m[2] == "[stack]"),
        ("-addr input libm", lambda m: False),
        ("-addr '&input'", lambda m: m[0].startswith("rw") and m[2].endswith("/mappings")),
        ("-all", lambda m: True),
    ],
)
def test_selections(dm, options, holds):
    result = dm("dm -n", "echo --\\n", f"dm -n {options}")
    everything, _, selected = result.out.partition("--\n")
    pattern = r"^0x(\w+)-0x(\w+) (\S+) \S.*?(?:in memory, |\) )(.*?)(?: skipped: .*)?$"

    def mappings(text):
        found = re.findall(pattern, text, re.MULTILINE)
        return [(flags, int(end, 16) - int(start, 16), name) for start, end, flags, name in found]

    assert len(mappings(everything)) > 20
    assert mappings(selected) == [m for m in mappings(everything) if holds(m)]


def test_listing_tells_what_is_in_memory_and_what_is_skipped(dm):
    result = dm("dm -n anon", "dm -n vvar", having=["big"])
    assert re.search(r"^0x\w+-0x\w+ rw-p 1\.0 GiB \(\d+ bytes\), 4\.0 KiB in memory, \[anon\]$", result.out, re.M)
    assert re.search(r"^0x\w+-0x\w+ r--p \S.* \[vvar\] skipped: not RAM", result.out, re.M)


def test_an_object(dm, tmp_path):
    result = dm("dm input", "dm shared 100", "dm &input + 0 4", "dm 5 + 0", "dm input = 3 8", "dm stopped() 1")
    objects = {p.name.split(".")[2]: p.read_bytes() for p in dumps(tmp_path)}
    assert objects["input"] == struct.pack("d", 2)
    seed, text = 2, bytearray()
    for _ in range(100):
        seed = (seed * 1103515245 + 12345) & 0xFFFFFFFF
        text.append(seed >> 16 & 0xFF)
    assert objects["shared"] == bytes(text)
    assert objects["_input_+_0"] == struct.pack("d", 2)[:4]
    assert result.err.splitlines()[-3:] == [
        "dm: 5 + 0 is in no memory; for what is at an address, give a length, too.",
        "dm: input = 3 8 assigns a value; dm changes nothing.",
        "dm: stopped() calls a function of the program; dm changes nothing.",
    ]


def test_listing_writes_nothing(dm, tmp_path, place):
    result = dm("dm -n libm.so", "dm -n")
    libm = [m for m in maps_of(place) if "libm.so" in m[2]]
    listed = [line for line in result.lines() if line.startswith("0x")]
    assert len(listed) == len(libm) + len(maps_of(place))
    start, end, _ = libm[0]
    assert listed[0].startswith(f"0x{start:x}-0x{end:x} r--p ")
    assert left_in(tmp_path) == []


def test_into_another_directory(dm, tmp_path):
    result = dm("shell mkdir 'a b'", "dm -o 'a b' stack", "cd a b", "dm heap", "dm -o nosuch/ heap", "dm -o no [")
    assert [p.name.split(".")[2] for p in dumps(tmp_path / "a b")] == ["heap", "stack"]
    assert result.err.splitlines()[-2:] == [
        "dm: no such directory: nosuch/.",
        "dm: no such directory: no. -single writes all into one file.",
    ]


def test_a_directory_that_takes_no_files_is_named(dm):
    said = dm("dm -o /proc/1 stack").err.splitlines()[-1]
    assert re.fullmatch("dm: no file can be made in /proc/1: .+", said)


def test_an_existing_file_is_kept_unless_forced(dm, tmp_path):
    result = dm("dm stack", "set var input = 9", "dm -r (heap|stack)", "dm -fo -r (heap|stack)")
    assert re.search(r"^dm: mappings\.\d+\.stack\.\S+\.bin exists; -force replaces it", result.err, re.M)
    # Refused before the heap was written, then both.
    assert re.findall(r"^(\d) files?,", result.out, re.MULTILINE) == ["1", "2"]
    assert len(left_in(tmp_path)) == 2


def test_a_link_is_replaced_and_not_followed(gdb, core_of, program, place, tmp_path):
    core = core_of(program, "stopped", args=[place])
    gdb(program, "dm stack", core=core)
    (path,) = dumps(tmp_path)
    dump = path.read_bytes()
    victim = tmp_path / "victim"
    victim.write_text("mine")
    path.unlink()
    path.symlink_to(victim)
    result = gdb(program, "dm stack", core=core)
    assert f"{path.name} exists" in result.err
    gdb(program, "dm -force stack", core=core)
    assert victim.read_text() == "mine"
    assert not path.is_symlink() and path.read_bytes() == dump


def test_wrong_usage_is_one_line(dm, tmp_path):
    result = dm(
        "dm", "dm -q stack", "dm -o", "dm -perm q stack", "dm -size 1Q -all", "dm -anon -file",
        "dm -zstd=20 stack", "dm -clean stack", "dm -core=1 stack",
    )  # fmt: skip
    said = result.err.splitlines()[-9:]
    assert said[1].startswith("dm: unknown option -q; its options: -r, -n, -perm, ")
    assert said[8].startswith("dm: unknown option -core=1; ")
    assert [said[0], *said[2:8]] == [
        "dm: which mappings? Give a part of their name: dm stack. dm -n lists them.",
        "dm: -o needs FILE|DIR.",
        "dm: not permissions: q; give letters of rwxps that a mapping must have, or as r-x or r--p",
        "dm: not a size: 1Q; sizes are as 4096, 64K, 1M, 2G",
        "dm: -anon and -file exclude each other.",
        "dm: -zstd takes LEVEL, not '20'.",
        "dm: -clean is for -core.",
    ]
    assert left_in(tmp_path) == []


def test_after_the_program_it_says_so(dm):
    result = dm("continue", "dm stack")
    assert result.err.splitlines()[-1].endswith("or a core file; there is no program.")


# One file, packed files, cores.


def test_one_file_for_all(dm, tmp_path):
    (tmp_path / "compare.py").write_text(
        "import json, gdb\n"
        "memory = open('/proc/%d/mem' % gdb.selected_inferior().pid, 'rb')\n"
        "data = open('all', 'rb').read()\n"
        "for m in json.load(open('all.json'))['mappings']:\n"
        "    for kind, start, end, *more in m['ranges']:\n"
        "        start, end = int(start, 16), int(end, 16)\n"
        "        if kind == 'captured':\n"
        "            memory.seek(start)\n"
        "            there = data[more[0] : more[0] + end - start]\n"
        "            print('same', there == memory.read(end - start))\n"
    )
    result = dm("dm -single -all -o all", "source compare.py")
    assert result.out.count("same True") > 20 and "same False" not in result.out, result.text
    assert re.search(r"^all: \d+ mappings, \d\.\d MiB \(\d+ bytes\)\.$", result.out, re.M)


def test_packed_files_are_the_raw_ones(dm, tmp_path):
    dm("dm -perm w -zstd=1", "dm -perm w", having=["dense"])
    if shutil.which("zstd") is None:
        pytest.skip("zstd is not installed")
    for path in dumps(tmp_path):
        packed = subprocess.run(["zstd", "-dc", f"{path}.zst"], capture_output=True, check=True).stdout
        assert packed == path.read_bytes(), path
    assert len(dumps(tmp_path)) > 5


REGISTERS = "python print('registers', [str(gdb.selected_frame().read_register(r)) for r in ('rip', 'rsp', 'rbx', 'xmm0', 'fs_base')])"


@pytest.mark.parametrize("options", ["", "-clean"])
def test_a_core_opens_in_gdb(gdb, build, tmp_path, options):
    program = build("threads.cpp", "gcc", "-pthread")
    look = ("thread apply all bt", REGISTERS, "info proc mappings", "info auxv", "p $_siginfo.si_signo")
    live = gdb(program, "break depth", "run", f"dm -core {options} -o made", "echo --\\n", *look)
    core = gdb(program, "echo --\\n", *look, core=tmp_path / "made")
    after = [text.partition("--\n")[2] for text in (live.out, core.out)]
    for pattern in (r"^#\d+.*? in .*$", r"^registers .*$", r"^\d+ +AT_.*$", r"^\$1 = .*$"):
        # The core's threads are numbered from the one that was selected on.
        ours, theirs = (sorted(re.findall(pattern, text, re.MULTILINE)) for text in after)
        assert ours == theirs and ours, pattern
    assert core.out.count("\nThread ") >= 2
    checked = subprocess.run(["readelf", "-lnW", tmp_path / "made"], capture_output=True, text=True, check=True)
    assert "warning" not in checked.stderr.lower().replace("cannot decode", "")


def test_every_byte_of_a_core_is_the_program_s(dm, gdb, program, tmp_path):
    live = tmp_path / "live"
    live.mkdir()
    dm("dm -core -o made", "dm -o live -all", having=["big"])
    gdb(program, "dm -all", core=tmp_path / "made")
    assert len(dumps(tmp_path)) > 20
    ranges_before = {range_of(path): path for path in dumps(live)}
    for path in dumps(tmp_path):
        # Long holes are segments of their own.
        start, end = range_of(path)
        first, whole = next((r[0], p) for r, p in ranges_before.items() if r[0] <= start and end <= r[1])
        with whole.open("rb") as file:
            file.seek(start - first)
            assert file.read(end - start) == path.read_bytes(), path
    assert (tmp_path / "made").stat().st_blocks * 512 < 8 << 20


def test_a_core_of_a_core(gdb, core_of, program, place, tmp_path):
    core = core_of(program, "stopped", args=[place])
    gdb(program, "dm -core -o again -perm rw", core=core)
    result = gdb(program, "bt", "print input", core=tmp_path / "again")
    assert "#1 " in result.out and "$1 = 2" in result.out


def test_a_core_without_clean_pages_is_small(dm, tmp_path):
    dm("dm -core -o whole", "dm -core -clean -o small")
    whole, small = ((tmp_path / name).stat().st_blocks for name in ("whole", "small"))
    assert small < whole / 4


def test_a_manifest_tells_what_was_dumped(dm, tmp_path):
    dm("dm -r past.the.end|anon", having=["big"])
    (path,) = [p for p in tmp_path.iterdir() if p.suffix == ".json"]
    told = json.loads(path.read_text())
    assert told["target"]["kind"] == "process" and told["target"]["program"].endswith("/mappings")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", told["time"])
    assert any(name.endswith("/libc.so.6") for name in told["build_ids"])
    big = next(m for m in told["mappings"] if int(m["end"], 16) - int(m["start"], 16) == 1 << 30)
    start = int(big["start"], 16)
    half = start + (1 << 29)
    kinds = [(kind, int(a, 16), int(b, 16)) for kind, a, b, *_ in big["ranges"]]
    assert kinds == [
        ("untouched", start, half),
        ("captured", half, half + 4096),
        ("untouched", half + 4096, start + (1 << 30)),
    ]
    end = next(m for m in told["mappings"] if m["name"].endswith("past the end"))
    assert end["ranges"][1][0] == "unreadable" and end["ranges"][1][3] == "beyond the end of its file"
    assert re.fullmatch("[0-9a-f]{16}", big["xxh64"])


@pytest.fixture
def remote(gdb, program, place):
    """As dm, the program being under a gdbserver."""
    if shutil.which("gdbserver") is None:
        pytest.skip("gdbserver is not installed")

    def run(*commands, having=()):
        server = " ".join(map(str, ["gdbserver", "--once", "-", program, place, *having]))
        stop = (f"target remote | {server}", "break stopped", "continue")
        return gdb(program, *stop, *commands)

    return run


def test_a_remote_program_gives_the_same(remote, tmp_path):
    (tmp_path / "compare.py").write_text(COMPARE)
    result = remote("dm -r (stack|heap|libm|deleted)", "source compare.py")
    assert "differs" not in result.out and "size True" in result.out, result.text
    assert {p.name.split(".")[2] for p in dumps(tmp_path)} >= {"stack", "heap", "libm"}


def test_a_remote_target_without_files_gives_objects(remote, tmp_path):
    blind = "set remote hostio-open-packet off"
    result = remote(blind, "dm input", "dm stack", "dm -x input")
    assert [p.read_bytes() for p in dumps(tmp_path)] == [struct.pack("d", 2)]
    assert result.err.splitlines()[-1].startswith("dm: the target does not tell its mappings: ")
    assert result.lines()[-1].endswith("|.......@|")


def test_what_is_remote_is_searched_and_compared(remote, tmp_path):
    result = remote("dm -o a heap", "dm -diff a.json", "dm -find &input in /mappings", "dm -find &input in stack")
    assert "\nNothing changed in 1 mapping.\n" in result.out
    assert re.search(r"^\d+ match(es)? in \d mappings?, ", result.out, re.MULTILINE)


def test_a_remote_program_gives_no_core(remote, tmp_path):
    result = remote("dm -core")
    assert "dm: -core needs a live process of this machine, or a core file." in result.err
    assert left_in(tmp_path) == []


def test_help_has_usage_and_an_example(gdb):
    result = gdb(None, "help dm")
    assert "Usage: dm [SELECTION]" in result.out and "Example: dm stack" in result.out
    assert max(map(len, result.lines())) <= 80


def test_completion(dm):
    result = dm(
        "complete dm st", "complete dm [st", "complete dm libm.s", "complete dm -o pla",
        "complete dm -n va", "complete dm -fo", "complete dm /usr/lib/x86_64-linux-gnu/libm",
    )  # fmt: skip
    # Of a directory gdb 16 offers the slash, too.
    offered = [line.rstrip("/") for line in result.lines() if line.startswith("dm ")]
    assert offered == [
        "dm stack", "dm [stack]", "dm libm.so.6", "dm -o place",
        "dm -force", "dm /usr/lib/x86_64-linux-gnu/libm.so.6",
    ]  # fmt: skip


def test_completion_without_a_program_is_quiet(gdb):
    assert gdb(None, "complete dm st").text == ""


def test_sizes_go_to_the_unit_that_they_round_to(gdb, build, tmp_path):
    source = tmp_path / "large.c"
    source.write_text(
        "#include <sys/mman.h>\nint main(void) {\n"
        "  char *p = mmap(0, 1 << 30, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);\n"
        "  *p = 1;\n  return *p;\n}\n"
    )
    result = gdb(build(source), "break 5", "run", "dm anon", "kill")
    assert re.search(r": 1\.0 GiB \(\d+ bytes\) of \[anon\], 1\.0 GiB \(\d+ bytes\) of it never touched", result.out)


# Dumps read back.


@pytest.mark.parametrize("options", ["", "-zstd", "-single -o one", "-zstd=9 -single -o one", "-core -o one"])
def test_a_dump_is_verified(dm, tmp_path, options):
    result = dm(f"dm {options} -perm w", having=["dense"])
    (manifest,) = [p.name for p in tmp_path.iterdir() if p.suffix == ".json"]
    check = f"dm -verify '{manifest}'"
    assert re.search(r"^\d+ mappings, all as captured\.$", dm(check).out, re.MULTILINE)
    told = json.loads((tmp_path / manifest).read_text())["mappings"]
    heap = next(m for m in told if m["name"] == "[heap]")
    path = tmp_path / heap["file"]
    data = bytearray(path.read_bytes())
    at = len(data) // 2 if "-zstd" in options else heap["ranges"][0][3] + 1000
    data[at] ^= 1
    path.write_bytes(data)
    result = dm(check)
    said = result.err.splitlines()[-1]
    assert said.endswith("not as captured.") or "-zstd" in options and "a frame of it is damaged" in said
    path.write_bytes(data[: len(data) // 8])
    assert dm(check).err.splitlines()[-1].startswith("dm: ")


def test_what_is_no_manifest_is_refused_in_a_line(dm, tmp_path, place):
    dm("dm -o good stack")
    good = json.loads((tmp_path / "good.json").read_text())

    def with_change(**changes):
        changed = json.loads(json.dumps(good))
        changed["mappings"][0].update(changes)
        return json.dumps(changed)

    texts = {
        "[": "not a manifest of dm",
        "[" * 100000: "not a manifest of dm",
        "{}": "it lacks format",
        json.dumps({**good, "version": 2}): "of a version that is not known: 2",
        json.dumps({**good, "mappings": 5}): "mappings is no list",
        with_change(start="0xzz"): "not a hexadecimal number: 0xzz",
        with_change(start="0x0"): "ranges that do not follow each other",
        with_change(ranges=[]): "ranges that are not all of their mapping",
        with_change(file="../../etc/passwd"): "a file that is not beside it: ../../etc/passwd",
        with_change(ranges=[["odd", "0x0", "0x1"]]): "a range of unknown kind: odd",
        with_change(encoding="gzip"): "an encoding that is not known: gzip",
    }
    commands = []
    for number, text in enumerate(texts):
        (tmp_path / f"bad{number}").write_text(text)
        commands.append(f"dm -verify bad{number}")
    said = dm(*commands, "dm -verify", "dm -verify place").err.splitlines()[-len(texts) - 2 :]
    assert [line.split(": ", 2)[2] for line in said[: len(texts)]] == list(texts.values())
    assert said[-2:] == [
        "dm: -verify needs a manifest, the .json beside a dump.",
        "dm: place: not a regular file",
    ]


def test_what_has_changed_is_shown(dm, tmp_path):
    change = "python gdb.selected_inferior().write_memory(int(gdb.parse_and_eval('(long)shared')) + {}, b'{}')"
    result = dm(
        "dm -all -single -o a", "dm -diff a.json", change.format(0x1234, "other"), "dm -diff a.json",
        change.format(0, "more"), "dm -all -single -zstd -o b", "dm -diff a.json b.json", "output shared",
    )  # fmt: skip
    shared = int(result.lines()[-1].split()[-1], 16)
    first, second = [t for t in result.out.split("changed in ")][:2]
    assert first.endswith("Nothing ")
    assert f"\n0x{shared + 0x1234:x}-0x{shared + 0x1239:x} changed, 5 bytes, /dev/zero (deleted)+0x1234\n" in result.out
    assert re.search(rf"before:\n  0x{shared + 0x1230:x}  .*\nafter:\n  0x{shared + 0x1230:x}  .*\|\S{{0,4}}.*other", result.out)
    assert "\n2 ranges, 9 bytes changed in " in result.out
    assert f"\n0x{shared:x}-0x{shared + 4:x} changed, 4 bytes, " in result.out


def test_a_dump_of_less_is_compared(dm):
    result = dm("dm -o a stack", "dm -o b -single -r stack|heap", "dm -diff a.json b.json", "dm -diff b.json a.json")
    assert re.search(r"^0x\w+-0x\w+ only in the second, 132\.0 KiB \(135168 bytes\), \[heap\]$", result.out, re.M)
    assert re.search(r"^0x\w+-0x\w+ only in the first, \d.*, \[heap\]\+0x0$", result.out, re.M)


# Looking.


def test_a_hex_view(dm):
    result = dm("dm -x shared 40", "dm -x input", "dm -x &input 4", "dm -x 0x10 3", "dm -x -p $sp 32")
    seed, data = 2, bytearray()
    for _ in range(40):
        seed = (seed * 1103515245 + 12345) & 0xFFFFFFFF
        data.append(seed >> 16 & 0xFF)
    lines = [line for line in result.lines() if re.match("0x[0-9a-f]{12}  ", line)]
    for i in range(3):
        row = data[16 * i : 16 * i + 16]
        shown = "".join(chr(b) if 0x20 <= b < 0x7F else "." for b in row)
        place, _, rest = lines[i].partition("  ")
        assert int(place, 16) == int(lines[0].split()[0], 16) + 16 * i
        assert rest == f"{row[:8].hex(' '):23}  {row[8:].hex(' '):23}  |{shown}|"
    assert lines[3].endswith("  00 00 00 00 00 00 00 40                           |.......@|")
    assert lines[4].split("  ")[1].strip() == "00 00 00 00"
    assert lines[5].endswith("|???|") and lines[5].startswith("0x000000000010  ?? ?? ??  ")
    # The return address into main.
    assert any(re.search(r"\|  .*<main\+\d+>", line) for line in lines[6:])


def test_enter_goes_on_with_the_view(stopped):
    session = stopped()
    first = session.ask("dm -x shared 32")
    second, third = session.ask(""), session.ask("")
    places = re.findall("0x([0-9a-f]{12})  ", first + second + third)
    assert [int(p, 16) - int(places[0], 16) for p in places] == [0, 16, 32, 48, 64, 80]
    assert session.ask("dm -x shared 32") == first


def found(result):
    """[(address, mapping, offset)] of all matches."""
    pattern = r"^0x([0-9a-f]+) <(.*?)\+0x([0-9a-f]+)>  (?:[0-9a-f]{2} )+"
    matches = re.findall(pattern, result.out, re.MULTILINE)
    return [(int(a, 16), name, int(offset, 16)) for a, name, offset in matches]


def test_every_match_is_found(dm, tmp_path):
    (tmp_path / "reference.py").write_text(
        "import gdb\nmemory = open('/proc/%d/mem' % gdb.selected_inferior().pid, 'rb')\n"
        "for line in open('/proc/%d/maps' % gdb.selected_inferior().pid):\n"
        "    if 'libc.so' not in line: continue\n"
        "    start, end = (int(a, 16) for a in line.split()[0].split('-'))\n"
        "    memory.seek(start)\n"
        "    data = memory.read(end - start)\n"
        "    at = data.find(b'er')\n"
        "    while at >= 0:\n"
        "        print('expected %x' % (start + at))\n"
        "        at = data.find(b'er', at + 1)\n"
    )
    result = dm('dm -find "er" in libc.so', "print $numfound", "source reference.py")
    expected = [int(a, 16) for a in re.findall(r"^expected (\w+)$", result.out, re.MULTILINE)]
    assert len(expected) > 500
    assert [m[0] for m in found(result)] == expected
    assert f"$1 = {len(expected)}\n" in result.out


def test_what_can_be_sought(dm):
    where = "in /mappings"
    for what in (
        '"mmap\\0"', "0x6d6d617000", f"-type uint32 {0x70616D6D}", f"-type 'unsigned int' {0x70616D6D}",
    ):  # fmt: skip
        result = dm(f"dm -find {what} {where}", "output (long)&main")
        assert len(found(result)) > 0, what
        assert all("|mmap" in line for line in result.lines() if " <" in line)


def test_a_pointer_and_an_object_are_found(dm):
    result = dm("dm -find shared", "dm -find -type double 2 in /mappings", "output &input", "output &shared")
    pointers = [m for m in found(result) if m[1].endswith("/mappings")]
    input_at, shared_at = (int(a, 16) for a in re.findall(r"\) (0x\w+)", result.lines()[-1]))
    assert shared_at in [m[0] for m in pointers]
    assert input_at in [m[0] for m in pointers]


def test_wide_text(gdb, build, tmp_path):
    source = tmp_path / "wide.c"
    source.write_text(
        "#include <uchar.h>\n#include <wchar.h>\nwchar_t a[] = L\"grün\"; char16_t b[] = u\"grün\";\n"
        "int main(void) { return a[0] + b[0]; }\n", "utf-8"
    )  # fmt: skip
    result = gdb(build(source), "break main", "run", 'dm -find -wide "grün" in wide', "output &a", "output &b")
    expected = sorted(int(a, 16) for a in re.findall(r"\) (0x\w+)", result.lines()[-1]))
    assert sorted(m[0] for m in found(result)) == expected


def test_a_search_that_makes_no_sense_is_one_line(dm):
    result = dm('dm -find "a', "dm -find", "dm -find -wide 5", "dm -find -type nosuch 5", 'dm -find "" in heap',
                "dm -find -type uint8 256", "dm -find x in nosuchmapping", "dm -x", "dm -x nosuch")  # fmt: skip
    said = result.err.splitlines()[-9:]
    assert said[0] == 'dm: not a text in quotes: "a.'
    assert said[3] == "dm: No type named nosuch."
    assert said[4] == "dm: what is sought has 0 bytes, not 1 to 65536"
    assert said[5] == "dm: 256 is no integer of 1 byte."
    assert said[8] == 'No symbol "nosuch" in current context.'
    assert all(line.startswith("dm: ") for line in said[:6])


# Core files.


def program_dumps(tmp_path):
    """The dumps by the name and range they tell."""
    return {(path.name.split(".", 2)[2]): path.read_bytes() for path in dumps(tmp_path)}


def test_a_core_of_gdb_gives_what_the_live_process_gave(dm, gdb, program, tmp_path):
    live = tmp_path / "live"
    live.mkdir()
    core = tmp_path / "a core"
    guarded = int(dm("dm -o live -r .", f"gcore {core}", "output/x guarded").lines()[-1], 16)
    result = gdb(program, "dm -r .", core=core)
    before, after = program_dumps(live), program_dumps(tmp_path)
    assert after.keys() <= before.keys()
    names = {name.split(".")[0] for name in after}
    assert {"stack", "heap", "vdso", "anon", "libm"} <= names
    for path in dumps(tmp_path):
        start, end = range_of(path)
        # gdb gives up a region with a guard page and writes zeros.
        if not start <= guarded < end:
            name = path.name.split(".", 2)[2]
            assert after[name] == before[name], name
    # The text of libraries is not in the core, and said not to be.
    assert re.search(r"/libm\.so\.6 0x\w+-0x\w+ skipped: not in the core file", result.out)


@pytest.fixture
def kernel_core(place):
    """kernel_core(program): what it printed, and the core that the kernel wrote when it aborted."""
    pattern = pathlib.Path("/proc/sys/kernel/core_pattern").read_text("utf-8").strip()
    if "/" in pattern or pattern.startswith("|"):
        pytest.skip(f"the kernel writes cores elsewhere: {pattern}")

    def make(program, *prefix):
        done = subprocess.run(
            [*prefix, program, place, "abort"],
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY,) * 2),
            capture_output=True,
            check=False,
        )
        assert done.returncode == -6
        (core,) = place.glob("core*")
        return done.stdout, core

    return make


@pytest.mark.parametrize("flags", [(), ("-no-pie",), ("-static",), ("-static-pie",)], ids=str)
@pytest.mark.parametrize("prefix", [(), ("setarch", "-R")], ids=["aslr", "no-aslr"])
def test_a_core_of_the_kernel(gdb, build, kernel_core, place, tmp_path, flags, prefix):
    program = build("mappings.c", "gcc", *flags, "-lm")
    printed, core = kernel_core(program, *prefix)
    result = gdb(program, "dm -n", "dm [heap]", core=core)
    names = ("[heap]", "[stack]", "[vdso]")
    expected = [mapping for mapping in maps_of(place) if mapping[2] in names]
    told = [
        (int(start, 16), int(end, 16), name)
        for start, end, name in re.findall(r"^0x(\w+)-0x(\w+) .* (\[\w+\])$", result.out, re.MULTILINE)
        if name in names
    ]
    # The stack may have grown downwards since the program wrote.
    assert [m[1:] for m in told] == [m[1:] for m in expected]
    assert [m for m in told if m[2] != "[stack]"] == [m for m in expected if m[2] != "[stack]"]
    (heap,) = dumps(tmp_path)
    at = int(re.search(rb"^heap 0x(\w+)", printed, re.MULTILINE)[1], 16) - range_of(heap)[0]
    seed, text = 1, bytearray()
    for _ in range(1000):
        seed = (seed * 1103515245 + 12345) & 0xFFFFFFFF
        text.append(seed >> 16 & 0xFF)
    assert heap.read_bytes()[at : at + 1000] == bytes(text)


def test_a_core_is_found_wherever_gdb_goes(gdb, core_of, program, place, tmp_path):
    core = core_of(program, "stopped", args=[place])
    odd = tmp_path / "a', file type b"
    odd.mkdir()
    core.rename(odd / "core")
    (tmp_path / "out").mkdir()
    # Since gdb 16 its commands take quotes and backslashes in file names as a shell does.
    typed = re.sub(r"(\W)", r"\\\1", odd.name) if gdb_version() >= 16 else odd.name
    for commands, given in (
        (("cd out", "dm stack"), f"{odd.name}/core"),
        ((f"core {typed}/core", "cd out", "dm -force stack"), None),
    ):
        result = gdb(program, *commands, core=given) if given else gdb(program, *commands)
        assert "1 file, 132.0 KiB" in result.out, result.text
        assert len(dumps(tmp_path / "out")) == 1


def test_a_core_without_its_program(gdb, core_of, program, place, tmp_path):
    lost = tmp_path / "lost"
    shutil.copy(program, lost)  # gdb 16 loads a core's program by itself, if it is there
    core = core_of(lost, "stopped", args=[place])
    lost.unlink()
    gdb(None, f"core {core}", "dm stack")
    (path,) = dumps(tmp_path)
    assert re.match(r"core\.\d+\.stack\.", path.name)


def test_a_truncated_core_gives_what_it_has(gdb, kernel_core, program, tmp_path):
    _, core = kernel_core(program)
    gdb(program, "dm [heap]", core=core)
    (path,) = dumps(tmp_path)
    whole = path.read_bytes()
    path.unlink()
    path.with_name(path.name + ".json").unlink()
    os.truncate(core, core.read_bytes().find(whole) + 4096 + 100)
    result = gdb(program, "dm [heap]", "dm [stack]", core=core)
    assert "The core file is truncated: it ends at 0x" in result.out, result.text
    start, end = range_of(path)
    gap = f"  0x{start + 4096 + 100:x}-0x{end:x} left out, {len(whole) - 4196:,}".split(",")[0]
    assert gap in result.out
    assert path.read_bytes() == whole[:4196] + bytes(len(whole) - 4196)
    assert re.search(r"^\[stack\] 0x\w+-0x\w+ skipped: the core file is truncated$", result.out, re.M)


def test_a_core_that_is_none_any_more_is_an_error(gdb, core_of, program, place, tmp_path):
    core = core_of(program, "stopped", args=[place])
    damage = f"shell echo nonsense > {core}", f"shell rm {core}"
    result = gdb(program, damage[0], "dm stack", damage[1], "dm stack", core=core)
    assert re.search(r"mappings\.core: the file ends at 0x9, within the ELF header", result.err)
    assert result.err.splitlines()[-1].endswith("mappings.core: No such file or directory")


# Trouble on the way.


def test_a_full_disk_leaves_nothing(dm, tmp_path):
    small = tmp_path / "place" / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "none", small]
    if subprocess.run(mount, check=False, capture_output=True).returncode != 0:
        pytest.skip("mounting a small file system is not allowed here")
    try:
        result = dm(f"dm -o {small} stack", f"dm -o {small} anon", having=["dense"])
        assert re.search(r"\.anon\.\S+: No space left on device\n", result.err)
        assert [p.name.split(".")[2] for p in dumps(small)] == ["stack"]
    finally:
        subprocess.run(["umount", small], check=True)


def test_a_limit_of_file_sizes_is_an_error_and_not_the_end_of_gdb(dm):
    result = dm(
        "python import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (65536, -1))",
        "dm stack", "echo alive\\n",
    )  # fmt: skip
    assert "File too large" in result.err
    assert result.lines()[-1] == "alive"


def test_a_process_that_vanishes_is_an_error(dm, tmp_path):
    kill = "python import os, time; os.kill(gdb.selected_inferior().pid, 9); time.sleep(0.5)"
    result = dm(kill, "dm anon", "dm stack")
    assert len(result.err.splitlines()) == 2, result.err
    assert left_in(tmp_path) == []


@pytest.fixture
def stopped(terminal, program, place):
    """A terminal with the program, 8 TiB of never touched memory in it, at its stop."""

    def start(**options):
        session = terminal(program, args=[place, "huge"], **options)
        session.ask("break stopped")
        session.ask("run")
        return session

    return start


def test_interrupted_it_leaves_nothing(terminal, program, place, tmp_path):
    session = terminal(program, args=[place, "random"])
    session.ask("break stopped")
    session.ask("run")
    session.send("dm -zstd=19 -size 200M.. anon\n")
    session.expect(r"MiB of 256\.0 MiB \(\d+%\), \d+\.\d MiB/s, .*\d s left")
    session.interrupt()
    shown = session.expect_prompt()
    assert "Quit" in shown and "Traceback" not in shown
    assert left_in(tmp_path) == []
    # And gdb is well.
    assert "of [stack]" in session.ask("dm stack")


def test_progress_is_for_terminals(stopped, dm):
    session = stopped()
    assert "%" not in session.ask("dm stack")
    assert "%" not in dm("dm anon", having=["huge"]).out.split("Breakpoint 1, ")[1]


def test_enter_does_not_dump_again(stopped):
    session = stopped()
    session.ask("dm stack")
    assert "dm:" not in session.ask("")


def test_tab_completes_names(stopped):
    session = stopped()
    session.send("dm sta\t\n")
    assert "of [stack]" in session.expect_prompt()
