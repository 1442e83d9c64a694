"""Locks on files, entries of directories, and file systems."""

from pysheeet.printers.struct import StructPrinter


class Flock(StructPrinter):
    name = "flock"
    tags = ("flock", "flock64")
    required = dict.fromkeys(("l_type", "l_whence", "l_start", "l_len", "l_pid"), ())


class Dirent(StructPrinter):
    name = "dirent"
    tags = ("dirent", "dirent64")
    required = {"d_ino": (), "d_reclen": (), "d_type": ()}
    optional = {"d_off": ()}
    buffers = {"d_name": ()}


class Statvfs(StructPrinter):
    name = "statvfs"
    tags = ("statvfs", "statvfs64")
    required = dict.fromkeys(
        (
            *("f_bsize", "f_frsize", "f_blocks", "f_bfree", "f_bavail", "f_files", "f_ffree", "f_favail"),
            *("f_fsid", "f_flag", "f_namemax"),
        ),
        (),
    )


PRINTERS = [Flock, Dirent, Statvfs]
