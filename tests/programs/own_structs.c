/* Structs of a program's own under the names of POSIX ones. */
struct timespec {
    double tv_sec;
    long tv_nsec;
} ts = {1.5, 2};

struct sockaddr {
    int sa_family;
} any = {2};

typedef struct {
    int size;
    const char *name;
} sigset_t;
sigset_t set = {3, "set"};

typedef struct {
    int owner;
} pthread_mutex_t;
pthread_mutex_t mutex = {1};

typedef struct {
    int done;
} pthread_once_t;
pthread_once_t once = {1};

typedef struct {
    int si_signo, si_code;
    struct {
        int pid;
    } _sifields;
} siginfo_t;
siginfo_t info = {1, 2, {3}};

struct passwd {
    const char *pw_name;
    int pw_uid;
} user = {"x", 1};

struct dirent {
    int d_ino, d_reclen, d_type;
    const char *d_name;
} entry = {1, 2, 3, "name"};

union in_addr {
    int s_addr;
    long long more;
} address = {1};

struct rlimit {
    unsigned char rlim_cur[8], rlim_max[8];
} limit = {"a", "b"};

__attribute__((noinline)) void stop(void)
{
    __asm__ volatile("");
}

int main(void)
{
    stop();
    return 0;
}
