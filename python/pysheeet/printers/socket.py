"""Socket addresses, and what messages are made of."""

from pysheeet.printers import memory
from pysheeet.printers.struct import StructPrinter

_LONGEST_ADDRESS = 128  # sizeof(struct sockaddr_storage)
_LONGEST_NAME = 110  # sizeof(struct sockaddr_un)
_AF_UNIX, _AF_INET6 = 1, 10
_VECTORS_SHOWN = 8
_DATA_SHOWN = 33  # one more than is shown


class _Address(StructPrinter):
    name = "sockaddr"
    family = None  # the member's name

    def add(self, value, members):
        members["family"] = members[self.family]
        members["bytes"] = memory.contents(value) or b""
        members["big_endian"] = memory.byte_order() == "big"


class Sockaddr(_Address):
    name = "sockaddr"
    tags = ("sockaddr",)
    family = "sa_family"
    required = {"sa_family": ()}
    buffers = {"sa_data": ()}

    def add(self, value, members):
        super().add(value, members)
        # Functions take a pointer to this one for all the others: the longer ones go on behind it.
        size = {_AF_UNIX: _LONGEST_NAME, _AF_INET6: 28}.get(members["family"], 0)
        if value.address is not None and size > len(members["bytes"]):
            start = len(members["bytes"])
            members["bytes"] += memory.read(int(value.address) + start, size - start)


class SockaddrIn(_Address):
    name = "sockaddr_in"
    tags = ("sockaddr_in",)
    family = "sin_family"
    required = {"sin_family": (), "sin_port": (), "sin_addr.s_addr": ()}


class SockaddrIn6(_Address):
    name = "sockaddr_in6"
    tags = ("sockaddr_in6",)
    family = "sin6_family"
    required = dict.fromkeys(("sin6_family", "sin6_port", "sin6_flowinfo", "sin6_scope_id"), ())


class SockaddrUn(_Address):
    name = "sockaddr_un"
    tags = ("sockaddr_un",)
    family = "sun_family"
    required = {"sun_family": ()}
    buffers = {"sun_path": ()}


class SockaddrNl(_Address):
    name = "sockaddr_nl"
    tags = ("sockaddr_nl",)
    family = "nl_family"
    required = dict.fromkeys(("nl_family", "nl_pad", "nl_pid", "nl_groups"), ())


class SockaddrStorage(_Address):
    name = "sockaddr_storage"
    tags = ("sockaddr_storage", "__kernel_sockaddr_storage")
    family = "ss_family"
    required = {"ss_family": ()}


class _InternetAddress(StructPrinter):
    size = 0

    @classmethod
    def of(cls, value):
        return super().of(value) if value.type.sizeof == cls.size else None

    def add(self, value, members):
        members["bytes"] = memory.contents(value) or b""


class InAddr(_InternetAddress):
    name = "in_addr"
    tags = ("in_addr",)
    required = {"s_addr": ()}
    size = 4


class In6Addr(_InternetAddress):
    name = "in6_addr"
    tags = ("in6_addr",)
    # glibc's, the kernel's, musl's.
    buffers = {
        "__in6_u.__u6_addr8": ("in6_u.u6_addr8", "__in6_union.__s6_addr"),
    }
    size = 16


class Addrinfo(StructPrinter):
    name = "addrinfo"
    tags = ("addrinfo",)
    required = dict.fromkeys(("ai_flags", "ai_family", "ai_socktype", "ai_protocol", "ai_addrlen"), ())
    pointers = {"ai_addr": (), "ai_next": ()}
    strings = {"ai_canonname": ()}

    def add(self, value, members):
        _add_address(members, "address bytes", members["ai_addr"], members["ai_addrlen"])


class Iovec(StructPrinter):
    name = "iovec"
    tags = ("iovec",)
    required = {"iov_len": ()}
    pointers = {"iov_base": ()}

    def add(self, value, members):
        _add_data(members, "")


class Msghdr(StructPrinter):
    name = "msghdr"
    tags = ("msghdr",)
    required = dict.fromkeys(("msg_namelen", "msg_iovlen", "msg_controllen", "msg_flags"), ())
    pointers = dict.fromkeys(("msg_name", "msg_iov", "msg_control"), ())

    def add(self, value, members):
        _add_address(members, "name bytes", members["msg_name"], members["msg_namelen"])
        vectors = memory.pointers(members["msg_iov"], 2 * min(max(members["msg_iovlen"], 0), _VECTORS_SHOWN))
        for i in range(len(vectors) // 2):
            members[f"{i}.iov_base"], members[f"{i}.iov_len"] = vectors[2 * i : 2 * i + 2]
            _add_data(members, f"{i}.")


def _add_address(members, path, address, length):
    members["big_endian"] = memory.byte_order() == "big"
    if address and 0 < length <= _LONGEST_ADDRESS:
        content = memory.read(address, length)
        if len(content) == length:
            members[path] = content


def _add_data(members, prefix):
    size = min(max(members[f"{prefix}iov_len"], 0), _DATA_SHOWN)
    data = memory.read(members[f"{prefix}iov_base"], size) if members[f"{prefix}iov_base"] else b""
    if data:
        members[f"{prefix}data"] = data


PRINTERS = [
    *(Sockaddr, SockaddrIn, SockaddrIn6, SockaddrUn, SockaddrNl, SockaddrStorage),
    *(InAddr, In6Addr, Addrinfo, Iovec, Msghdr),
]
