// Functions that return values of every kind, each in a way of its own (System V AMD64 ABI 3.2.3).
#include <complex>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

enum Colour { red, green = 7 };
struct Pair { int first; int second; };
struct Mixed { double weight; long count; };
struct Two { double x; double y; };
struct Large { long values[4]; };
struct Bits { unsigned low : 3; unsigned high : 20; };
struct Owner {
  explicit Owner(int n) : number(n) {}
  Owner(const Owner& other) : number(other.number) {}
  ~Owner() { number = -1; }
  int number;
};
union Either { int number; float fraction; };
struct Defaulted {
  Defaulted() = default;
  Defaulted(const Defaulted&) = default;
  ~Defaulted() = default;
  int number = 9;
};
struct Holder { Owner owner{3}; };
struct Base { virtual int kind() const { return 1; } };

template <class T> struct Outer {
  struct Inner {
    explicit Inner(T n) : number(n) {}
    Inner(const Inner& other) : number(other.number) {}
    T number;
  };
};
template <char C> struct Letter {
  explicit Letter(int n) : number(n) {}
  ~Letter() { number = C; }
  int number;
};
struct Moved {
  explicit Moved(int n) : number(n) {}
  Moved(const Moved&) = delete;
  Moved(Moved&&) = default;
  int number;
};
struct Fixed {
  Fixed(int n) : number(n) {}
  Fixed(const Fixed&) = delete;
  int number;
};
namespace {
struct Hidden {
  explicit Hidden(int n) : number(n) {}
  ~Hidden() { number = -1; }
  int number;
};
} // namespace

signed char a_char(int n) { return static_cast<signed char>(-n); }
bool a_bool(int n) { return n > 0; }
unsigned short a_short(int n) { return static_cast<unsigned short>(65535 - n); }
std::int64_t a_long(int n) { return -1234567890123 * n; }
Colour an_enum(int n) { return n > 0 ? green : red; }
float a_float(int n) { return 1.5F * static_cast<float>(n); }
double a_double(int n) { return 2.25 * n; }
long double a_long_double(int n) { return 3.125L * n; }
const char* a_text(int n) { return n > 0 ? "some text" : ""; }
int& a_reference(int& n) { return n; }
Pair a_pair(int n) { return {n, n + 1}; }
Mixed a_mixed(int n) { return {0.5 * n, n}; }
Two a_two(int n) { return {0.5 * n, 0.25 * n}; }
Large a_large(int n) { return {{n, n + 1, n + 2, n + 3}}; }
Bits a_bits(int n) { return {static_cast<unsigned>(n), 0xffu}; }
Either a_union(int n) { Either either{}; either.number = n; return either; }
std::complex<float> a_complex(int n) { return {1.0F, static_cast<float>(n)}; }
__int128 a_wide(int n) { return static_cast<__int128>(n) << 64 | 5; }
Owner an_owner(int n) { return Owner(n); }
std::string a_string(int n) { return std::string(static_cast<std::size_t>(n), 'x'); }
std::unique_ptr<int> a_unique(int n) { return std::make_unique<int>(n); }
std::pair<int, long> a_std_pair(int n) { return {n, n + 1}; }
Defaulted a_defaulted(int) { return {}; }
Holder a_holder(int) { return {}; }
Base a_base(int) { return {}; }
Outer<int>::Inner an_inner(int n) { return Outer<int>::Inner(n); }
Letter<'c'> a_letter(int n) { return Letter<'c'>(n); }
Moved a_moved(int n) { return Moved(n); }
Fixed a_fixed(int n) { return {n}; }
Hidden a_hidden(int n) { return Hidden(n); }
auto a_local(int n) {
  struct Local { int first; int second; };
  return Local{n, n + 1};
}
auto a_lambda(int n) {
  return [n] { return n; };
}
void a_nothing(int) {}

int main() {
  int n = 3;
  a_char(n), a_bool(n), a_short(n), a_long(n), an_enum(n), a_float(n), a_double(n);
  a_long_double(n), a_text(n), a_reference(n), a_pair(n), a_mixed(n), a_two(n), a_large(n);
  a_bits(n), a_union(n), a_complex(n), a_wide(n), an_owner(n), a_string(n), a_unique(n);
  a_std_pair(n), a_defaulted(n), a_holder(n), a_base(n), a_nothing(n);
  an_inner(n), a_letter(n), a_moved(n), a_fixed(n), a_hidden(n), a_local(n), a_lambda(n)();
}
