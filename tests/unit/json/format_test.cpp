#include "json/format.h"

#include <unistd.h>

#include <clocale>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "catch.h"

using pysheeet::json::FormatOptions;
using pysheeet::json::JsonError;
using namespace std::string_view_literals;

namespace {

class Pieces final : public pysheeet::json::Sink {
 public:
  void write(std::string_view piece) override { pieces.emplace_back(piece); }
  void checkpoint() override { ++checkpoints; }
  std::string text() const {
    std::string all;
    for (const std::string& piece : pieces) {
      all += piece;
    }
    return all;
  }

  std::vector<std::string> pieces;
  int checkpoints = 0;
};

std::string formatted(std::string_view text, const FormatOptions& options = {}) {
  Pieces out;
  pysheeet::json::format(text, options, out);
  return out.text();
}

struct Refusal {
  std::size_t offset;
  std::string message;
  bool operator==(const Refusal&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Refusal& refusal) {
  return out << refusal.offset << " \"" << refusal.message << '"';
}

// How a text is refused; nothing may have been written then.
Refusal refused(std::string_view text, const FormatOptions& options = {}) {
  Pieces out;
  try {
    pysheeet::json::format(text, options, out);
  } catch (const JsonError& error) {
    CHECK(out.pieces.empty());
    return {error.offset(), error.what()};
  }
  return {0, "accepted as " + out.text()};
}

}  // namespace

TEST_CASE("format has jq's layout") {
  CHECK(formatted(R"({"foo": "FOO","bar": "BAR"})") == R"({
  "foo": "FOO",
  "bar": "BAR"
}
)");
  CHECK(formatted(R"({"a":[],"b":{},"c":[1,[2,{"d":[null]}],true]})") == R"({
  "a": [],
  "b": {},
  "c": [
    1,
    [
      2,
      {
        "d": [
          null
        ]
      }
    ],
    true
  ]
}
)");
}

TEST_CASE("format takes a scalar, and white space around a value") {
  CHECK(formatted(" \t\r\n42 \n") == "42\n");
  CHECK(formatted("false") == "false\n");
  CHECK(formatted("null") == "null\n");
  CHECK(formatted("\"\"") == "\"\"\n");
}

TEST_CASE("format keeps the order and the repetition of keys") {
  CHECK(formatted(R"({"z":1,"a":2,"z":3,"":4})") ==
        "{\n  \"z\": 1,\n  \"a\": 2,\n  \"z\": 3,\n  \"\": 4\n}\n");
}

TEST_CASE("format keeps the spelling of numbers") {
  const std::string spelling =
      GENERATE(as<std::string>{}, "0", "-0", "-1", "1.0", "0.10", "-0.0", "1E5", "1e+05", "1e-7",
               "1E400", "-1e99999", "1e-400", "9007199254740993", "18446744073709551615",
               "18446744073709551616", "-9223372036854775808", "-9223372036854775809",
               "3.14159265358979323846264338327950288", "100000000000000000000000000000000000000");
  CHECK(formatted(spelling) == spelling + "\n");
  CHECK(formatted("[" + spelling + "]") == "[\n  " + spelling + "\n]\n");
}

