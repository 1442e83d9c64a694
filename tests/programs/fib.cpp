int fib(int n)
{
    if (n < 2) {
        return 1;
    }
    return fib(n - 1) + fib(n - 2);
}

int main(int argc, char *argv[])
{
    (void)argv;
    return fib(argc > 2 ? 36 : argc > 1 ? 20 : 3) == 0;
}
