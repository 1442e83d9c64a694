// JSON text in every kind of string, and what a hostile or broken program may hold.
#include <array>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/mman.h>

// Too long for a string to keep it inside itself.
#define TEXT "{\"k\":[\"\u00e4\",1],\"long\":\"long enough\"}"
#define JOIN2(prefix, text) prefix##text
#define JOIN(prefix, text) JOIN2(prefix, text)

std::string text = TEXT;
const std::string constant = "  " TEXT "  ";
volatile int changed = 1;
std::string *pointer = &text;
std::string *const *pointer_to_pointer = &pointer;
std::string &reference = text;
std::string brief = "[1]";
std::string empty;
std::string_view view = text;
std::unique_ptr<std::string> unique = std::make_unique<std::string>(TEXT);
std::shared_ptr<const std::string> shared = std::make_shared<std::string>(TEXT);
std::weak_ptr<const std::string> weak = shared;
std::weak_ptr<std::string> weak_expired = std::make_shared<std::string>(TEXT);
std::weak_ptr<std::string> weak_empty;
std::unique_ptr<char[]> unique_array(new char[64]);
struct Deleter {
    long uses = 7;
    void operator()(std::string *held) const { delete held; }
};
std::unique_ptr<std::string, Deleter> unique_counted(new std::string(TEXT));
std::unique_ptr<std::string> unique_null;
std::unique_ptr<std::pair<std::vector<int>, std::vector<int>>> unique_ints(
    new std::pair<std::vector<int>, std::vector<int>>);
std::optional<std::string> optional = TEXT;
std::optional<std::string> optional_empty;
std::optional<std::string_view> optional_view = view;
std::vector<char> chars(text.begin(), text.end());
std::vector<unsigned char> bytes(text.begin(), text.end());
std::vector<std::byte> std_bytes(sizeof TEXT - 1);
std::vector<int> ints(3);
std::array<char, 64> array{TEXT};
std::array<char, 3> array_full{'[', '1', ']'};
char buffer[64] = TEXT;
char buffer_full[3] = {'[', '1', ']'};
char lines[2][64] = {TEXT, "2"};
char *null_pointer;
const char *literal = TEXT;
const unsigned char *unsigned_literal = reinterpret_cast<const unsigned char *>(TEXT);
signed char signed_buffer[] = "[1]";
std::wstring wide = JOIN(L, TEXT);
std::u16string utf16 = JOIN(u, TEXT);
std::u32string utf32 = JOIN(U, TEXT);
std::wstring wide_brief = L"[1]";
const wchar_t *wide_literal = JOIN(L, TEXT);
const char16_t *utf16_literal = JOIN(u, TEXT);
char32_t utf32_buffer[64] = JOIN(U, TEXT);
std::u16string half_pair = u"[\"ab\xd83d\"]";
std::u32string no_character = U"[1]";
struct Derived : std::string {
    explicit Derived(const char *s) : std::string(s) {}
};
struct Tagged {
    int tag;
};
struct DerivedTwice : Tagged, Derived {
    DerivedTwice() : Tagged{1}, Derived(TEXT) {}
};
DerivedTwice derived;
typedef const Derived Alias;
Alias alias(TEXT);
struct Flexible {
    int size;
    char data[];
};
Flexible *flexible;

namespace mine {
struct string {
    const char *_M_p = TEXT;
    std::size_t _M_string_length = 3;
};
template <typename T> struct basic_string {
    struct {
        const T *_M_p = TEXT;
    } _M_dataplus;
    std::size_t _M_string_length = 3;
};
}
mine::string looks_like;
mine::basic_string<char> looks_alike;
int x = 1;
int *p = &x;
int calls;

// The article's dj takes a string only when its type is printed as std::SOMETHING::string.
namespace std {
namespace named {
typedef std::string string;
}
}
std::named::string article_text = "{\"foo\": \"FOO\",\"bar\": \"BAR\"}";
std::named::string article_long;
std::named::string article_repeated = "\"" + std::string(150, 'a') + "\"";
std::named::string article_bell = "[\"\a\"]";
std::named::string article_nul = std::string("[1,\0 2]", 7);
std::named::string article_latin1 = "[\"gr\xfcn\"]";
std::named::string article_utf8 = "[\"gr\u00fcn\"]";
std::named::string article_twice = "{\"b\":1,\"a\":2,\"b\":3}";
std::named::string article_numbers = "[9007199254740993,18446744073709551616,1E400,0.10,-0]";
std::named::string article_nan = "[NaN]";
std::named::string article_broken = "{\n  \"a\": 1,\n  \"b\" 2\n}";

std::string hostile = "{\"\u202e\":\"\x7f\u009b31m \\u001b[31m\"}";
std::string hostile_broken = "[\"\x1b[31m\u009b\u202e\"]";
std::string broken_utf8 = "[\"\u00e4\", x]";
std::string marked = "\ufeff[1]";
std::string deep(100000, '[');
std::string huge;
std::string corrupt = TEXT;
std::string corrupt_pointer = TEXT;
char big_buffer[100000] = TEXT;
const char *unterminated;

struct Reply {
    int status;
    std::string body;
};

__attribute__((noinline)) std::string f()
{
    ++calls;
    return TEXT;
}

__attribute__((noinline)) std::string brief_reply()
{
    ++calls;
    return "[1]";
}

__attribute__((noinline)) Reply reply()
{
    ++calls;
    return {200, "[2]"};
}

__attribute__((noinline)) int stop(const std::string &by_reference, std::string &&moved,
                                   std::string_view by_view, const char *by_pointer,
                                   std::string by_value)
{
    asm volatile("" : : "r"(&by_reference), "r"(&moved), "r"(by_view.data()), "r"(by_pointer),
                 "r"(&by_value) : "memory");
    return static_cast<int>(by_value.size());
}

static void prepare()
{
    std::memcpy(unique_array.get(), TEXT, sizeof TEXT);
    std::memcpy(std_bytes.data(), TEXT, sizeof TEXT - 1);
    flexible = static_cast<Flexible *>(std::calloc(1, sizeof *flexible + 64));
    std::memcpy(flexible->data, TEXT, sizeof TEXT);
    no_character[1] = static_cast<char32_t>(0x110000);
    article_long = "[";
    for (int i = 0; i < 100; ++i)
        article_long += "\"item " + std::to_string(i) + "\",";
    article_long += "0]";
    huge = "[";
    for (int i = 0; i < 400000; ++i)
        huge += "{\"id\":" + std::to_string(i) + ",\"s\":\"text\"},";
    huge += "0]";
    char *pages = static_cast<char *>(
        mmap(nullptr, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    std::memset(pages, ' ', 4096);
    munmap(pages + 4096, 4096);  // a debugger reads what is only protected
    unterminated = pages + 4000;
}

int main()
{
    prepare();
    changed = static_cast<int>(f().size() + brief_reply().size() + reply().body.size());
    stop(text, std::string(TEXT), view, literal, text);
    return 0;
}
