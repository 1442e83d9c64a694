// At -O2 these locals are split over registers, or gone.
#include <memory>
#include <optional>
#include <string>
#include <string_view>

volatile std::size_t sum;

__attribute__((noinline)) void pause_here()
{
    asm volatile("" : : : "memory");
}

__attribute__((noinline)) void consume(const char *first, std::size_t size)
{
    sum += static_cast<std::size_t>(*first) + size;
}

__attribute__((noinline)) void run(int skip, const char *pointer)
{
    std::string text(pointer);
    std::string_view view(pointer);
    std::optional<std::string_view> held(view);
    std::string_view part = view.substr(static_cast<std::size_t>(skip));
    std::unique_ptr<std::string> owner(new std::string(pointer));
    const std::string brief = "[1]";
    pause_here();
    consume(text.data(), text.size());
    consume(view.data(), view.size());
    consume(held->data(), held->size());
    consume(owner->data(), owner->size());
    consume(pointer, 0);
    sum += part.size() + brief.size();
}

int main(int argc, char *[])
{
    run(argc - 1, "[\"it is not brief\",\"at all\"]");
    return sum == 0;
}
