// A vector that holds rubbish until its constructor runs, seen at the function's entry and before.
#include <string>
#include <vector>

__attribute__((noinline)) void dirty_stack()
{
    volatile unsigned long rubbish[512];
    for (unsigned long i = 0; i < 512; i++)
        rubbish[i] = 0x5a0000000000 + i * 64;
}

__attribute__((noinline)) int uses_vector(int n)
{
    int unset;
    std::vector<std::string> names;
    for (int i = 0; i < n; i++)
        names.push_back("x");
    unset = n;
    return static_cast<int>(names.size()) + unset;
}

int main()
{
    dirty_stack();
    return uses_vector(2) == 4 ? 0 : 1;
}
