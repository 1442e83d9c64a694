/* The status of the file named by the argument, in each struct and way of holding one. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

typedef struct stat status_t;

struct entry {
    const char *name;
    struct stat st;
    int count;
};

static const struct stat zero;
struct stat st;
struct stat64 st64;
struct statx stx;
struct stat pair[2];
struct entry entry;
const status_t *pointer = &st;

void stop(void)
{
}

static struct stat status_of(const char *path)
{
    struct stat local = zero;
    lstat(path, &local);
    stop();
    return local;
}

int main(int argc, char *argv[])
{
    const char *path = argc > 1 ? argv[1] : ".";
    if (lstat(path, &st) < 0 || lstat64(path, &st64) < 0 ||
        statx(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, STATX_ALL, &stx) < 0) {
        perror(path);
        return 1;
    }
    pair[0] = st;
    entry.name = path;
    entry.st = status_of(path);
    entry.count = 1;
    stop();
    return 0;
}
