"""examples/demo.sh: each section shows its command at work, and a section that fails is told."""

import re
import subprocess

import pytest
from conftest import ROOT, environment

DEMO = ROOT / "examples" / "demo.sh"

# What a section must show besides the commands typed.
SHOWN = {
    "tp": [r"^fib @ fib\.cpp:3\n\tn\(int: 3\) \[4\]$", r"^Tracepoint 'fib' Count: 5$"],
    "graph": [r"^ +\| fib\(n=3\) \{$", r"^ +[\d.]+ \w+ \| \} = 3; /\* fib \*/$"],
    "prof": [r"^fib\(int\) @ fib\.cpp:3\n\tn: 3 \[int\]\n\tCost: 0\.\d+$", r"^ +5 .* fib\(int\)$"],
    "dj": [r'^  "user": "Zoë",$', r'^  "id": 9007199254740993,$', r'^  "plan": null$'],
    "dm": [r"^-rw------- 1 \S+ +\S+ +[1-9]\d{3,} .*stack.*\.bin$"],
    "pl": [r"\bdouble sum = 0;$", r"\bdouble mean\(const std::vector<Reading>& readings\)$"],
    "sf": [r"^#0 .*mean \(readings=", r"^#1 .*main \(\)", r"^  readings = ", r"^  sum = 33\.5$"],
    "stat": [r"^    Size: [1-9]\d{3,} .* File Type: regular file$", r"^  Access: \(0.../-rwx"],
}


def demo(*arguments, **changes):
    return subprocess.run(
        [DEMO, "--no-setup", *arguments],
        env=environment(**changes),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
        timeout=120,
    )


@pytest.mark.parametrize("section", SHOWN)
def test_a_section_shows_its_command_at_work(section):
    done = demo(section)
    assert done.returncode == 0, done.stdout
    for pattern in SHOWN[section]:
        assert re.search(pattern, done.stdout, re.MULTILINE), f"{pattern}\n{done.stdout}"


def test_in_the_c_locale_json_is_shown_as_well():
    done = demo("dj", LC_ALL="C")
    assert done.returncode == 0, done.stdout
    assert '"user": "Zoë"' in done.stdout


def test_there_are_no_other_sections():
    done = demo("nosuch")
    assert done.returncode == 2
    listed = done.stdout.rsplit("the sections are:", 1)[1].split()
    assert sorted(listed) == sorted(SHOWN)


def test_a_section_that_fails_is_named_and_fails_the_demo():
    done = demo("tp", "prof", PYSHEEET_GDB="false")
    assert done.returncode == 1
    assert done.stdout.endswith("demo.sh: these sections failed: tp prof\n")
