"""GDB extension pack for C and C++ on Linux: the list of what it registers."""

import glob
import importlib
import os
import sys

import gdb

# Each of these modules has a function register().
MODULES = [
    "pysheeet.inferior",
    "pysheeet.settings",
    "pysheeet.commands.dj",
    "pysheeet.commands.dm",
    "pysheeet.commands.pl",
    "pysheeet.commands.prof",
    "pysheeet.commands.sf",
    "pysheeet.commands.tp",
    "pysheeet.printers",
]

_BUILD_COMMAND = "gdbinit/setup.sh"


def register():
    """Make the commands, settings and printers known to gdb; once more is harmless."""
    home = os.path.dirname(os.path.abspath(__file__))
    root = os.path.dirname(os.path.dirname(home))
    native = _load_native(home, root)
    try:
        for name in MODULES:
            importlib.import_module(name).register()
    except AttributeError as error:
        if getattr(error, "obj", None) is not native:
            raise
        # The Python files are newer, as after an update.
        raise gdb.GdbError(f"pysheeet: the compiled module is out of date ({error}); {_remedy(root)}") from None


def _remedy(root):
    """What to do about a compiled module that does not fit."""
    import shlex

    setup = os.path.join(root, _BUILD_COMMAND)
    if not os.path.exists(setup):
        return "install pysheeet again"
    return f"build it with {shlex.quote(setup)}"


def _load_native(home, root):
    """Put the compiled module's directory on the package's path and load it.

    Installed, it lies in the package; in the source tree, the newest build is taken.
    """
    found = glob.glob(os.path.join(home, "native.*.so"))
    for preset in ("release", "dev"):
        found += glob.glob(os.path.join(root, "build", preset, "gdbext", "native.*.so"))
    if not found:
        raise gdb.GdbError(f"pysheeet: the compiled module is missing; {_remedy(root)}")
    tag = f".{sys.implementation.cache_tag}-"
    fitting = [path for path in found if tag in os.path.basename(path)]
    if not fitting:
        built_for = os.path.basename(found[0]).split(".")[1]
        raise gdb.GdbError(
            f"pysheeet: the compiled module is for {built_for}, and gdb's Python is "
            f"{sys.version_info[0]}.{sys.version_info[1]}; {_remedy(root)}"
        )
    newest = os.path.dirname(max(fitting, key=os.path.getmtime))
    if newest not in __path__:
        __path__.append(newest)
    try:
        return importlib.import_module("pysheeet.native")
    except ImportError as error:
        reason = str(error).split("\n")[0]
        raise gdb.GdbError(f"pysheeet: the compiled module does not load: {reason}; {_remedy(root)}") from None
