/* Threads that are interrupted by a timer wherever they are. Slow timers, so that the time which gdb
 * takes for a stop does not consist of signals alone. */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>

static volatile int alarms, visits, sink;

__attribute__((noinline)) void on_alarm(int number)
{
    __atomic_add_fetch(&alarms, 1, __ATOMIC_RELAXED);
    sink = number;
}

__attribute__((noinline)) void visit(int n)
{
    __atomic_add_fetch(&visits, 1, __ATOMIC_RELAXED);
    sink = n;
}

static void *work(void *unused)
{
    for (int i = 0; i < 300; i++)
        visit(i);
    return unused;
}

int main(void)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_alarm;
    action.sa_flags = SA_RESTART;
    sigaction(SIGALRM, &action, NULL);
    struct itimerval often = {{0, 5000}, {0, 5000}}, never = {{0, 0}, {0, 0}};
    setitimer(ITIMER_REAL, &often, NULL);
    pthread_t threads[2];
    for (int i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, work, NULL);
    work(NULL);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    setitimer(ITIMER_REAL, &never, NULL);
    printf("count visit %d\ncount on_alarm %d\n", visits, alarms);
    return 0;
}
