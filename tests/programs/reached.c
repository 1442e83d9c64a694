/* Variables that are declared one after the other. */
static int __attribute__((noinline)) inner(int n)
{
    int volatile kept = n;
    return kept;
}

static int __attribute__((noinline)) reach(int n)
{
    static int large[50000] = {5, 6};
    int first = n + large[0];
    first += large[1]; /* begin here */
    for (int i = 0; i < n; i++)
        first += i;
    int last = inner(first);
    return last + first;
}

int main(void)
{
    return reach(3) == reach(2);
}
