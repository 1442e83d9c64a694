/* Gives structs to the kernel, for strace to show what they hold, and keeps them for gdb. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

struct pollfd fds[2];
struct epoll_event event;
struct rlimit limit;
struct flock file_lock;
sigset_t set;
struct sigaction action;
struct sockaddr_in in;
struct sockaddr_in6 in6;
struct sockaddr_un un;
struct timespec pause_time = {0, 1000};
struct termios terminal;
struct winsize window;
struct iovec vectors[2];
struct msghdr message;

__attribute__((noinline)) void stop(void)
{
    __asm__ volatile("");
}

static void ignore(int number)
{
    (void)number;
}

int main(void)
{
    fds[0].fd = 76;
    fds[0].events = POLLIN | POLLPRI | POLLRDHUP;
    fds[1].fd = 77;
    fds[1].events = POLLOUT;
    poll(fds, 2, 0);

    event.events = EPOLLIN | EPOLLONESHOT | EPOLLET;
    event.data.u64 = 5;
    epoll_ctl(epoll_create1(0), EPOLL_CTL_ADD, 99, &event);

    limit.rlim_cur = 512;
    limit.rlim_max = RLIM_INFINITY;
    setrlimit(RLIMIT_SIGPENDING, &limit);

    file_lock.l_type = F_WRLCK;
    file_lock.l_whence = SEEK_CUR;
    file_lock.l_start = 3;
    file_lock.l_len = 9;
    fcntl(99, F_SETLK, &file_lock);

    for (int number = 1; number < 65; number += 9)
        sigaddset(&set, number);
    sigprocmask(SIG_SETMASK, &set, NULL);
    action.sa_handler = ignore;
    action.sa_mask = set;
    action.sa_flags = SA_RESTART | SA_NODEFER | SA_NOCLDSTOP;
    sigaction(SIGCHLD, &action, NULL);

    in.sin_family = AF_INET;
    in.sin_port = htons(65535);
    in.sin_addr.s_addr = htonl(0xc6336401);
    bind(99, (struct sockaddr *)&in, sizeof in);
    in6.sin6_family = AF_INET6;
    in6.sin6_port = htons(1);
    inet_pton(AF_INET6, "2001:db8::7:0:9", &in6.sin6_addr);
    bind(99, (struct sockaddr *)&in6, sizeof in6);
    un.sun_family = AF_UNIX;
    strcpy(un.sun_path, "/run/with space");
    bind(99, (struct sockaddr *)&un, offsetof(struct sockaddr_un, sun_path) + sizeof "/run/with space");

    vectors[0].iov_base = (void *)"ab\n";
    vectors[0].iov_len = 3;
    vectors[1].iov_base = (void *)"c";
    vectors[1].iov_len = 1;
    message.msg_name = &in;
    message.msg_namelen = sizeof in;
    message.msg_iov = vectors;
    message.msg_iovlen = 2;
    sendmsg(99, &message, 0);

    nanosleep(&pause_time, NULL);
    int fd = posix_openpt(O_RDWR | O_NOCTTY);
    tcgetattr(fd, &terminal);
    terminal.c_lflag &= ~(tcflag_t)(ECHO | ICANON);
    terminal.c_iflag |= IXANY;
    terminal.c_cflag = (terminal.c_cflag & ~(tcflag_t)(CSIZE | CBAUD)) | CS7 | PARENB | B115200;
    ioctl(fd, TCSETS, &terminal);
    window.ws_row = 24;
    window.ws_col = 80;
    window.ws_ypixel = 5;
    ioctl(fd, TIOCSWINSZ, &window);
    stop();
    return 0;
}
