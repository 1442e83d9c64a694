// What optimisation makes of variables: constants, parts of structs, nothing at all.
#include <vector>

struct Settings {
    int count;
    int limit;
    const char* name;
    double scale[3];
};

__attribute__((noinline)) int called(int n)
{
    asm volatile("" : "+r"(n));
    return n;
}

template <class T>
__attribute__((noinline)) T larger(T a, const T& b)
{
    T c = a;
    if (a < b) {
        T c = b;
        return called(c) + 1;
    }
    return called(c) + 1;
}

int deep(int n)
{
    volatile int kept = n;
    if (n == 0) {
        called(n);
    } else {
        deep(n - 1);
    }
    return kept;
}

int main(int argc, char**)
{
    enum Local { kOne = 1, kTwo };
    enum class Scoped { kFirst, kSecond };
    const Local local = kTwo;
    Scoped scoped = Scoped::kSecond;
    static const int fixed = 7;
    const char newline = '\n';
    Settings settings{argc, 2, "name", {1, 2, 3}};
    int lengths[argc + 2];
    for (int i = 0; i < argc + 2; i++) {
        lengths[i] = i;
    }
    std::vector<int> numbers{1, 2, 3};
    const int* none = nullptr;
    int result = larger(settings.count, 2) + settings.limit + settings.name[0];
    result += local + int(scoped) + fixed + newline + (none != nullptr) + lengths[argc] + numbers[0];
    return called(result) > 0 ? deep(30) : 1;
}
