# The one file to source: source /path/to/gdbinit/pysheeet.gdb
python
def _pysheeet_source():
    import os
    import sys

    # gdb does not tell a script its own path, but holds it open while it reads it.
    here = None
    try:
        held = sorted(map(int, os.listdir("/proc/self/fd")), reverse=True)
    except OSError as error:
        raise gdb.GdbError("pysheeet: can't find its own directory without /proc: %s" % error) from None
    for fd in held:
        try:
            path = os.readlink("/proc/self/fd/%d" % fd)
        except OSError:
            continue
        if os.path.basename(path) == "pysheeet.gdb" and os.path.isfile(path):
            here = os.path.dirname(path)
            break
    if here is None:
        raise gdb.GdbError("pysheeet: source this as a file, so that it finds its own directory")
    package = os.path.join(os.path.dirname(here), "python")
    if not os.path.isdir(os.path.join(package, "pysheeet")):
        raise gdb.GdbError("pysheeet: %s has no pysheeet; source this file where it was, or a link to it" % package)
    if package not in sys.path:
        sys.path.insert(0, package)
    import pysheeet

    pysheeet.register()


try:
    _pysheeet_source()
except gdb.GdbError as error:
    # An error would end a ~/.gdbinit here, and show a traceback.
    try:
        gdb.write("%s\n" % error, gdb.STDERR)
    except UnicodeError:  # a path that the locale has no letters for
        gdb.write("%s\n" % str(error).encode("ascii", "backslashreplace").decode(), gdb.STDERR)
finally:
    del _pysheeet_source
end
