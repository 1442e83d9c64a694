/* Each POSIX struct, filled as the calls that have one fill it; or, with a second argument,
   with that byte; or, with a third, ends by a signal. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/netlink.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <pwd.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/statvfs.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/utsname.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

struct timespec ts, moment, before, now_marker;
struct timeval tv;
struct itimerval timer;
struct itimerspec timer_spec;
struct tm broken_down;

union {
    struct sockaddr any;
    struct sockaddr_in6 in6;
    struct sockaddr_un un;
} address;
struct sockaddr *any = &address.any;
struct sockaddr_in in;
struct sockaddr_in6 in6;
struct sockaddr_un un, abstract, unnamed;
struct sockaddr_nl nl;
struct sockaddr_storage storage;
struct in_addr in_address;
struct in6_addr in6_address;
struct addrinfo info, *found;
struct iovec vectors[2];
struct msghdr message;

sigset_t set, full_set;
const sigset_t *set_pointer = &set;
struct sigaction action;
siginfo_t child, sent, queued;

struct pollfd fds[2];
struct epoll_event event;
struct rlimit limit;
struct rusage usage;
struct flock file_lock;
struct dirent entry;
struct statvfs file_system;
struct termios terminal;
struct winsize window;
struct utsname system_name;
struct passwd user, *root;
struct group the_group;

pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER, recursive, robust;
pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
pthread_once_t once = PTHREAD_ONCE_INIT;

struct nested {
    int first;
    struct timespec at;
    struct sockaddr_in peer;
    const struct timespec *pointer;
    pthread_mutex_t lock;
} nested;

__attribute__((noinline)) void stop(void)
{
    __asm__ volatile("");
}

static void handler(int number)
{
    (void)number;
}

static void *worker(void *argument)
{
    pthread_setname_np(pthread_self(), "holder");
    pthread_mutex_lock(&mutex);
    pthread_mutex_lock(&recursive);
    pthread_mutex_lock(&recursive);
    pthread_mutex_lock(&robust);
    pthread_rwlock_wrlock(&rwlock);
    stop();
    return argument;
}

static void done(void)
{
}

static void fill_times(void)
{
    ts.tv_sec = 1;
    ts.tv_nsec = 500000000;
    moment.tv_sec = 1577548397;
    moment.tv_nsec = 123456789;
    before.tv_sec = -1;
    before.tv_nsec = 750000000;
    now_marker.tv_nsec = UTIME_NOW;
    tv.tv_sec = 1577548397;
    tv.tv_usec = 123456;
    timer.it_value.tv_sec = 10;
    timer.it_interval.tv_usec = 250000;
    timer_spec.it_interval.tv_sec = 3;
    localtime_r(&moment.tv_sec, &broken_down);
    nested.at = moment;
    nested.pointer = &moment;
}

static void fill_addresses(void)
{
    in.sin_family = AF_INET;
    in.sin_port = htons(8080);
    inet_pton(AF_INET, "192.0.2.33", &in.sin_addr);
    in_address = in.sin_addr;
    nested.peer = in;
    in6.sin6_family = AF_INET6;
    in6.sin6_port = htons(443);
    in6.sin6_scope_id = 2;
    inet_pton(AF_INET6, "fe80::1234", &in6.sin6_addr);
    in6_address = in6.sin6_addr;
    address.in6 = in6;
    un.sun_family = abstract.sun_family = unnamed.sun_family = AF_UNIX;
    strcpy(un.sun_path, "/run/a \"b\"\033[31m");
    strcpy(abstract.sun_path + 1, "hidden");
    nl.nl_family = AF_NETLINK;
    nl.nl_pid = 77;
    nl.nl_groups = 5;
    memcpy(&storage, &in6, sizeof in6);
    struct addrinfo hints;
    memset(&hints, 0, sizeof hints);
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV;
    getaddrinfo("127.0.0.1", "80", &hints, &found);
    info = *found;
    vectors[0].iov_base = (void *)"hello\n";
    vectors[0].iov_len = 6;
    vectors[1].iov_base = (void *)"0123456789012345678901234567890123456789";
    vectors[1].iov_len = 40;
    message.msg_name = &in;
    message.msg_namelen = sizeof in;
    message.msg_iov = vectors;
    message.msg_iovlen = 2;
    message.msg_flags = MSG_TRUNC | MSG_DONTWAIT;
}

static void fill_signals(void)
{
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGRTMIN + 1);
    sigfillset(&full_set);
    sigdelset(&full_set, SIGKILL);
    memset(&action, 0, sizeof action);
    action.sa_handler = handler;
    action.sa_mask = set;
    action.sa_flags = SA_RESTART | SA_RESETHAND;
    /* Taken, not handled: a debugger would stop at it. */
    sigset_t taken;
    sigemptyset(&taken);
    sigaddset(&taken, SIGUSR1);
    sigprocmask(SIG_BLOCK, &taken, NULL);
    union sigval value;
    value.sival_ptr = NULL;
    value.sival_int = 42;
    sigqueue(getpid(), SIGUSR1, value);
    sigwaitinfo(&taken, &queued);
    memset(&sent, 0, sizeof sent);
    sent.si_signo = SIGSEGV;
    sent.si_code = SEGV_ACCERR;
    sent.si_addr = (void *)0x1234;
    memset(&child, 0, sizeof child);
    child.si_signo = SIGCHLD;
    child.si_code = CLD_KILLED;
    child.si_pid = 100;
    child.si_status = SIGKILL;
}

