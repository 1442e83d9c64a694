"""`set pysheeet …` and `show pysheeet …`."""

import gdb

from pysheeet import native


class _SetPrefix(gdb.Command):
    """Set what the commands of pysheeet do.
Usage: set pysheeet NAME VALUE

`show pysheeet' lists the names and their values."""

    def __init__(self):
        super().__init__("set pysheeet", gdb.COMMAND_SUPPORT, gdb.COMPLETE_NONE, True)

    def invoke(self, argument, from_tty):
        if argument:
            raise gdb.GdbError(_undefined("set", argument))
        raise gdb.GdbError('"set pysheeet" must be followed by the name of a setting.')


class _ShowPrefix(gdb.Command):
    """Show the settings of pysheeet.
Usage: show pysheeet [NAME]"""

    def __init__(self):
        super().__init__("show pysheeet", gdb.COMMAND_SUPPORT, gdb.COMPLETE_NONE, True)

    def invoke(self, argument, from_tty):
        if argument:
            raise gdb.GdbError(_undefined("show", argument))
        for setting in _settings.values():
            gdb.execute(f"show {setting.name}")


def _undefined(verb, argument):
    name = native.escape(argument)
    return f'Undefined {verb} pysheeet command: "{name}".  Try "help {verb} pysheeet".'


class Setting(gdb.Parameter):
    """A setting `pysheeet NAME` of one of gdb's own parameter kinds.

    Subclasses give `name`, `kind` (gdb.PARAM_…), `default`, `what` (a phrase for `show`) and, for
    gdb.PARAM_ENUM, `values`; their docstring is the help text.
    """

    values = None

    def __init__(self):
        self.set_doc = f"Set {self.what}."
        self.show_doc = f"Show {self.what}."
        arguments = [self.name, gdb.COMMAND_SUPPORT, self.kind]
        super().__init__(*arguments, *([self.values] if self.values else []))
        self.value = self.default

    def get_set_string(self):
        return ""

    def get_show_string(self, text):
        return f"{self.what[0].upper()}{self.what[1:]} is \"{text}\"."


_settings = {}


def add(setting_class):
    """Register a Setting once and return the object that holds its value."""
    if setting_class.name not in _settings:
        _settings[setting_class.name] = setting_class()
    return _settings[setting_class.name]


_prefixes = []


def register():
    # A prefix that is made anew has none of the settings that are there already.
    if not _prefixes:
        _prefixes.extend((_SetPrefix(), _ShowPrefix()))
