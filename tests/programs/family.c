/* A parent and a child that call the same function. */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int __attribute__((noinline)) member(int who)
{
    int volatile kept = who;
    return kept;
}

int main(void)
{
    pid_t child = fork();
    if (child == 0)
        _exit(member(3));
    int status = 0;
    waitpid(child, &status, 0);
    member(1);
    printf("child %d\n", WEXITSTATUS(status));
    return 0;
}
