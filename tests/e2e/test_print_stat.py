"""struct stat, stat64 and statx: what `print` shows, against stat(1) on the same file."""

import os
import re
import socket
import stat
import subprocess

import pytest
from conftest import PACK, PROGRAMS, SEED, environment, every_build, with_article

STAT_FORMAT = {
    "Size": "%s",
    "Blocks": "%b",
    "IO Block": "%o",
    "File Type": "%F",
    "Device": "%Hd:%Ld",
    "Inode": "%i",
    "Links": "%h",
    "Device type": "%Hr:%Lr",
    "Mode": "(%04a/%A)",
    "Uid": "(%5u/%8U)",
    "Gid": "(%5g/%8G)",
    "Access": "%x",
    "Modify": "%y",
    "Change": "%z",
    "Birth": "%w",
}


def stat_1(path, **env):
    """What stat(1) tells of the file, by the labels of the printer."""
    done = subprocess.run(
        ["stat", "--printf", "\\n".join(STAT_FORMAT.values()), str(path)],
        env=environment(**env),
        capture_output=True,
        text=True,
        check=True,
    )
    told = dict(zip(STAT_FORMAT, done.stdout.split("\n"), strict=True))
    if told["File Type"] not in ("character special file", "block special file"):
        del told["Device type"]
    return told


def blocks(text):
    """The blocks in braces that text has, each as {label: value}; the mode's label is Mode."""
    found = []
    for body in re.findall(r"\{\n( +[A-Z].*?)\n\}", text, re.DOTALL):
        cells = {}
        for line in body.split("\n"):
            assert re.match(r" +[A-Z]", line), line
            for label, value in re.findall(r"([A-Z][A-Za-z ]*): +?(\([^)]*\)|\S.*?)(?= +[A-Z][A-Za-z ]*: |$)", line):
                cells["Mode" if label == "Access" and value.startswith("(") else label] = value
        found.append(cells)
    return found


def make_fifo(path):
    os.mkfifo(path, 0o640)


def make_socket(path):
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))


def make_link(path):
    path.symlink_to("/nowhere/" + "x" * 30)


def make_device(kind, number):
    def make(path):
        try:
            os.mknod(path, kind | 0o660, number)
        except PermissionError:
            pytest.skip("mknod of a device is not permitted here")

    return make


def make_regular(mode, size=298):
    def make(path):
        path.write_bytes(b"x" * size)
        os.utime(path, ns=(1577548397123456789, 1577548381000000000))
        path.chmod(mode)

    return make


def make_directory(mode):
    def make(path):
        path.mkdir()
        path.chmod(mode)

    return make


def make_owned(user, group):
    def make(path):
        path.write_bytes(b"x")
        try:
            os.chown(path, user, group)
        except PermissionError:
            pytest.skip("chown is not permitted here")

    return make


FILES = {
    "regular": make_regular(0o644),
    "empty": make_regular(0o600, size=0),
    "all-permissions": make_regular(0o777),
    "group-write": make_regular(0o664),
    "setuid": make_regular(0o4755),
    "setuid-not-executable": make_regular(0o4644),
    "setgid": make_regular(0o2711),
    "setgid-not-executable": make_regular(0o2640),
    "directory": make_directory(0o755),
    "sticky": make_directory(0o1777),
    "sticky-not-executable": make_directory(0o1776),
    "fifo": make_fifo,
    "socket": make_socket,
    "link": make_link,
    "character-device": make_device(stat.S_IFCHR, os.makedev(1, 3)),
    "block-device": make_device(stat.S_IFBLK, os.makedev(259, 1048575)),
    "owned-by-nobody-known": make_owned(1234567, 4000000000),
    "owned-by-daemon": make_owned(1, 1),
}
every_file = pytest.mark.parametrize("kind", FILES)


@pytest.fixture
def file_of(tmp_path):
    def make(kind):
        path = tmp_path / "it"
        FILES[kind](path)
        return path

    return make


@every_file
def test_it_tells_what_stat_1_tells(gdb, build, file_of, kind):
    path = file_of(kind)
    program = build("file_status.c")
    result = gdb(program, "break stop", "run", "print st", "print st64", "print stx", args=[path])
    assert result.err == ""
    expected = stat_1(path)
    st, st64, stx = blocks(result.out)
    birth = expected.pop("Birth")
    assert st == expected
    assert st64 == expected
    # stat(1) says - where statx(2) did not fill it.
    assert stx.pop("Birth", "-") == birth
    assert stx.pop("Mask").startswith("0x")
    assert stx.pop("Mount ID", "1").isdecimal()
    assert re.fullmatch("none|[a-z-]+(, [a-z-]+)*", stx.pop("Attributes"))
    assert stx == expected


