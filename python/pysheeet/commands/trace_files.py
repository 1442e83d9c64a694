"""What tp and prof have recorded, for files and for programs."""

import os

import gdb

from pysheeet import native
from pysheeet.command import Command, Option


class Save(Command):
    """`save tp` or `save prof`."""

    command_class = gdb.COMMAND_FILES
    completer = gdb.COMPLETE_FILENAME
    options = (Option("force", help="replace a file that is there"),)

    def __init__(self, recording):
        self._recording = recording
        self.name = f"save {recording.command}"
        endings = "\n".join(f"  {ending:18} {what}" for ending, what in native.trace_formats())
        self.__doc__ = f"""Save what {recording.command} has recorded to a file, in a format by the name's ending.
Usage: save {recording.command} [-force] FILE

{endings}

A file that is there is replaced only with -force.

Example: save {recording.command} run.speedscope.json"""
        super().__init__()

    def run(self, options, operand, from_tty):
        if not operand:
            raise gdb.GdbError(f"{self.name}: which file?")
        path = path_of(operand)
        native.save_trace(self._recording.trace(), path, options.get("force", False))
        gdb.write(f"Saved to {native.escape(path)}.\n")


def path_of(text):
    """The absolute path that a user means by FILE."""
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        text = text[1:-1]
    return os.path.abspath(os.path.expanduser(text))


def add_mi(name, probes):
    """An MI command that gives what `info … -json` prints, where gdb can have such."""
    if not hasattr(gdb, "MICommand"):
        return

    class Twin(gdb.MICommand):
        def invoke(self, arguments):
            import json

            if arguments:
                raise gdb.GdbError(f"{name} takes no arguments.")
            return {probes.verb: json.loads(probes.json())}

    Twin(name)
