# Run a program under gdb in CI, and say by the exit status how it ended.
#
#   gdb -nx -batch -iex 'set debuginfod enabled off' -x examples/ci/run.gdb -ex 'quit 3' \
#       --args ./test --flags
#
#   0  the program exited with 0
#   1  the program crashed: a signal ended it
#   2  the program exited with 1, 2 or 3, which would read as one of these
#   3  we failed: no program, it can't be run, the pack is not built, an error in here
#   N  the program exited with N, for every other N
#
# The program has gdb's standard input, and standard output to itself; what is said about a crash, or
# about a status other than 0, goes to standard error. A signal that the program handles or ignores
# is its own business, and so are the processes that it forks. `-ex 'quit 3'' is for the case that
# this file is not there: gdb would exit with 0.

set confirm off
# gdb's own messages would be among the program's output. From within Python, this does not hold for
# all of them.
set logging file /dev/null
set logging redirect on
set logging enabled on

python
import os
import signal
import sys
import traceback

import gdb

OK, CRASHED, EXITED, FAILED = 0, 1, 2, 3

# If one of these ends the program, it is worth a look where it was. Any other may end it too, but
# stopping for it would slow down programs that live on it (timers, language runtimes).
LOOKED_AT = (
    *("SIGSEGV", "SIGBUS", "SIGFPE", "SIGILL", "SIGABRT", "SIGSYS", "SIGQUIT", "SIGXCPU", "SIGXFSZ"),
    *("SIGALRM", "SIGPIPE", "SIGTERM", "SIGINT", "SIGHUP", "SIGUSR1", "SIGUSR2"),
)

FRAMES = 64  # of a backtrace are shown: a stack overflow has hundreds of thousands

# gdb.STDERR is redirected too.
standard_error = open(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False)


class Failure(Exception):
    """Why we failed, as one line."""


def tell(text):
    standard_error.write(text if text.endswith("\n") else text + "\n")
    standard_error.flush()


def pack():
    """The pack's path, from that of this file: gdb does not tell it, but holds the file open."""
    for fd in os.listdir("/proc/self/fd"):
        try:
            directory = os.path.dirname(os.readlink(f"/proc/self/fd/{fd}"))
        except OSError:
            continue
        path = os.path.normpath(os.path.join(directory, "..", "..", "gdbinit", "pysheeet.gdb"))
        if os.path.basename(directory) == "ci" and os.path.exists(path):
            return path
    raise Failure("gdbinit/pysheeet.gdb is not where it was")


def prepare():
    settings = ("pagination off", "width 0", "style enabled off")
    for setting in (*settings, "follow-fork-mode parent", "detach-on-fork on"):
        gdb.execute(f"set {setting}")
    os.environ.pop("DEBUGINFOD_URLS", None)
    # This leaves out SIGTRAP, which gdb itself needs to start the program: it stops, and is not passed.
    gdb.execute("handle all nostop noprint pass")
    gdb.execute(f"handle {' '.join(LOOKED_AT)} stop print pass")
    # gdb starts the program through $SHELL, which in a container may be /sbin/nologin.
    os.environ["SHELL"] = "/bin/sh"
    if gdb.current_progspace().filename is None:
        raise Failure("no program to run; name one behind --args")
    # For the sake of a ~/.gdbinit, it tells its error and raises none.
    path = pack()
    gdb.execute(f"source {path}")
    if "pysheeet.native" not in sys.modules:
        raise Failure(f"{path} can't be loaded; setup.sh beside it builds the pack")


def resume(command):
    """Run or continue; the signal that stopped the program, or None if it ended."""
    stops = []
    gdb.events.stop.connect(stops.append)
    try:
        gdb.execute(command)
    finally:
        gdb.events.stop.disconnect(stops.append)
    if not gdb.selected_inferior().pid:
        return None
    # Of a SIGTRAP, gdb's event does not tell.
    return getattr(stops[-1], "stop_signal", "SIGTRAP")


def is_handled(name):
    """Whether the program catches or ignores the signal (proc_pid_status(5))."""
    # From a fault that could not be delivered (blocked, no stack) the kernel took the handler away.
    bit = 1 << (signal.Signals[name] - 1)
    with open(f"/proc/{gdb.selected_inferior().pid}/status", encoding="utf-8", errors="replace") as status:
        fields = dict(line.split(":", 1) for line in status)
    return bool((int(fields["SigCgt"], 16) | int(fields["SigIgn"], 16)) & bit)


def signal_text(number):
    try:
        name = signal.Signals(number).name
    except ValueError:
        name = f"signal {number}"
    return f"{name}, {signal.strsignal(number)}"


def fault_address():
    """The address of a fault, "" for a signal that somebody sent."""
    info = gdb.parse_and_eval("$_siginfo")
    if int(info["si_code"]) <= 0 or int(info["si_signo"]) not in (signal.SIGSEGV, signal.SIGBUS):
        return ""
    return f", address {int(info['_sifields']['_sigfault']['si_addr']):#x}"


def select_own_frame():
    """Select the innermost frame with source that is not of the C or C++ library."""
    frame = gdb.newest_frame()
    for _ in range(FRAMES):
        library = os.path.basename(gdb.solib_name(frame.pc()) or "")
        if frame.find_sal().symtab and not library.startswith(("libc.", "libstdc++.", "libc++")):
            frame.select()
            return
        frame = frame.older()
        if frame is None:
            return


def show(*commands):
    for command in commands:
        try:
            text = gdb.execute(command, to_string=True)
            tell(text)
            if f"\n#{FRAMES - 1} " in text:
                tell(f"(There may be more than these {FRAMES} frames.)")
        except gdb.error as error:
            tell(str(error))


def report(name, program):
    from pysheeet import native

    thread = gdb.selected_thread()
    tell(
        f"{program} crashed: {signal_text(signal.Signals[name])}{fault_address()}, "
        f"in thread {thread.num} \"{native.escape(thread.name or '')}\""
    )
    select_own_frame()
    show("frame", "info args", "info locals")
    tell(f"\nThread {thread.num}:")
    show(f"backtrace {FRAMES}")
    others = [str(t.num) for t in gdb.selected_inferior().threads() if t.num != thread.num]
    if others:
        show(f"thread apply {' '.join(others)} backtrace {FRAMES}")


def run():
    prepare()
    program = gdb.current_progspace().filename
    try:
        name = resume("run")
    except gdb.error as error:
        raise Failure(f"{program} can't be run: {error}") from None
    while name is not None:
        if not is_handled(name):
            try:
                report(name, program)
            except Exception:  # It did crash, whatever the report met.
                tell(traceback.format_exc())
            return CRASHED
        name = resume(f"signal {name}")
    ended_by = gdb.convenience_variable("_exitsignal")
    if ended_by is not None:
        tell(f"{program} crashed: {signal_text(int(ended_by))}")
        return CRASHED
    exited_with = int(gdb.convenience_variable("_exitcode"))
    if exited_with != OK:
        tell(f"{program} exited with {exited_with}")
    return EXITED if exited_with in (CRASHED, EXITED, FAILED) else exited_with


result = FAILED
try:
    result = run()
except Failure as failure:
    tell(f"run.gdb: {failure}")
except BaseException:  # Whatever it is, gdb would go on, and exit with 0.
    tell(traceback.format_exc())
finally:
    gdb.execute(f"quit {result}")
end
