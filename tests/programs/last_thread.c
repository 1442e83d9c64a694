/* The first thread ends, and another stops in stopped(). */
#include <pthread.h>

static pthread_t first;

void stopped(void) {}

static void *last(void *unused)
{
    pthread_join(first, 0);
    stopped();
    return unused;
}

int main(void)
{
    pthread_t thread;
    first = pthread_self();
    pthread_create(&thread, 0, last, 0);
    pthread_exit(0);
}
