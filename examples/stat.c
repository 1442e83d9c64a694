#include <stdio.h>
#include <sys/stat.h>

static long long bytes_of(const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0) {
        perror(path);
        return -1;
    }
    return st.st_size;
}

int main(int argc, char *argv[])
{
    (void)argc;
    printf("%lld\n", bytes_of(argv[0]));
    return 0;
}
