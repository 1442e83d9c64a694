/* Memory as large programs have it, and a stop in stopped(). Arguments: dense MIB (touched, of bytes that do not compress), sparse MIB
   TOUCHED (2 MiB apart), reserved TIB (never touched), many COUNT (mappings of a page). */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

void *large;
size_t size;

__attribute__((noinline)) void stopped(void) { __asm__ volatile(""); }

static void fill(uint64_t *at, size_t words)
{
    static uint64_t seed = 88172645463325252;

    for (size_t i = 0; i < words; i++) {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        at[i] = seed;
    }
}

static void *map(int protection)
{
    void *at = mmap(NULL, size, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (at == MAP_FAILED) {
        perror("mmap");
        exit(1);
    }
    return at;
}

int main(int argc, char *argv[])
{
    size_t amount = argc > 2 ? strtoul(argv[2], NULL, 10) : 0;

    if (argc > 2 && strcmp(argv[1], "dense") == 0) {
        size = amount << 20;
        large = map(PROT_READ | PROT_WRITE);
        fill(large, size / 8);
    } else if (argc > 3 && strcmp(argv[1], "sparse") == 0) {
        size = amount << 20;
        large = map(PROT_READ | PROT_WRITE);
        madvise(large, size, MADV_NOHUGEPAGE);
        size_t touched = strtoul(argv[3], NULL, 10) << 20, block = 1 << 17, step = size / (touched / block);
        for (size_t at = 0; at < size; at += step) {
            fill((uint64_t *)((char *)large + at), block / 8);
        }
    } else if (argc > 2 && strcmp(argv[1], "reserved") == 0) {
        size = amount << 40;
        large = map(PROT_NONE);
    } else if (argc > 2 && strcmp(argv[1], "many") == 0) {
        size = amount << 12;
        large = map(PROT_READ | PROT_WRITE);
        fill(large, size / 8);
        for (size_t at = 0; at < size; at += 2 << 12) {
            mprotect((char *)large + at, 1 << 12, PROT_READ);
        }
    } else {
        return 2;
    }
    stopped();
    return 0;
}
