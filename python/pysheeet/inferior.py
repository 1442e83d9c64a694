"""gdb's state as plain values."""

import functools
import os
import re
import sys

import gdb

from pysheeet import native

_COLOURS = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")

_prompts = 0
_was_unlimited = None  # gdb's output at the last prompt; None while nobody looks
_first_pipes = set()  # what gdb was started with, by a build tool or an editor


def target_kind():
    """What the selected inferior is: "none", "native", "core", "remote", or "replay"."""
    connection = getattr(gdb.selected_inferior(), "connection", None)
    if connection is None:
        return "none"
    if connection.type == "native":
        return "native" if gdb.selected_inferior().pid else "none"
    if connection.type == "core":
        return "core"
    if connection.type in ("remote", "extended-remote"):
        return "remote" if gdb.selected_inferior().pid else "none"
    return "replay"


def is_live():
    """Whether there is a program that can run on: no core file, no bare executable."""
    return target_kind() in ("native", "remote", "replay")


def core_path():
    """The path of the core file that is debugged; gdb.error if gdb doesn't tell."""
    # Only the text of `info files` has it, absolute, whatever directory gdb has changed to since.
    text = gdb.execute("info files", to_string=True)
    found = re.search(
        r"^Local core dump file:\n\t`(.*?)', file type [\w-]+\.$", text, re.MULTILINE | re.DOTALL
    )
    if found is None:
        raise gdb.error("gdb does not tell where the core file is")
    return found.group(1)


def is_styled():
    """Whether output may carry colour: a terminal that can, `style enabled`, and no NO_COLOR."""
    # While gdb's output goes elsewhere (`pipe`, execute(to_string=True)), it has no limits; where it
    # never has any, a script may be what captures it.
    is_redirected = _is_unlimited() and (
        not _was_unlimited or is_called_by_script() or bool(_pipes_to_others() - _first_pipes)
    )
    is_wanted = bool(gdb.parameter("style enabled")) and not os.environ.get("NO_COLOR")
    is_able = os.environ.get("TERM", "dumb") not in ("", "dumb")
    return os.isatty(1) and is_able and is_wanted and not is_redirected


def styled(words, style):
    """words in one of gdb's styles (`show style variable`), if output may carry colour."""
    if not is_styled():
        return words
    colour = str(gdb.parameter(f"style {style} foreground"))
    codes = [str(30 + _COLOURS.index(colour))] if colour in _COLOURS else []
    codes += {"bold": ["1"], "dim": ["2"]}.get(gdb.parameter(f"style {style} intensity"), [])
    return f"\x1b[{';'.join(codes)}m{words}\x1b[m" if codes else words


def register():
    """Remember from each prompt whether the user has set `width' and `height' to unlimited."""
    global _was_unlimited, _first_pipes
    if _was_unlimited is None:
        _was_unlimited = _is_unlimited()
        _first_pipes = _pipes_to_others()
        gdb.events.before_prompt.connect(_note_limits)


def is_called_by_script():
    """Whether Python code of somebody else runs the command of ours that asks."""
    frame = sys._getframe()
    while frame.f_back is not None:
        frame = frame.f_back
    return frame.f_globals.get("__name__") != "pysheeet.command"


def typed_line():
    """The line that the user gave last, "" for Enter alone; None if gdb has not read it so."""
    # gdb 13 has no gdb.parameter() of this one that tells the truth.
    if " off" in gdb.execute("show editing", to_string=True):
        return None
    import ctypes

    try:
        # A gdb with a readline of its own inside may have loaded another one that is idle.
        symbols = ctypes.CDLL(None)
        reader = ctypes.c_char_p.in_dll(symbols, "rl_readline_name").value
        line = ctypes.c_char_p.in_dll(symbols, "rl_line_buffer").value
    except (OSError, ValueError):
        return None
    return line.decode("utf-8", "surrogateescape") if reader == b"gdb" and line is not None else None


def prompts():
    """How often gdb has asked for a command so far; 0 in batch."""
    return _prompts


def _note_limits():
    global _was_unlimited, _prompts
    _was_unlimited = _is_unlimited()
    _prompts += 1


