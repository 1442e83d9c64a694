/* The program's own struct stat, which tells nothing of a file. */
#include <stdlib.h>

struct inner {
    int tv_sec;
};

#ifdef OTHER_KINDS
struct stat {
    const char *st_mode;
    double st_size;
    struct inner st_ino;
    int st_dev[2];
    unsigned st_nlink, st_uid, st_gid;
    struct inner st_atim, st_mtim, st_ctim;
};
struct stat st = {"0644", 1.5, {3}, {4, 5}, 6, 7, 8, {9}, {10}, {11}};
#elif defined SOME_MEMBERS
struct stat {
    unsigned st_mode;
    long st_size;
};
struct stat st = {0100644, 3};
#elif defined NO_MEMBERS
struct stat {
    char nothing[1];
};
struct stat st = {"x"};
#else
union stat {
    int hits;
    float rate;
};
union stat st = {42};
#endif

int main(void)
{
    return 0;
}
