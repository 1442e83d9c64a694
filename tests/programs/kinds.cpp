// Constructors and destructors of which the compiler makes several kinds, and thunks.
#include <cstdio>

#include "counted_first.h"

#if defined(__GNUC__) && !defined(__clang__)
#define KEPT __attribute__((noipa))
#else
#define KEPT __attribute__((noinline))
#endif

static volatile int counts[4];

struct First {
    virtual ~First() {}
    virtual int first() = 0;
};

struct Second {
    virtual ~Second() {}
    KEPT virtual int second(int n) { return n; }
};

struct Both : First, Second {
    KEPT Both() { enter(&counts[0]); }
    KEPT ~Both() override { enter(&counts[1]); }
    KEPT int first() override { return 1; }
    KEPT int second(int n) override
    {
        enter(&counts[2]);
        return n + 1;
    }
};

struct Shared {
    int value = 1;
};

struct Diamond : virtual Shared {
    KEPT Diamond() { enter(&counts[3]); }
};

KEPT int use(First *first, Second *second) { return first->first() + second->second(2); }

KEPT int operator""_twice(unsigned long long n) { return 2 * static_cast<int>(n); }

int main()
{
    auto first = [](int n) { return n + entered; };
    auto second_one = [](long n) { return n + entered; };
    Both *both = new Both;
    int sum = use(both, both);
    delete static_cast<First *>(both);
    Second *second = new Both;
    delete second;
    {
        Both local;
    }
    Diamond diamond;
    sum += diamond.value + 3_twice + first(0) + static_cast<int>(second_one(0));
    std::printf("count Both::Both() %d\ncount Both::~Both() %d\n", counts[0], counts[1]);
    std::printf("count Both::second(int) %d\ncount Diamond::Diamond() %d\n", counts[2], counts[3]);
    return sum - 11;
}
