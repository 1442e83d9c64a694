"""struct stat, stat64 and statx, as stat(1) shows a file."""

from pysheeet.printers.struct import StructPrinter


def _times(member, *letters):
    # Without POSIX.1-2008 (feature_test_macros(7)) the members are st_atime and, by the C library,
    # one of two for the nanoseconds.
    paths = {}
    for letter in letters:
        whole = member.format(letter)
        paths[f"{whole}.tv_sec"] = (f"{whole}e",)
        paths[f"{whole}.tv_nsec"] = (f"{whole}ensec", f"{whole}e_nsec")
    return paths


class Stat(StructPrinter):
    name = "stat"
    tags = ("stat", "stat64")
    required = {
        **dict.fromkeys(("st_mode", "st_size", "st_ino", "st_dev", "st_nlink", "st_uid", "st_gid"), ()),
        **_times("st_{}tim", "a", "m", "c"),
    }
    optional = dict.fromkeys(("st_rdev", "st_blksize", "st_blocks"), ())


class Statx(StructPrinter):
    name = "statx"
    tags = ("statx",)
    required = dict.fromkeys(
        (
            *("stx_mask", "stx_mode", "stx_size", "stx_ino", "stx_nlink", "stx_uid", "stx_gid"),
            *(f"stx_{t}time.tv_{unit}" for t in "amcb" for unit in ("sec", "nsec")),
        ),
        (),
    )
    optional = dict.fromkeys(
        (
            *("stx_blocks", "stx_blksize", "stx_attributes", "stx_attributes_mask", "stx_mnt_id"),
            *("stx_dev_major", "stx_dev_minor", "stx_rdev_major", "stx_rdev_minor"),
        ),
        (),
    )


PRINTERS = [Stat, Statx]