@every_build
def test_it_is_right_whatever_made_the_program(gdb, build, file_of, made_by):
    path = file_of("regular")
    program = build("file_status.c", *made_by)
    result = gdb(program, "break 45", "run", "print st", args=[path])
    expected = stat_1(path)
    del expected["Birth"]
    assert blocks(result.out) == [expected]


def test_the_block_reads_like_stat_1(gdb, build, file_of):
    path = file_of("regular")
    status = path.lstat()
    result = gdb(build("file_status.c"), "break stop", "run", "print st", args=[path])
    device = f"{os.major(status.st_dev)}:{os.minor(status.st_dev)}"
    assert result.out[result.out.index("$1") :].splitlines()[:6] == [
        "$1 = {",
        f"    Size: 298        Blocks: {status.st_blocks:<8} IO Block: {status.st_blksize:<6} File Type: regular file",
        f"  Device: {device:<10} Inode: {status.st_ino:<9} Links: 1",
        f"  Access: (0644/-rw-r--r--)  Uid: {stat_1(path)['Uid']:<17} Gid: {stat_1(path)['Gid']}",
        "  Access: 2019-12-28 15:53:17.123456789 +0000",
        "  Modify: 2019-12-28 15:53:01.000000000 +0000",
    ]


@with_article("st.py")
@pytest.mark.parametrize("kind, name", [("fifo", "fifo"), ("link", "symbolic link"), ("socket", "socket")])
def test_the_file_type_is_named(gdb, build, file_of, kind, name, script):
    result = gdb(build("file_status.c"), "break stop", "run", "print st", args=[file_of(kind)], script=script)
    assert re.search("File Type: (.*)", result.out)[1] == name


@with_article("st.py")
@pytest.mark.parametrize(
    "kind, text",
    [
        ("regular", "rw-r--r--"),  # the group's bits
        ("setuid", "rwsr-xr-x"),
        ("sticky", "rwxrwxrwt"),
        ("directory", "drwxr-xr-x"),
    ],
)
def test_permissions(gdb, build, file_of, kind, text, script):
    result = gdb(build("file_status.c"), "break stop", "run", "print st", args=[file_of(kind)], script=script)
    assert re.search(f"Access: .*{text}", result.out), result.text


@with_article("st.py")
@pytest.mark.parametrize("change", ["st.st_uid = 4000000000", "st.st_gid = 4000000000", "st.st_atim.tv_sec = 1ULL << 62"])
def test_a_strange_value_loses_nothing_else(gdb, build, file_of, change, script):
    result = gdb(
        build("file_status.c"), "break stop", "run", f"set var {change}", "print st", args=[file_of("regular")], script=script
    )
    assert result.err == ""
    assert "Size: 298" in result.out
    assert re.search(r"4000000000/|\b4611686018427387904\.123456789$", result.out, re.M)


@with_article("st.py")
def test_nanoseconds(gdb, build, file_of, script):
    result = gdb(build("file_status.c"), "break stop", "run", "print st", args=[file_of("regular")], script=script)
    assert ":53:17.123456789" in result.out


@with_article("st.py")
@pytest.mark.parametrize("struct", ["st64", "stx"])
def test_other_structs_of_a_file(gdb, build, file_of, struct, script):
    result = gdb(build("file_status.c"), "break stop", "run", f"print {struct}", args=[file_of("regular")], script=script)
    assert "File Type: regular file" in result.out


@with_article("st.py")
def test_sourcing_twice(gdb, build, file_of, script):
    again = f"source {SEED / script if script else PACK}"
    result = gdb(
        build("file_status.c"), again, "break stop", "run", "print st", "info pretty-print", args=[file_of("regular")], script=script
    )
    assert result.err == ""
    assert result.out.count("\n  sp\n") == result.out.count("\n    stat\n") == 1
    assert result.out.count("Size: 298") == 1


