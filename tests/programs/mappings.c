/* Maps memory of many kinds, writes /proc/self/maps into the file maps, stops in stopped(), and ends.
   Arguments: a directory for the files it maps and writes, then what to add: big (1 GiB, one page touched; 64 MiB shared, untouched), huge (8 TiB, untouched), dense (256 MiB,
   touched), random (the same, of bytes that do not compress), hostile (a file with such a name), abort. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096UL

void *anonymous, *shared, *forbidden, *guarded, *big;
volatile double input = 2;

void stopped(void) {}

static void *map(size_t pages, int flags, int fd)
{
    void *at = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE, flags, fd, 0);
    if (at == MAP_FAILED) {
        perror("mmap");
        exit(1);
    }
    return at;
}

static void fill(char *at, size_t size, unsigned seed)
{
    for (size_t i = 0; i < size; i++) {
        at[i] = (char)((seed = seed * 1103515245 + 12345) >> 16);
    }
}

/* A mapping of `pages` pages of a new file, of which the file then keeps `kept`. */
static void map_file(const char *name, size_t pages, size_t kept)
{
    int fd = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600);
    if (fd < 0 || ftruncate(fd, (off_t)(pages * PAGE)) != 0) {
        perror(name);
        exit(1);
    }
    fill(map(pages, MAP_SHARED, fd), pages * PAGE, (unsigned)strlen(name));
    if (ftruncate(fd, (off_t)(kept * PAGE)) != 0) {
        perror(name);
        exit(1);
    }
    close(fd);
}

static int has(int argc, char *argv[], const char *word)
{
    for (int i = 2; i < argc; i++) {
        if (strcmp(argv[i], word) == 0) {
            return 1;
        }
    }
    return 0;
}

int main(int argc, char *argv[])
{
    char *heap = malloc(100000), *line = NULL;
    size_t room = 0;
    FILE *maps, *copy;

    if (argc < 2 || chdir(argv[1]) != 0) {
        return 2;
    }
    fill(heap, 100000, 1);
    shared = map(3, MAP_SHARED | MAP_ANONYMOUS, -1);
    fill(shared, 3 * PAGE, 2);
    forbidden = map(2, MAP_PRIVATE | MAP_ANONYMOUS, -1);
    fill(forbidden, 2 * PAGE, 3);
    mprotect(forbidden, 2 * PAGE, PROT_NONE);
    guarded = map(5, MAP_PRIVATE | MAP_ANONYMOUS, -1);
    fill(guarded, 5 * PAGE, 4);
    /* MADV_GUARD_INSTALL, Linux 6.13 */
    printf("guard page: %s\n", madvise((char *)guarded + 2 * PAGE, PAGE, 102) == 0 ? "yes" : "no");
    map_file("past the end", 4, 1);
    if (has(argc, argv, "hostile")) {
        map_file("new\nline \033[31m \377", 1, 1);
        map_file("\303\274ber", 1, 1);
    }
    map_file("nothing-left", 2, 0);
    map_file("deleted", 2, 2);
    unlink("deleted");
    if (has(argc, argv, "big")) {
        big = mmap(NULL, 1UL << 30, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        madvise(big, 1UL << 30, MADV_NOHUGEPAGE);
        *((char *)big + (1UL << 29)) = 'x';
        map((64UL << 20) / PAGE, MAP_SHARED | MAP_ANONYMOUS, -1);
    }
    if (has(argc, argv, "dense")) {
        big = map((256UL << 20) / PAGE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
        memset(big, 'd', 256UL << 20);
    }
    if (has(argc, argv, "random")) {
        big = map((256UL << 20) / PAGE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
        fill(big, 256UL << 20, 5);
    }
    if (has(argc, argv, "huge")) {
        big = mmap(NULL, 1UL << 43, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    }
    printf("%g\n", cos(input));
    maps = fopen("/proc/self/maps", "r");
    copy = fopen("maps", "w");
    while (getline(&line, &room, maps) > 0) {
        fputs(line, copy);
    }
    fclose(maps);
    fclose(copy);
    printf("heap %p\n", (void *)heap);
    fflush(stdout);
    stopped();
    if (has(argc, argv, "abort")) {
        abort();
    }
    puts("done");
    return 7;
}
