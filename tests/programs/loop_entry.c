/* Functions that get back to where gdb's breakpoint is without being called. */
#include <stdio.h>

#include "counted_first.h"

#if defined(__GNUC__) && !defined(__clang__)
#define KEPT __attribute__((noipa))
#else
#define KEPT __attribute__((noinline))
#endif

static volatile int sink;

/* Optimised, its entry is the head of its loop. */
KEPT void at_entry(int n)
{
    do {
        sink++;
    } while (--n);
}

/* Not optimised, the breakpoint is some way into the loop. */
KEPT void inside(int n)
{
    do {
        enter(&sink);
    } while (--n);
}

static inline int in_a_copy(int n)
{
    do {
        sink++;
    } while (--n);
    return sink;
}

static inline int inlined_twice(int n)
{
    enter(&sink);
    return n + sink;
}

KEPT int host(int n)
{
    int sum = 0;
    for (int i = 1; i <= n; i++)
        sum += in_a_copy(i);
    return inlined_twice(sum);
}

int main(void)
{
    enter(&sink);
    at_entry(5);
    at_entry(1);
    at_entry(3);
    inside(4);
    inside(1);
    sink += host(3);
    printf("%d\n", sink);
    return 0;
}