@with_article("st.py")
@pytest.mark.parametrize("flag", ["-DOTHER_KINDS", "-DSOME_MEMBERS", "-DNO_MEMBERS", "-DUNION"])
@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_a_programs_own_struct_is_left_alone(gdb, build, flag, compiler, script):
    program = build("own_stat.c", compiler, flag)
    default = gdb(program, "print st", "print/x st", pack=False)
    result = gdb(program, "print st", "print/x st", script=script)
    assert default.out.startswith("$1 = {")
    assert (result.out, result.err) == (default.out, default.err)


def test_pointers_are_pointers(gdb, build, file_of):
    path = file_of("regular")
    result = gdb(
        build("file_status.c"), "break stop", "run", "print &st", "print pointer", "print *pointer", "print *&st", args=[path]
    )
    assert re.search(r"^\$1 = \(struct stat \*\) 0x[0-9a-f]+ <st>$", result.out, re.M)
    assert re.search(r"^\$2 = \(const status_t \*\) 0x[0-9a-f]+ <st>$", result.out, re.M)
    assert [block["Size"] for block in blocks(result.out)] == ["298", "298"]


def test_unreadable_memory_is_gdbs_own_error(gdb, build):
    result = gdb(build("file_status.c"), "print *(struct stat *)0", "print *(struct stat *)16")
    assert result.err == "Cannot access memory at address 0x0\nCannot access memory at address 0x10\n"


LAYOUTS = {
    "default": [],
    "without-posix-2008": ["-std=c99", "-D_POSIX_C_SOURCE=199506L"],
    "32": ["-m32"],
    "32-large-files": ["-m32", "-D_FILE_OFFSET_BITS=64"],
    "32-large-files-and-times": ["-m32", "-D_FILE_OFFSET_BITS=64", "-D_TIME_BITS=64"],
    "32-without-posix-2008": ["-m32", "-std=c99", "-D_POSIX_C_SOURCE=199506L"],
}


@pytest.mark.parametrize("flags", LAYOUTS.values(), ids=LAYOUTS)
@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_every_layout_of_the_c_library(gdb, build, flags, compiler, tmp_path):
    if "-m32" in flags:
        # The 64-bit library's headers serve, but for this list of what a 32-bit one lacks. Nothing
        # of a 32-bit library is needed to link a program that is not run.
        (tmp_path / "gnu").mkdir()
        (tmp_path / "gnu" / "stubs-32.h").touch()
        flags = [*flags, "-nostdlib", "-static", "-Wl,-emain", f"-I{tmp_path}"]
        flags += ["-idirafter", "/usr/include/x86_64-linux-gnu"]
    result = gdb(build("file_status_layouts.c", compiler, *flags), "print st")
    assert blocks(result.out) == [
        {
            "Size": "298",
            "Blocks": "8",
            "IO Block": "4096",
            "File Type": "regular file",
            "Device": "254:1",
            "Inode": "1322071",
            "Links": "3",
            "Mode": "(0640/-rw-r-----)",
            "Uid": "(    0/    root)",
            "Gid": "(    0/    root)",
            "Access": "2019-12-28 15:53:17.000000005 +0000",
            "Modify": "2019-12-28 15:53:01.000000006 +0000",
            "Change": "2019-12-28 15:53:02.000000007 +0000",
        }
    ]


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_the_ways_of_cpp(gdb, build, file_of, compiler):
    path = file_of("regular")
    line = 1 + next(
        number
        for number, text in enumerate(open(PROGRAMS / "file_status.cpp"))
        if "stop here" in text
    )
    commands = ["by_reference", "by_rvalue", "watched", "status", "own", "all", "watched.seen"]
    result = gdb(
        build("file_status.cpp", compiler), f"break {line}", "run", *(f"print {c}" for c in commands), "info args", args=[path]
    )
    assert result.err == ""
    values = re.split(r"^(?:\$\d+|by_reference) = ", result.out, flags=re.M)[1:]
    by_reference, by_rvalue, watched, status, own, everything, seen, arguments = values
    for value in (by_reference, by_rvalue, seen):
        assert [b["Size"] for b in blocks(value)] == ["298"]
    assert re.match(r"\(const (struct )?stat &\) @0x[0-9a-f]+: \{\n", by_reference)
    assert re.match(r"\(app::Status &&\) @0x[0-9a-f]+: \{\n", by_rvalue)
    assert arguments.count("\n    Size: 298 ") == 2
    assert blocks(watched)[0]["Size"] == "298"
    assert "own = {st_mode = 8}" in watched
    assert blocks(status)[0]["File Type"] == "unknown (0000000)"
    assert own == "{st_mode = 7}\n"
    assert [b["Size"] for b in blocks(everything)] == ["298", "298"]


