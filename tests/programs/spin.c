/* Runs until its standard input ends or about a minute is over, calling turn() about a thousand times
   a second. */
#include <poll.h>
#include <stdio.h>

int __attribute__((noinline)) turn(int n)
{
    int volatile kept = n;
    return kept + 1;
}

int main(void)
{
    struct pollfd input = {0, POLLIN, 0};
    int turns = 0;
    puts("spinning");
    fflush(stdout);
    while (turns < 60000 && poll(&input, 1, 1) == 0)
        turns = turn(turns);
    printf("stopped\n");
    return 0;
}
