"""The system's name, its users and groups."""

from pysheeet.printers import memory
from pysheeet.printers.struct import StructPrinter

_MEMBERS_SHOWN = 20


class Utsname(StructPrinter):
    name = "utsname"
    tags = ("utsname",)
    buffers = {
        **dict.fromkeys(("sysname", "nodename", "release", "version", "machine"), ()),
        "domainname": ("__domainname",),
    }


class Passwd(StructPrinter):
    name = "passwd"
    tags = ("passwd",)
    required = {"pw_uid": (), "pw_gid": ()}
    strings = dict.fromkeys(("pw_name", "pw_passwd", "pw_gecos", "pw_dir", "pw_shell"), ())


class Group(StructPrinter):
    name = "group"
    tags = ("group",)
    required = {"gr_gid": ()}
    strings = {"gr_name": (), "gr_passwd": ()}
    pointers = {"gr_mem": ()}

    def add(self, value, members):
        # An array that ends in a null pointer. What can't be read does not end.
        addresses = memory.pointers(members["gr_mem"], _MEMBERS_SHOWN + 1) if members["gr_mem"] else [0]
        names = addresses[: addresses.index(0)] if 0 in addresses else addresses[:_MEMBERS_SHOWN]
        members["more members"] = 0 not in addresses
        for i, address in enumerate(names):
            text = memory.string(address)
            members[f"gr_mem.{i}"] = address if text is None else text


PRINTERS = [Utsname, Passwd, Group]
