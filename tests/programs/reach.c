// Locals for sf that are not set yet, in loops and in calling frames, and arrays too large to read.
int sink;
static int large[100000] = {1, 2, 3};
static char text[100000] = "large";

__attribute__((noinline)) static int called(int n)
{
    int result = n + 1; // at the declaration
    sink = result;      // in the call
    return result;
}

int main(void)
{
    int (*numbers)[100000] = &large, first = 1;
    int sum = 0; // before sum
    for (int i = 0; i < 3; i++) { // the loop
        sink = i;                 // in the loop
        int twice = called(i) + i;
        sum += twice; // behind twice
    }
    static int kept = 5;
    int local[100000];
    local[0] = called(sum); // with local
    int last = local[0] + (*numbers)[0] + text[0] + first;
    return last + kept == 0;
}