def _is_unlimited():
    return gdb.parameter("width") is None and gdb.parameter("height") is None


def _pipes_to_others():
    """The pipes that gdb can write to and others read; gdb's `pipe` command makes one."""
    written, read = set(), set()
    folder = "/proc/self/fd"
    for number in os.listdir(folder) if os.path.isdir(folder) else ():
        path = f"{folder}/{number}"
        try:
            pipe, mode = os.readlink(path), os.lstat(path).st_mode
        except OSError:
            continue
        if pipe.startswith("pipe:"):
            if mode & 0o200 and int(number) > 2:
                written.add(pipe)
            if mode & 0o400:
                read.add(pipe)
    return written - read


def output(command, from_tty=False):
    """What a command prints, as text; bytes outside gdb's character set stay as lone surrogates."""
    return text_of(lambda: gdb.execute(command, from_tty, to_string=True))


def text_of(read):
    """The text that a function gets from gdb; bytes outside its character set as lone surrogates."""
    try:
        return read()
    except UnicodeDecodeError as error:
        return error.object.decode("utf-8", "surrogateescape")


def field_names(kind):
    """The names of a type's fields; none where gdb can't tell them in its character set."""
    try:
        return [field.name for field in kind.fields()]
    except UnicodeDecodeError:
        return []


_is_paged = os.isatty(1)  # gdb pages nothing else


def write_unpaged(text):
    """Write what the running program's probes have to say: the pager would hold the program up."""
    if _is_paged and gdb.parameter("pagination"):
        gdb.execute("set pagination off")
        try:
            gdb.write(text)
        finally:
            gdb.execute("set pagination on")
    else:
        gdb.write(text)


def displayed_file(symtab):
    """A source file's name, safe for a terminal, as `set filename-display` wants it."""
    shown = gdb.parameter("filename-display")
    if shown == "absolute":
        return native.escape(text_of(symtab.fullname))
    name = text_of(lambda: symtab.filename)
    return native.escape(os.path.basename(name) if shown == "basename" else name)


def frame_name(frame):
    """The name of a frame's function, safe for a terminal, whatever bytes it has."""
    return native.escape(text_of(frame.name) or "??")


def frame_place(frame):
    """FILE:LINE of a frame; the library's or program's name where there is no debug information, and
    the address where there is no code that gdb knows."""
    sal = frame.find_sal()
    if sal.symtab is not None:
        return f"{displayed_file(sal.symtab)}:{sal.line}"
    pc = frame.pc()
    module = text_of(lambda: gdb.solib_name(pc))
    if module is None and (text_of(frame.name) is not None or _is_in_program(pc)):
        module = text_of(lambda: gdb.current_progspace().filename)
    return native.escape(module or hex(pc))


def _is_in_program(pc):
    program = text_of(lambda: gdb.current_progspace().filename)
    sections = _program_sections(gdb.selected_inferior().pid, program)
    return any(start <= pc < end for start, end in sections)


@functools.lru_cache(maxsize=1)
def _program_sections(_pid, _program):
    """[(start, end)] of the program's own sections, by `info files`: those without `in FILE`."""
    # A core's segments come before them, and look alike.
    about = output("info files").partition("\nLocal exec file:\n")[2]
    found = re.findall(r"^\t(0x\w+) - (0x\w+) is \S+$", about, re.M)
    return [(int(start, 16), int(end, 16)) for start, end in found]


def format_value(value, **options):
    """value as `print` shows it; `<error: …>` where it can't be, whatever a printer raises."""
    try:
        return text_of(lambda: value.format_string(**options)) or _without_failed_printer(value, options)
    except KeyboardInterrupt:
        raise
    except Exception as error:  # a pretty-printer may raise anything
        return f"<error: {error}>"


def _without_failed_printer(value, options):
    """The value by its fields if its printer raises: gdb tells that, and then shows nothing."""
    printer = gdb.default_visualizer(value)
    if not hasattr(printer, "to_string"):
        return ""
    try:
        printer.to_string()
    except Exception:  # what it was, gdb has told
        return text_of(lambda: value.format_string(raw=True, **options))
    return ""  # what it makes of the value
