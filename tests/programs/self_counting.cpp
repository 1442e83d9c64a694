// Counts its own calls in every way that calls are made, and tells them at its end: the argument
// says which way.
#include <atomic>
#include <csetjmp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <stdexcept>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

#define KEPT __attribute__((noinline))

static std::atomic<int> counts[8];
static volatile int sink;
static jmp_buf target;

static void tell(const char *name, int which) { printf("count %s %d\n", name, counts[which].load()); }

KEPT int ackermann(int m, int n)
{
    counts[0]++;
    if (m == 0)
        return n + 1;
    return n == 0 ? ackermann(m - 1, 1) : ackermann(m - 1, ackermann(m, n - 1));
}

KEPT bool is_odd(int n);
KEPT bool is_even(int n)
{
    counts[1]++;
    return n == 0 || is_odd(n - 1);
}
KEPT bool is_odd(int n)
{
    counts[2]++;
    return n != 0 && is_even(n - 1);
}

namespace names {
template <typename T>
struct Box {
    explicit Box(T value) : value_(value) { counts[3]++; }
    ~Box() { counts[4]++; }
    KEPT T operator()(T other) const
    {
        counts[5]++;
        return value_ + other;
    }
    T value_;
};
} // namespace names

KEPT void worker(int rounds)
{
    counts[0]++;
    for (int i = 0; i < rounds; i++)
        is_even(i % 5);
}

KEPT int thrower(int depth)
{
    counts[0]++;
    if (depth == 0)
        throw std::runtime_error("deep");
    return thrower(depth - 1) + 1;
}

KEPT int catcher(int depth)
{
    counts[1]++;
    try {
        return thrower(depth);
    } catch (const std::exception &) {
        return -1;
    }
}

KEPT void jumper(int depth)
{
    counts[0]++;
    if (depth == 0)
        longjmp(target, 1);
    jumper(depth - 1);
    sink = depth;
}

KEPT void jump_around(int depth)
{
    counts[1]++;
    if (setjmp(target) == 0)
        jumper(depth);
    sink = depth;
}

KEPT void handler(int)
{
    counts[0]++;
    sink = 1;
}

KEPT void raiser(int n)
{
    counts[1]++;
    raise(SIGUSR1);
    sink = n;
}

static void use_signals(bool alternate)
{
    static char stack[65536];
    stack_t other = {};
    other.ss_sp = stack;
    other.ss_size = sizeof stack;
    if (alternate)
        sigaltstack(&other, nullptr);
    struct sigaction action = {};
    action.sa_handler = handler;
    action.sa_flags = alternate ? SA_ONSTACK : 0;
    sigaction(SIGUSR1, &action, nullptr);
    for (int i = 0; i < 20; i++)
        raiser(i);
    tell("handler", 0);
    tell("raiser", 1);
}

static void use_threads()
{
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; i++)
        threads.emplace_back(worker, 20 + i);
    for (auto &thread : threads)
        thread.join();
    tell("worker", 0);
    tell("is_even", 1);
    tell("is_odd", 2);
}

static void use_names()
{
    int sum = 0;
    for (int i = 0; i < 7; i++) {
        names::Box<int> box(i);
        std::function<int(int)> call = std::cref(box);
        sum += call(i);
    }
    sink = sum;
    tell("names::Box<int>::Box", 3);
    tell("names::Box<int>::~Box", 4);
    tell("names::Box<int>::operator()", 5);
}

static void use_fork()
{
    for (int i = 0; i < 3; i++) {
        is_even(i);
        fflush(stdout);
        if (fork() == 0) {
            is_even(4);
            _exit(0);
        }
        wait(nullptr);
    }
    tell("is_even", 1);
    tell("is_odd", 2);
}

int main(int argc, char **argv)
{
    std::string how = argc > 1 ? argv[1] : "recursion";
    if (how == "recursion") {
        sink = ackermann(2, 2);
        tell("ackermann", 0);
    } else if (how == "mutual") {
        sink = is_even(17);
        tell("is_even", 1);
        tell("is_odd", 2);
    } else if (how == "threads") {
        use_threads();
    } else if (how == "exceptions") {
        for (int i = 0; i < 6; i++)
            catcher(i);
        tell("thrower", 0);
        tell("catcher", 1);
    } else if (how == "longjmp") {
        for (int i = 0; i < 6; i++)
            jump_around(i);
        tell("jumper", 0);
        tell("jump_around", 1);
    } else if (how == "signals") {
        use_signals(false);
    } else if (how == "altstack") {
        use_signals(true);
    } else if (how == "names") {
        use_names();
    } else if (how == "fork") {
        use_fork();
    }
}
