// Functions, lines and types that probes meet.
#include <cstdio>
#include <string>
#include <vector>

#define KEPT __attribute__((noinline))

static volatile int one = 1;

KEPT int add(int a, int b)
{
    return a + b + one;
}

KEPT double add(double a, double b)
{
    return a + b + one;
}

template <typename T>
KEPT T twice(T value)
{
    return value + value + one;
}

static inline __attribute__((always_inline)) int inlined(int x)
{
    return x * 7 + one;
}

KEPT int by_reference(int &target, const std::string &name)
{
    target += one;
    return static_cast<int>(name.size());
}

KEPT int nested(int n)
{
    int outer = n + 1;
    std::vector<int> later_filled;
    {
        int middle = outer * 2;
        for (int i = 0; i < 1; i++) {
            int inner = middle + i;
            later_filled.push_back(inner); // the innermost line
        }
        int after = 5;
        middle += after;
    }
    return outer;
}

KEPT int counting(int n)
{
    while (n > 0)
        n -= one;
    return n;
}

struct Shape {
    virtual ~Shape() = default;
    virtual int area(int scale) const { return scale; }
};

struct Square : Shape {
    int side = 3;
    int area(int scale) const override { return side * side * scale; }
};

int main()
{
    std::string name = "na\033[31mme";
    int target = 5;
    Square square;
    const Shape &shape = square;
    long sum = add(one, 2) + static_cast<int>(add(1.5, 2.5)) + twice(4) + static_cast<int>(twice(2.5));
    sum += inlined(static_cast<int>(sum)) + by_reference(target, name) + nested(3) + counting(5);
    sum += shape.area(2);
    printf("%ld\n", sum);
    return 0;
}