TEST_CASE("format keeps a number longer than a piece") {
  const std::string digits(200'000, '7');
  CHECK(formatted(digits) == digits + "\n");
}

TEST_CASE("format writes a point whatever the locale's decimal point is") {
  // No locale but C need be installed: this makes one, from the character map of package locales.
  namespace fs = std::filesystem;
  const fs::path home = fs::temp_directory_path() / ("pysheeet-" + std::to_string(getpid()));
  fs::create_directory(home);
  std::ofstream(home / "source") << "LC_NUMERIC\ndecimal_point \",\"\nthousands_sep \"\"\n"
                                    "grouping -1\nEND LC_NUMERIC\n";
  const std::string make = "cd " + home.string() +
                           " && localedef -c -i source -f ANSI_X3.4-1968 --no-archive ./comma"
                           " >log 2>&1";
  (void)std::system(make.c_str());  // it warns of the categories that are not there
  setenv("LOCPATH", home.c_str(), 1);
  const bool is_set = std::setlocale(LC_NUMERIC, "comma") != nullptr;
  const std::string point = std::localeconv()->decimal_point;
  const std::string printed = is_set ? formatted("[1.50e3, 2.5]") : "";
  std::setlocale(LC_NUMERIC, "C");
  unsetenv("LOCPATH");
  fs::remove_all(home);
  REQUIRE(is_set);
  CHECK(point == ",");
  CHECK(printed == "[\n  1.50e3,\n  2.5\n]\n");
}

TEST_CASE("format leaves UTF-8 as it is") {
  CHECK(formatted("\"grün 木 😀 \u00a0\"") == "\"grün 木 😀 \u00a0\"\n");
  CHECK(formatted(R"("\u00e4 \ud83d\ude00 \/")") == "\"ä 😀 /\"\n");
}

TEST_CASE("format escapes what a terminal would act on") {
  CHECK(formatted(R"("\"\\\b\f\n\r\t")") == R"("\"\\\b\f\n\r\t")"
                                            "\n");
  CHECK(formatted(R"("\u0000\u0007\u001b[31m")") == "\"\\u0000\\u0007\\u001b[31m\"\n");
  CHECK(formatted("\"\x7f \xc2\x9b \u202e \u2066 \u2028 \u061c\"") ==
        "\"\\u007f \\u009b \\u202e \\u2066 \\u2028 \\u061c\"\n");
  CHECK(formatted("{\"\u202e\":1}") == "{\n  \"\\u202e\": 1\n}\n");
}

TEST_CASE("format colours keys, strings and null") {
  CHECK(formatted(R"({"a":["b",null,1]})", {.styled = true}) ==
        "{\n  \x1b[34;1m\"a\"\x1b[0m: [\n    \x1b[32m\"b\"\x1b[0m,\n    \x1b[90mnull\x1b[0m,\n"
        "    1\n  ]\n}\n");
}

TEST_CASE("format writes pieces that are whole UTF-8") {
  std::string text = "\"a";
  while (text.size() < 500'000) {
    text += "ä木😀";
  }
  text += "\"";
  Pieces out;
  pysheeet::json::format(text, {}, out);
  CHECK(out.text() == text + "\n");
  CHECK(out.pieces.size() > 3);
  for (const std::string& piece : out.pieces) {
    CHECK((static_cast<unsigned char>(piece.front()) & 0xc0) != 0x80);
    CHECK(piece.size() < 200'000);
  }
}

TEST_CASE("format calls checkpoint before it writes") {
  std::string text = "[0";
  for (int i = 0; i < 100'000; ++i) {
    text += ",0";
  }
  Pieces out;
  pysheeet::json::format(text + "]", {}, out);
  CHECK(out.checkpoints > 2);
}

TEST_CASE("format says where a text stops being JSON") {
  CHECK(refused("{\"foo\" \"FOO\"}") ==
        Refusal{7, "line 1, column 8: unexpected string literal; expected ':'"});
  CHECK(refused("{\n  \"a\": 1,\n}") ==
        Refusal{12, "line 3, column 1: unexpected '}'; expected string literal"});
  CHECK(refused("[1 22]") ==
        Refusal{3, "line 1, column 4: unexpected number literal; expected ']'"});
  CHECK(refused("[1 true]").offset == 3);
  CHECK(refused("[1 false]").offset == 3);
  CHECK(refused("[1 null ]").offset == 3);
  CHECK(refused("[1, 2").message == "line 1, column 6: unexpected end of input; expected ']'");
  CHECK(refused("[1]x") == Refusal{3, "line 1, column 4: invalid literal"});
  CHECK(refused("[1] [2]").offset == 4);
  CHECK(refused("  ").message ==
        "line 1, column 3: unexpected end of input; expected '[', '{', or a literal");
  CHECK(refused("").offset == 0);
}

TEST_CASE("format refuses what other parsers let pass") {
  CHECK(refused("NaN") == Refusal{0, "line 1, column 1: invalid literal"});
  CHECK(refused("[Infinity]").offset == 1);
  CHECK(refused("-Infinity").offset == 1);
  CHECK(refused("[1,]").offset == 3);
  CHECK(refused("01").offset == 1);
  CHECK(refused("+1").offset == 0);
  CHECK(refused("1.").offset == 2);
  CHECK(refused("'a'").offset == 0);
  CHECK(refused("/* */ 1").offset == 0);
  CHECK(refused("\"a\tb\"").message.starts_with("line 1, column 3: invalid string: control "));
  CHECK(refused(R"("\x41")").offset == 2);
  CHECK(refused("\"abc").offset == 4);
}

TEST_CASE("format counts columns in characters") {
  CHECK(refused("[\"ä木\", x]").message == "line 1, column 8: invalid literal");
}

TEST_CASE("format refuses a NUL, in a string, between tokens and behind the value") {
  CHECK(refused("\"a\0b\""sv) == Refusal{2, "line 1, column 3: NUL byte"});
  CHECK(refused("[1,\0 2]"sv) == Refusal{3, "line 1, column 4: NUL byte"});
  CHECK(refused("[1]\0"sv) == Refusal{3, "line 1, column 4: NUL byte"});
  CHECK(refused("12\0"sv) == Refusal{2, "line 1, column 3: NUL byte"});
  CHECK(refused("tr\0ue"sv) == Refusal{2, "line 1, column 3: NUL byte"});
  CHECK(refused("\0"sv).offset == 0);
  // What is wrong before it comes first.
  CHECK(refused("[1 2]\0"sv).offset == 3);
}

TEST_CASE("format says which byte is no UTF-8") {
  CHECK(refused("[\"gr\xfcn\"]") == Refusal{4, "line 1, column 5: byte 0xfc is not UTF-8"});
  CHECK(refused("\"\xe4") == Refusal{1, "line 1, column 2: byte 0xe4 is not UTF-8"});
  CHECK(refused("\"\xe6\x9c\"") == Refusal{1, "line 1, column 2: byte 0xe6 is not UTF-8"});
  CHECK(refused("\"\x80\"") == Refusal{1, "line 1, column 2: byte 0x80 is not UTF-8"});
  CHECK(refused("\"\xc0\xaf\"").offset == 1);
  CHECK(refused("\"a\xf4\x90\x80\x80\"").offset == 2);
  CHECK(refused("[1, \xff]") == Refusal{4, "line 1, column 5: byte 0xff is not UTF-8"});
}

TEST_CASE("format says where half a surrogate pair is") {
  CHECK(refused("\"ab\xed\xa0\xbd\"") == Refusal{3, "line 1, column 4: lone surrogate U+D83D"});
  CHECK(refused("\"ab\xed\xbf\xbf\"").message == "line 1, column 4: lone surrogate U+DFFF");
  CHECK(refused(R"("\ud83d")").offset > 0);
}

TEST_CASE("format bounds the depth") {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  CHECK(formatted(nested(3), {.max_depth = 3}) == "[\n  [\n    []\n  ]\n]\n");
  CHECK(refused(R"([")[\"[", [[1]]])", {.max_depth = 2}) ==
        Refusal{11, "line 1, column 12: arrays and objects nested more than 2 deep"});
  CHECK(refused(nested(100'000)).offset == 10'000);
  CHECK(refused(std::string(5'000'000, '[')).offset == 10'000);
  // Depth is not the number of arrays.
  CHECK(formatted("[[1],[2],[3]]", {.max_depth = 2}).size() > 0);
}
