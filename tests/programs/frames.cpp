// Frames for sf: nested blocks, hidden names, references, statics, values that can't be read.
#include <string>
#include <vector>

struct Tree {
    int leaves;
    Tree *left;
};

volatile int sink;

__attribute__((noinline)) int look(int count, const std::string &label, Tree tree)
{
    static int calls = 7;
    int value = count + 1;
    {
        std::vector<int> value{1, 2, 3};
        sink = value[0]; // sf here
        calls++;
    }
    return value + tree.leaves + static_cast<int>(label.size());
}

__attribute__((noinline)) int hostile(const char *text)
{
    std::string broken = "x";
    *reinterpret_cast<unsigned long *>(&broken) = 8;
    sink = text[0]; // broken here
    *reinterpret_cast<const char **>(&broken) = reinterpret_cast<const char *>(&broken) + 16;
    return sink;
}

__attribute__((noinline)) int deep(int n)
{
    return n == 0 ? look(1, "leaf", Tree{2, nullptr}) : deep(n - 1) + 1;
}

int main(int argc, char **argv)
{
    return deep(argc > 1 ? 2000 : 3) + hostile("red \033[31m\302\233") == 0 && argv;
}
