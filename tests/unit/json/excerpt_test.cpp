#include "json/excerpt.h"

#include "catch.h"

using pysheeet::json::excerpt;
using namespace std::string_view_literals;

TEST_CASE("excerpt shows the line and a caret") {
  CHECK(excerpt("{\n  \"a\" 1\n}", 8, {}) == "  \"a\" 1\n      ^");
  CHECK(excerpt("[1", 2, {}) == "[1\n  ^");
  CHECK(excerpt("[1,\n2", 3, {}) == "[1,\n   ^");
  CHECK(excerpt("", 0, {}) == "\n^");
  CHECK(excerpt("a", 99, {}) == "a\n ^");
}

TEST_CASE("excerpt cuts a long line on both sides") {
  const std::string text = std::string(100, 'a') + "X" + std::string(100, 'b');
  CHECK(excerpt(text, 100, {.columns = 12}) == "…aaaaaXbbbb…\n      ^");
  CHECK(excerpt(text, 0, {.columns = 5}) == "aaaa…\n^");
  CHECK(excerpt(text, 201, {.columns = 8, .ascii = true}) == "...b\n    ^");
}

TEST_CASE("excerpt keeps a line that just fits") {
  CHECK(excerpt("abcdX", 4, {.columns = 12}) == "abcdX\n    ^");
}

TEST_CASE("excerpt puts the caret by the width of what is shown") {
  CHECK(excerpt("äöX", 4, {}) == "äöX\n  ^");
  CHECK(excerpt("木木X", 6, {}) == "木木X\n    ^");
  CHECK(excerpt("😀X", 4, {}) == "😀X\n  ^");
  CHECK(excerpt("e\u0301X", 3, {}) == "e\u0301X\n ^");
  CHECK(excerpt("\x1b\tX", 2, {}) == "\\e\\tX\n    ^");
  CHECK(excerpt("\xff\u202eX", 4, {}) == "\\xff\\u{202e}X\n            ^");
  CHECK(excerpt("a\0X"sv, 2, {}) == "a\\x00X\n     ^");
}

TEST_CASE("excerpt can do without characters beyond ASCII") {
  CHECK(excerpt("ä😀X", 6, {.ascii = true}) == "\\u{00e4}\\u{1f600}X\n                 ^");
}

TEST_CASE("excerpt is bounded when characters take no columns") {
  std::string text = "X";
  for (int i = 0; i < 100'000; ++i) {
    text += "\u0301";
  }
  CHECK(excerpt(text, 0, {}).size() < 1000);
  CHECK(excerpt(text, text.size(), {}).size() < 1000);
}
