// Threads whose calls overlap: naps of known length, and recursion at the same time.
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <time.h>
#include <vector>

__attribute__((noinline)) int nap(int milliseconds)
{
    timespec time{milliseconds / 1000, milliseconds % 1000 * 1000000L};
    while (nanosleep(&time, &time) != 0) {
    }
    return milliseconds;
}

__attribute__((noinline)) int depth(int n)
{
    return n == 0 ? 0 : 1 + depth(n - 1);
}

int main(int argc, char **argv)
{
    int longest = argc > 1 ? atoi(argv[1]) : 400;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; i++)
        threads.emplace_back([=] { nap(longest >> (3 - i)); depth(10 * (i + 1)); });
    for (auto &thread : threads)
        thread.join();
    printf("done\n");
}
