// Calls that end in every way a call can end. The argument says which.
#include <csetjmp>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <pthread.h>
#include <stdexcept>
#include <unistd.h>

static jmp_buf target;
volatile int sink;

__attribute__((noinline)) int work(int n)
{
    sink = n;
    return n + 1;
}

__attribute__((noinline)) int thrower(int n)
{
    if (n > 0)
        throw std::runtime_error("thrown");
    return work(n);
}

__attribute__((noinline)) int jumper(int n)
{
    if (n > 0)
        longjmp(target, 1);
    return work(n);
}

__attribute__((noinline)) int leaver(int n)
{
    if (n > 0)
        exit(n);
    return work(n);
}

__attribute__((noinline)) int tail(int n)
{
    sink = n * 2;
    return work(n + 1);
}

static int (*volatile through)(int) = work;

__attribute__((noinline)) int tail_through_pointer(int n)
{
    sink = n * 2;
    return through(n + 1);
}

__attribute__((noinline)) void *thread_leaver(void *argument)
{
    if (argument)
        pthread_exit(argument);
    sink = 1;
    return nullptr;
}

__attribute__((noinline)) int middle(int n, int (*call)(int))
{
    int result = call(n);
    sink = result;
    return result + 1;
}

int main(int argc, char **argv)
{
    const char *how = argc > 1 ? argv[1] : "";
    int result = 0;
    if (!strcmp(how, "throw")) {
        for (int i = 0; i < 3; i++) {
            try {
                result += middle(i % 2, thrower);
            } catch (const std::exception &e) {
                usleep(20000);
                result += 10;
            }
        }
    } else if (!strcmp(how, "longjmp")) {
        for (volatile int i = 0; i < 3; i = i + 1) {
            if (setjmp(target) == 0)
                result += middle(i % 2, jumper);
            else
                usleep(20000);
        }
    } else if (!strcmp(how, "exit")) {
        result += middle(0, leaver);
        middle(7, leaver);
    } else if (!strcmp(how, "tail")) {
        result = tail(1) + tail(2) + tail_through_pointer(3) + work(4);
    } else if (!strcmp(how, "thread")) {
        pthread_t thread;
        for (int i = 0; i < 2; i++) {
            pthread_create(&thread, nullptr, thread_leaver, i ? &thread : nullptr);
            pthread_join(thread, nullptr);
        }
    }
    printf("result %d\n", result);
    return 0;
}
