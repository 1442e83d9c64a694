"""Limits, and what has been used."""

from pysheeet.printers.struct import StructPrinter


class Rlimit(StructPrinter):
    name = "rlimit"
    tags = ("rlimit", "rlimit64")
    required = {"rlim_cur": (), "rlim_max": ()}


class Rusage(StructPrinter):
    name = "rusage"
    tags = ("rusage",)
    required = dict.fromkeys(
        (
            *(f"ru_{which}.{unit}" for which in ("utime", "stime") for unit in ("tv_sec", "tv_usec")),
            *("ru_maxrss", "ru_ixrss", "ru_idrss", "ru_isrss", "ru_minflt", "ru_majflt", "ru_nswap"),
            *("ru_inblock", "ru_oublock", "ru_msgsnd", "ru_msgrcv", "ru_nsignals", "ru_nvcsw", "ru_nivcsw"),
        ),
        (),
    )


PRINTERS = [Rlimit, Rusage]
