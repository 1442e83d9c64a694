// What conditions and probes stumble over.
#include <cstdio>
#include <map>
#include <string>

struct Shift {
    int n;
};

__attribute__((noinline)) int operator<<(Shift shift, int n)
{
    return shift.n + n;
}

__attribute__((noinline)) int by_flag(const bool &flag)
{
    return flag ? 1 : 2;
}

__attribute__((noinline)) int variable_length(int n)
{
    volatile int values[n];
    values[0] = n;
    return values[0]; // array here
}

__attribute__((noinline)) int with_map(const std::map<int, std::string> &map)
{
    return static_cast<int>(map.size());
}

int main()
{
    int sum = 0;
    for (int i = 0; i < 4; i++)
        sum += by_flag(i % 2) + (Shift{i} << i);
    sum += variable_length(5) + with_map({{1, "one"}});
    printf("%d\n", sum);
    return 0;
}
