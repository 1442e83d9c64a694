/* Structs whose layout depends on the word size, with values of their own: the program is not run. */
#define _GNU_SOURCE
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>

struct timespec ts = {.tv_sec = 1577548397, .tv_nsec = 5};
struct timeval tv = {2, 500000};
struct itimerval timer = {{1, 0}, {3, 0}};
sigset_t set = {{1 << 1 | 1 << 14}};
struct sigaction action = {.sa_flags = SA_RESTART};
siginfo_t info = {.si_signo = SIGSEGV, .si_code = SEGV_MAPERR};
struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = 0x901f};
struct iovec vectors[2] = {{(void *)"abc", 3}, {(void *)"de", 2}};
struct msghdr message = {.msg_name = &in, .msg_namelen = sizeof in, .msg_iov = vectors, .msg_iovlen = 2};
struct epoll_event event = {EPOLLIN, {.u64 = 7}};
struct rlimit limit = {100, RLIM_INFINITY};
pthread_mutex_t mutex = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
pthread_rwlock_t rwlock = PTHREAD_RWLOCK_WRITER_NONRECURSIVE_INITIALIZER_NP;
pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
pthread_once_t once = PTHREAD_ONCE_INIT;

int main(void)
{
    return 0;
}