static void fill_files(const char *path)
{
    fds[0].fd = 3;
    fds[0].events = POLLIN | POLLOUT;
    fds[0].revents = POLLHUP;
    fds[1].fd = -1;
    event.events = EPOLLIN | EPOLLET;
    event.data.u64 = 5;
    limit.rlim_cur = 1024;
    limit.rlim_max = RLIM_INFINITY;
    getrusage(RUSAGE_SELF, &usage);
    file_lock.l_type = F_WRLCK;
    file_lock.l_whence = SEEK_END;
    file_lock.l_start = -10;
    file_lock.l_pid = 4;
    entry.d_ino = 12;
    entry.d_reclen = 32;
    entry.d_type = DT_DIR;
    strcpy(entry.d_name, "sub\n");
    statvfs(path, &file_system);
    int terminal_fd = posix_openpt(O_RDWR | O_NOCTTY);
    tcgetattr(terminal_fd, &terminal);
    window.ws_row = 24;
    window.ws_col = 80;
    uname(&system_name);
    root = getpwuid(0);
    user = *root;
    static char *members[] = {(char *)"alice", (char *)"b:ob\033", NULL};
    the_group.gr_name = (char *)"wheel";
    the_group.gr_passwd = (char *)"x";
    the_group.gr_gid = 10;
    the_group.gr_mem = members;
}

#define EACH(DO)                                                                                    \
    DO(ts) DO(tv) DO(timer) DO(timer_spec) DO(broken_down) DO(address.any) DO(in) DO(in6) DO(un)    \
    DO(nl) DO(storage) DO(in_address) DO(in6_address) DO(info) DO(vectors) DO(message) DO(set)      \
    DO(action) DO(child) DO(fds) DO(event) DO(limit) DO(usage) DO(file_lock) DO(entry)              \
    DO(file_system) DO(terminal) DO(window) DO(system_name) DO(user) DO(the_group) DO(recursive)    \
    DO(rwlock) DO(cond) DO(once)

int main(int argc, char *argv[])
{
    if (argc > 3)
        abort();
    if (argc > 2) {
#define FILL(VARIABLE) memset(&VARIABLE, (int)strtol(argv[2], NULL, 0), sizeof VARIABLE);
        EACH(FILL)
        stop();
        return 0;
    }
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutex_init(&recursive, &attributes);
    pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_ERRORCHECK);
    pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    pthread_mutex_init(&robust, &attributes);
    fill_times();
    fill_addresses();
    fill_signals();
    fill_files(argc > 1 ? argv[1] : ".");
    pthread_once(&once, done);
    pthread_t thread;
    pthread_create(&thread, NULL, worker, NULL);
    pthread_join(thread, NULL);
    return 0;
}