def test_inside_other_values(gdb, build, file_of):
    path = file_of("regular")
    result = gdb(
        build("file_status.c"),
        "break 31",
        "run",
        "finish",
        "print pair",
        "print -pretty -- entry",
        "print $",
        "break 46",
        "run",
        "info locals",
        "bt full",
        args=[path],
    )
    assert "Python" not in result.err
    found = blocks(result.out)
    assert all(block["IO Block"].isdecimal() for block in found)
    assert "Value returned is $1 = {\n    Size: 298 " in result.out
    assert re.search(r"^\$2 = \{\{\n.*?\n\}, \{\n.*?\n\}\}$", result.out, re.M | re.S)
    assert re.search(r'^\$3 = \{\n  name = 0x\w+ ".*",\n  st = \{\n    Size: .*?\n\},\n  count = 0\n\}$', result.out, re.M | re.S)


def test_formats_and_raw_are_about_the_members(gdb, build, file_of):
    program, path = build("file_status.c"), file_of("regular")
    commands = ["break stop", "run", "print/x st", "print -raw-values -- st", "print/d pair", "output/x st"]
    default = gdb(program, *commands, args=[path], pack=False)
    result = gdb(program, *commands, args=[path])
    assert "st_mode = 0x81a4" in result.out
    assert (result.out, result.err) == (default.out, default.err)


def test_a_core_file(gdb, build, core_of, file_of):
    path = file_of("setuid")
    program = build("file_status.c")
    result = gdb(program, "print st", "print stx", core=core_of(program, "stop", args=[path]))
    expected = stat_1(path)
    del expected["Birth"]
    st, stx = blocks(result.out)
    assert st == expected
    assert expected.items() <= stx.items()


def test_a_struct_that_was_never_filled(gdb, build):
    fill = 'python i = gdb.selected_inferior(); v = gdb.parse_and_eval("{0}"); i.write_memory(int(v.address), b"{1}" * v.type.sizeof)'
    commands = []
    for byte in (r"\xff", r"\x7f", r"\x80", r"\xa5"):
        for name in ("st", "st64", "stx"):
            commands += [fill.format(name, byte), f"print {name}"]
    result = gdb(build("file_status.c"), "break stop", "run", *commands)
    assert result.err == ""
    found = blocks(result.out)
    assert len(found) == 12
    assert found[0]["Size"] == "-1"
    assert found[0]["Uid"] == "(4294967295/ UNKNOWN)"
    assert found[0]["Access"] == "1969-12-31 23:59:59 +0000 (tv_nsec -1)"
    assert found[1] == found[0]
    assert found[2]["Size"] == "18446744073709551615"


def test_a_struct_that_is_partly_optimized_out_is_left_to_gdb(gdb, build, tmp_path):
    source = tmp_path / "partly.c"
    source.write_text(
        "#include <sys/stat.h>\n"
        "__attribute__((noipa)) long stop(long n) { return n; }\n"
        "int main(int argc, char **argv) {\n"
        "  struct stat st = {0};\n"
        "  st.st_size = argc;\n"
        "  st.st_mode = 0100644;\n"
        "  return stop(st.st_size) + st.st_mode == 0;\n"
        "}\n"
    )
    commands = ["break stop", "run", "up", "print st", "info locals"]
    program = build(source, "gcc", "-O2")
    default = gdb(program, *commands, pack=False)
    result = gdb(program, *commands)
    assert "st_mode = 33188" in default.out and "st_uid = <optimized out>" in default.out
    assert (result.out, result.err) == (default.out, default.err)


def test_a_statx_shows_only_what_is_filled(gdb, build, file_of):
    result = gdb(
        build("file_status.c"), "break stop", "run", "set var stx.stx_mask = 0x201", "print stx", args=[file_of("regular")]
    )
    (block,) = blocks(result.out)
    assert set(block) == {"Size", "IO Block", "File Type", "Device", "Mask", "Attributes"}


@pytest.mark.parametrize("env, shown", [({"LC_ALL": "C"}, "j\\xfcrgen"), ({}, "jürgen")])
def test_a_name_that_the_character_set_lacks(gdb, build, env, shown):
    # No host has such an account for a test to find; the name is put where the module's text arrives.
    stub = (
        "python import types, pysheeet.printers.struct as s; "
        "s.native = types.SimpleNamespace(struct_text=lambda *a, **k: '{ j\\u00fcrgen }')"
    )
    result = gdb(build("file_status.c"), stub, "print st", env=env)
    assert (result.out, result.err) == (f"$1 = {{ {shown} }}\n", "")


