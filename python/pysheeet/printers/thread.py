"""What threads wait for: mutexes, read-write locks, condition variables, once."""

import gdb

from pysheeet.printers import memory
from pysheeet.printers.struct import StructPrinter, TextPrinter

_THREAD_ID = 0x3FFFFFFF  # of a lock that the kernel knows: futex(2)


def _data(*names):
    return {f"__data.{name}": () for name in names}


def _add_owner(members, id_):
    """Add gdb's number and the name of the program's thread with that ID."""
    for thread in gdb.selected_inferior().threads():
        if id_ and thread.is_valid() and thread.ptid[1] == id_:
            members["owner.number"] = thread.num
            if thread.name is not None:
                members["owner.name"] = thread.name.encode("utf-8", "surrogateescape")


class Mutex(StructPrinter):
    name = "pthread_mutex_t"
    typedefs = ("pthread_mutex_t",)
    required = _data("__lock", "__count", "__owner", "__nusers", "__kind")

    def add(self, value, members):
        # That of a robust one that another process holds is in its lock alone.
        _add_owner(members, members["__data.__owner"] or members["__data.__lock"] & _THREAD_ID)


class Rwlock(StructPrinter):
    name = "pthread_rwlock_t"
    typedefs = ("pthread_rwlock_t",)
    required = _data("__readers", "__writers", "__cur_writer", "__shared", "__flags")

    def add(self, value, members):
        _add_owner(members, members["__data.__cur_writer"])


class Cond(StructPrinter):
    name = "pthread_cond_t"
    typedefs = ("pthread_cond_t",)
    required = _data("__wrefs", "__g1_orig_size")


class Once(TextPrinter):
    name = "pthread_once_t"
    typedefs = ("pthread_once_t",)

    @classmethod
    def of(cls, value):
        # print/x is about the number.
        if gdb.print_options().get("format"):
            return None
        try:
            number = memory.integer(value)
        except (gdb.error, RuntimeError):
            return None
        return None if number is None else cls(value, {"value": number})


PRINTERS = [Mutex, Rwlock, Cond, Once]
