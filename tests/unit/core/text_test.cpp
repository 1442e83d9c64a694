#include "core/text.h"

#include "catch.h"

using pysheeet::escape;
using pysheeet::utf8_sequence_length;
using namespace std::string_view_literals;

TEST_CASE("escape leaves readable text alone") {
  CHECK(escape("fib(int) @ a.cpp:3") == "fib(int) @ a.cpp:3");
  CHECK(escape("grün 木 😀 \\n") == "grün 木 😀 \\n");
  CHECK(escape("") == "");
}

TEST_CASE("escape shows control characters") {
  CHECK(escape("a\nb\tc\rd") == "a\\nb\\tc\\rd");
  CHECK(escape("\x1b[31m") == "\\e[31m");
  CHECK(escape("a\0b"sv) == "a\\x00b");
  CHECK(escape("\x7f") == "\\x7f");
  // U+009B, the one-character form of ESC [, is two bytes in UTF-8.
  CHECK(escape("\xc2\x9b") == "\\x9b");
}

TEST_CASE("escape shows what reorders text") {
  CHECK(escape("a\u202eb") == "a\\u{202e}b");
  CHECK(escape("\u2066\u061c") == "\\u{2066}\\u{061c}");
}

TEST_CASE("escape shows bytes that are no UTF-8") {
  CHECK(escape("\xff") == "\\xff");
  CHECK(escape("\xe4 l") == "\\xe4 l");
  CHECK(escape("\xed\xa0\x80") == "\\xed\\xa0\\x80");  // a surrogate
  CHECK(escape("\xc0\xaf") == "\\xc0\\xaf");           // an overlong slash
}

TEST_CASE("utf8_sequence_length follows RFC 3629") {
  CHECK(utf8_sequence_length("") == 0);
  CHECK(utf8_sequence_length("a") == 1);
  CHECK(utf8_sequence_length("\xc3\xa4") == 2);
  CHECK(utf8_sequence_length("\xc3") == 0);
  CHECK(utf8_sequence_length("\xe2\x82\xac") == 3);
  CHECK(utf8_sequence_length("\xf0\x9f\x98\x80") == 4);
  CHECK(utf8_sequence_length("\xf4\x90\x80\x80") == 0);
  CHECK(utf8_sequence_length("\xe0\x80\x80") == 0);
}
