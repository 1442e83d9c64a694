"""Times, lengths of time, timers and broken-down times."""

from pysheeet.printers.struct import StructPrinter


class Timespec(StructPrinter):
    name = "timespec"
    tags = ("timespec", "__timespec64", "timespec64", "__kernel_timespec")
    required = {"tv_sec": (), "tv_nsec": ()}


class Timeval(StructPrinter):
    name = "timeval"
    tags = ("timeval", "__timeval64", "timeval64")
    required = {"tv_sec": (), "tv_usec": ()}


class Itimerval(StructPrinter):
    name = "itimerval"
    tags = ("itimerval",)
    required = {f"{m}.{unit}": () for m in ("it_interval", "it_value") for unit in ("tv_sec", "tv_usec")}


class Itimerspec(StructPrinter):
    name = "itimerspec"
    tags = ("itimerspec",)
    required = {f"{m}.{unit}": () for m in ("it_interval", "it_value") for unit in ("tv_sec", "tv_nsec")}


class Tm(StructPrinter):
    name = "tm"
    tags = ("tm",)
    required = {
        **dict.fromkeys(("tm_sec", "tm_min", "tm_hour", "tm_mday", "tm_mon", "tm_year"), ()),
        **dict.fromkeys(("tm_wday", "tm_yday", "tm_isdst"), ()),
        "tm_gmtoff": ("__tm_gmtoff",),
    }
    strings = {"tm_zone": ("__tm_zone",)}


PRINTERS = [Timespec, Timeval, Itimerval, Itimerspec, Tm]
