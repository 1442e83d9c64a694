/* A struct stat as the C library declares it for the given flags, filled without running. */
#include <sys/stat.h>

struct stat st = {
    .st_dev = 0xfe01,
    .st_ino = 1322071,
    .st_mode = 0100640,
    .st_nlink = 3,
    .st_uid = 0,
    .st_gid = 0,
    .st_size = 298,
    .st_blksize = 4096,
    .st_blocks = 8,
    .st_atime = 1577548397,
    .st_mtime = 1577548381,
    .st_ctime = 1577548382,
#ifdef st_atime
    .st_atim.tv_nsec = 5,
    .st_mtim.tv_nsec = 6,
    .st_ctim.tv_nsec = 7,
#else
    .st_atimensec = 5,
    .st_mtimensec = 6,
    .st_ctimensec = 7,
#endif
};

int main(void)
{
    return 0;
}
