// Ends in the way that the argument names.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cassert>
#include <csetjmp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <thread>

static volatile int *nowhere;
static sigjmp_buf after_fault;

static int overflow(int depth)
{
    volatile char frame[256] = {};
    frame[depth % 256] = static_cast<char>(depth);
    return overflow(depth + 1) + frame[0];
}

static void fault(int wanted)
{
    *nowhere = wanted;
}

static void die_again(int number)
{
    signal(number, SIG_DFL);
    raise(number);
}

static int echo()
{
    char line[100];
    while (std::fgets(line, sizeof line, stdin)) {
        std::printf("read %s", line);
    }
    return 0;
}

static int handles_its_own_faults()
{
    signal(SIGSEGV, [](int) { siglongjmp(after_fault, 1); });
    signal(SIGPIPE, SIG_IGN);
    for (volatile int i = 0; i < 3; ++i) {
        if (sigsetjmp(after_fault, 1) == 0) {
            fault(i);
        }
    }
    int ends[2];
    if (pipe(ends) != 0 || close(ends[0]) != 0 || write(ends[1], "x", 1) != -1) {
        return 9;
    }
    std::puts("survived");
    return 0;
}

static int fork_with(void (*child)(), int signal_number)
{
    if (fork() == 0) {
        child();
        _exit(0);
    }
    int status = 0;
    wait(&status);
    return WTERMSIG(status) == signal_number ? 0 : 9;
}

static int thread_faults()
{
    std::thread idle([] { pause(); });
    std::thread faulting([] { fault(5); });
    faulting.join();
    idle.join();
    return 0;
}

static int in_bounded_stack()
{
    const rlimit limit = {1 << 20, 1 << 20};
    setrlimit(RLIMIT_STACK, &limit);
    return overflow(0);
}

int main(int argc, char *argv[])
{
    const std::map<std::string, std::function<int()>> endings = {
        {"fine", [] { return 0; }},
        {"segv", [] { fault(7); return 0; }},
        {"abort", []() -> int { std::abort(); }},
        {"assert", [] { assert(nowhere != nullptr); return 0; }},
        {"throw", []() -> int { throw std::runtime_error("nobody caught me"); }},
        {"overflow", in_bounded_stack},
        {"killed", [] { return raise(SIGKILL); }},
        {"realtime", [] { return raise(SIGRTMIN + 3); }},
        {"alarm", [] { alarm(1); pause(); return 0; }},
        {"trap", [] { return raise(SIGTRAP); }},
        {"thread", thread_faults},
        {"handler", handles_its_own_faults},
        {"handler-dies", [] { signal(SIGSEGV, die_again); fault(8); return 0; }},
        {"handler-exits", [] { signal(SIGSEGV, [](int) { _exit(42); }); fault(8); return 0; }},
        {"fork", [] { return fork_with([] {}, 0); }},
        {"fork-crash", [] { return fork_with([] { fault(1); }, SIGSEGV); }},
        {"exec", [] { return execl("/bin/sh", "sh", "-c", "echo execed; exit 6", nullptr); }},
        {"echo", echo},
    };
    const std::string way = argc > 1 ? argv[1] : "fine";
    std::printf("way: %s\n", way.c_str());
    for (int i = 2; i < argc; ++i) {
        std::printf("argument: %s\n", argv[i]);
    }
    std::fflush(stdout);
    const auto found = endings.find(way);
    return found != endings.end() ? found->second() : std::atoi(way.c_str());
}
