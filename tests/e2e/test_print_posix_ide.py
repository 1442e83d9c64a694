"""The POSIX structs through MI: the members, as if there were no printer."""

import re

import pytest
from test_print_stat_ide import children, mi


@pytest.mark.parametrize("variable", ["ts", "in", "storage", "*found", "set", "queued", "user", "mutex", "nested"])
def test_mi_has_the_members(build, variable):
    program = build("posix_structs.c")
    commands = [f'-var-create v * "{variable}"', "-var-list-children --all-values v"]
    _, plain = mi(program, *commands)
    _, _, pretty, again = mi(program, "-enable-pretty-printing", *commands, commands[1])
    assert children(plain)
    for record in (pretty, again):
        assert list(children(record)) == list(children(plain))


def test_mi_has_the_members_of_anonymous_unions(build):
    commands = ["-var-create v * usage", "-var-list-children --all-values v", "-var-list-children --all-values v.2_anonymous"]
    _, children_plain, inner_plain = mi(build("posix_structs.c"), *commands)
    _, _, children_pretty, inner = mi(build("posix_structs.c"), "-enable-pretty-printing", *commands)
    names = [re.findall(r'child=\{name="([^"]*)"', record) for record in (children_plain, children_pretty)]
    assert names[0] == names[1]
    assert list(children(inner)) == list(children(inner_plain)) == ["ru_maxrss", "__ru_maxrss_word"]


def test_mi_updates_a_number_with_a_text(build):
    """One that has a printer, and no members."""
    records = mi(
        build("posix_structs.c"),
        "-enable-pretty-printing",
        "-var-create v * once",
        "-var-list-children v",
        "-gdb-set var once=0",
        "-var-update --all-values v",
    )
    assert re.search(r'value="2 \(done\)"', records[1])
    assert 'numchild="0"' in records[2]
    assert 'value="0 (not called yet)"' in records[4]


def test_mi_evaluates_to_the_text(build):
    (record,) = mi(build("posix_structs.c"), "-data-evaluate-expression ts")
    assert record == '^done,value="1.5 s"'
