"""struct stat through MI and DAP: the members, as if there were no printer."""

import json
import re
import subprocess

import pytest
from conftest import GDB, PACK, QUIET, environment, gdb_version


def mi(program, *commands):
    """The result records of MI commands, given to gdb stopped in stop()."""
    done = subprocess.run(
        [GDB, "-nx", "-q", "-i=mi", *QUIET, "-ex", f"source {PACK}", "-ex", "break stop", "-ex", "run", str(program)],
        input="".join(f"{command}\n" for command in (*commands, "-gdb-exit")),
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert "Traceback" not in done.stdout + done.stderr
    records = [line for line in done.stdout.splitlines() if line.startswith("^")]
    assert records.pop() == "^exit"
    return records


def children(record):
    return dict(re.findall(r'child=\{name="[^"]*",exp="([^"]*)".*?,value="((?:[^"\\]|\\.)*)"', record))


@pytest.fixture
def program(build):
    return build("file_status.c")


@pytest.mark.parametrize("variable", ["st", "st64", "stx"])
def test_mi_has_the_members(program, variable):
    commands = [f"-var-create v * {variable}", "-var-list-children --all-values v"]
    _, plain = mi(program, *commands)
    _, _, pretty, again = mi(program, "-enable-pretty-printing", *commands, commands[1])
    assert len(children(plain)) >= 15
    for record in (pretty, again):
        assert list(children(record)) == list(children(plain))
        # An aggregate's value is a placeholder, or with gdb 16 its text.
        for name, value in children(plain).items():
            assert value in ("{...}", children(record)[name]) or value.startswith("[")


def test_mi_has_the_members_inside_others(program):
    records = mi(
        program,
        "-enable-pretty-printing",
        "-var-create e * entry",
        "-var-list-children --all-values e",
        "-var-list-children --all-values e.st",
        "-var-list-children --all-values e.st.st_mtim",
        "-var-create p * pair",
        "-var-list-children --no-values p",
        "-var-list-children --all-values p.1",
    )
    assert "st_mode" in children(records[3])
    assert set(children(records[4])) == {"tv_sec", "tv_nsec"}
    assert "st_mode" in children(records[7])


def test_mi_updates_the_members(program):
    records = mi(
        program,
        "-enable-pretty-printing",
        "-var-create v * st",
        "-var-list-children --all-values v",
        "-var-evaluate-expression v",
        "-gdb-set var st.st_size=77",
        "-var-update --all-values v",
        "-var-list-children --all-values v",
        "-var-assign v.st_size 78",
        "-data-evaluate-expression st.st_size",
    )
    assert '{name="v.st_size",value="77"' in records[5]
    assert children(records[6])["st_size"] == "77"
    assert records[8] == '^done,value="78"'


def test_mi_evaluates_to_the_block(program):
    (record,) = mi(program, "-data-evaluate-expression st")
    assert record.startswith(r'^done,value="{\n    Size: ')
    assert record.endswith(r'\n}"')


class Dap:
    """A DAP session of gdb; ask() sends a request and gives the body of its response."""

    def __init__(self):
        line = [GDB, "-nx", "-q", "-i=dap", *QUIET, "-ex", f"source {PACK}"]
        self.process = subprocess.Popen(
            line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment()
        )
        self.number = 0
        self.seen = []

    def send(self, command, **arguments):
        self.number += 1
        request = {"seq": self.number, "type": "request", "command": command, "arguments": arguments}
        body = json.dumps(request).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()
        return self.number

    def read(self, wanted):
        while True:
            for message in self.seen:
                if wanted(message):
                    self.seen.remove(message)
                    return message
            header = self.process.stdout.readline()
            assert header, "gdb ended"
            self.process.stdout.readline()
            size = int(header.split(b":")[1])
            self.seen.append(json.loads(self.process.stdout.read(size)))

    def ask(self, command, **arguments):
        number = self.send(command, **arguments)
        response = self.read(lambda m: m["type"] == "response" and m["request_seq"] == number)
        assert response["success"], response
        return response.get("body", {})

    def event(self, name):
        return self.read(lambda m: m["type"] == "event" and m["event"] == name).get("body")

    def close(self):
        self.process.kill()
        self.process.communicate()


@pytest.mark.skipif(gdb_version() < 14, reason="DAP is new in gdb 14")
@pytest.mark.parametrize("variable", ["st", "stx"])
def test_dap_has_the_block_and_the_members(program, variable):
    session = Dap()
    try:
        session.ask("initialize", adapterID="pysheeet")
        launch = session.send("launch", program=str(program))
        session.event("initialized")
        session.ask("setFunctionBreakpoints", breakpoints=[{"name": "stop"}])
        session.ask("configurationDone")
        session.read(lambda m: m["type"] == "response" and m["request_seq"] == launch)
        thread = session.event("stopped")["threadId"]
        frame = session.ask("stackTrace", threadId=thread)["stackFrames"][0]["id"]
        value = session.ask("evaluate", expression=variable, frameId=frame)
        assert value["result"].startswith("{\n    Size: ")
        members = session.ask("variables", variablesReference=value["variablesReference"])["variables"]
        assert len(members) == value["namedVariables"] >= 15
        plain = mi(program, f"-var-create v * {variable}", "-var-list-children --all-values v")[1]
        assert [m["name"] for m in members] == list(children(plain))
        # In gdb's console, the block alone.
        shown = session.ask("evaluate", expression=f"print {variable}", frameId=frame, context="repl")["result"]
        assert "\n    Size: " in shown
        assert " = {st" not in shown
    finally:
        session.close()
