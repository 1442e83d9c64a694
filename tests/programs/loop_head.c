/* A function whose first statement is jumped back to: gdb's breakpoint on it lies in the loop. */
#include <stdio.h>

static volatile int steps; /* without it gcc 14 computes the result, with no loop */

int __attribute__((noinline)) count_down(int n)
{
    for (;;) {
        if (n-- <= 0)
            return n;
        steps = n;
    }
}

int main(void)
{
    printf("%d\n", count_down(4) + count_down(2) + count_down(0));
    return steps;
}
