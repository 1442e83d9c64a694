// A function whose frame is aligned anew in each call, so that its arguments have no fixed place.
#include <alloca.h>

volatile char *sink;

__attribute__((noinline)) int realigned(int n, double x)
{
    alignas(128) volatile char buffer[128];
    sink = buffer;
    return n + static_cast<int>(x);
}

__attribute__((noinline)) int at_depth(int bytes)
{
    sink = static_cast<volatile char *>(alloca(static_cast<unsigned long>(bytes)));
    return realigned(bytes, bytes / 2.0);
}

int main()
{
    int sum = 0;
    for (int bytes = 8; bytes < 400; bytes += 24)
        sum += at_depth(bytes);
    return sum == 0;
}
