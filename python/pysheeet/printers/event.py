"""What poll(2) and epoll_wait(2) wait for."""

from pysheeet.printers.struct import StructPrinter


class Pollfd(StructPrinter):
    name = "pollfd"
    tags = ("pollfd",)
    required = {"fd": (), "events": (), "revents": ()}


class EpollEvent(StructPrinter):
    name = "epoll_event"
    tags = ("epoll_event",)
    required = {"events": (), "data.u64": (), "data.fd": ()}


PRINTERS = [Pollfd, EpollEvent]
