"""How a terminal is set, and its size."""

from pysheeet.printers.struct import StructPrinter


class Termios(StructPrinter):
    name = "termios"
    tags = ("termios",)
    required = dict.fromkeys(("c_iflag", "c_oflag", "c_cflag", "c_lflag", "c_line"), ())
    buffers = {"c_cc": ()}


class Winsize(StructPrinter):
    name = "winsize"
    tags = ("winsize",)
    required = dict.fromkeys(("ws_row", "ws_col", "ws_xpixel", "ws_ypixel"), ())


PRINTERS = [Termios, Winsize]
