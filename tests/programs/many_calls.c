/* Calls leaf() as often as the argument says. */
#include <stdlib.h>

int __attribute__((noinline)) leaf(int n)
{
    int volatile kept = n;
    return kept;
}

int main(int argc, char **argv)
{
    int sum = 0;
    for (int i = 0; i < (argc > 1 ? atoi(argv[1]) : 10); i++)
        sum += leaf(i);
    return sum < 0;
}