class TestTimeZone:
    def test_it_is_local_at_first_and_listed(self, gdb):
        result = gdb(None, "show pysheeet time-zone", "show pysheeet")
        line = 'The time zone of the times that printers show is "local".'
        assert result.lines().count(line) == 2

    @pytest.mark.parametrize("zone", ["America/St_Johns", "Asia/Kolkata", "XYZ-5:45", None])
    def test_local_is_the_zone_of_this_gdb(self, gdb, build, file_of, zone):
        path = file_of("regular")
        result = gdb(build("file_status.c"), "break stop", "run", "print st", args=[path], env={"TZ": zone})
        expected = stat_1(path, TZ=zone)
        (block,) = blocks(result.out)
        for label in ("Access", "Modify", "Change"):
            assert block[label] == expected[label]

    def test_utc_by_setting_and_for_one_command(self, gdb, build, file_of):
        result = gdb(
            build("file_status.c"),
            "break stop",
            "run",
            "with pysheeet time-zone utc -- print st",
            "print st",
            "set pysheeet time-zone utc",
            "print st",
            "show pysheeet time-zone",
            args=[file_of("regular")],
            env={"TZ": "XYZ-5:45"},
        )
        times = [block["Access"] for block in blocks(result.out)]
        utc, local = "2019-12-28 15:53:17.123456789 +0000", "2019-12-28 21:38:17.123456789 +0545"
        assert times == [utc, local, utc]
        assert result.lines()[-1].endswith('is "utc".')

    def test_a_wrong_zone_is_one_line_and_changes_nothing(self, gdb):
        result = gdb(None, "set pysheeet time-zone nonsense", "set pysheeet time-zone", "show pysheeet time-zone")
        assert result.err.splitlines() == [
            'Undefined item: "nonsense".',
            "Requires an argument. Valid arguments are local, utc.",
        ]
        assert result.out == 'The time zone of the times that printers show is "local".\n'

    def test_tab_completes(self, gdb, build, terminal):
        result = gdb(None, "complete set pysheeet time-zone ", "complete set pysheeet ti")
        assert result.lines() == [
            "set pysheeet time-zone local",
            "set pysheeet time-zone utc",
            "set pysheeet time-zone",
        ]
        session = terminal(build("file_status.c"))
        session.send("set pysheeet time-zone u\t")
        session.expect("utc")
        session.ask("")
        assert '"utc"' in session.ask("show pysheeet time-zone")


class TestCollection:
    def test_disable_and_enable(self, gdb, build, file_of):
        result = gdb(
            build("file_status.c"),
            "break stop",
            "run",
            "disable pretty-print global sp",
            "print st",
            "info pretty-print",
            "enable pretty-print global sp",
            "disable pretty-print global sp;stat$",
            "print st",
            "print stx",
            args=[file_of("regular")],
        )
        assert re.search(r"^\d\d printers disabled$", result.out, re.M)
        assert re.search(r"\n  sp \[disabled\]\n(    \w+\n)*    stat\n    statvfs\n    statx\n", result.out)
        assert re.search(r"^\$1 = \{st_dev = ", result.out, re.M)
        assert re.search(r"^\$2 = \{st_dev = ", result.out, re.M)
        assert re.search(r"^\$3 = \{\n    Size: 298 ", result.out, re.M)
        assert "1 printer disabled\n" in result.out

    def test_it_can_be_removed_as_the_article_does(self, gdb, build, file_of):
        remove = "python\nfor p in gdb.pretty_printers:\n  if p.name == 'sp':\n    gdb.pretty_printers.remove(p)\nend"
        script = file_of("regular").with_suffix(".gdb")
        script.write_text(remove)
        result = gdb(
            build("file_status.c"),
            "break stop",
            "run",
            f"source {script}",
            "info pretty-print",
            "print st",
            f"source {PACK}",
            "print st",
        )
        assert result.err == ""
        shown = result.out[result.out.index("global pretty-printers:") :]
        assert "  sp\n" not in shown
        assert "$1 = {st_dev = " in shown
        assert "$2 = {\n    Size: " in shown
