#include "json/parser.h"

#include <array>
#include <cstdio>
#include <string>
#include <utility>

#include "core/text.h"
#include "json/json_error.h"

namespace pysheeet::json {

namespace {

// Accepts every value, and keeps what the parser says when it stops.
class Checker final : public Events {
 public:
  Checker(std::size_t max_depth, const std::function<void()>& checkpoint)
      : max_depth_(max_depth), checkpoint_(checkpoint) {}

  bool null() override { return token(); }
  bool boolean(bool) override { return token(); }
  bool number_integer(number_integer_t) override { return token(); }
  bool number_unsigned(number_unsigned_t) override { return token(); }
  bool number_float(number_float_t, const string_t&) override { return token(); }
  bool string(string_t&) override { return token(); }
  bool binary(binary_t&) override { return token(); }
  bool key(string_t&) override { return token(); }
  bool start_object(std::size_t) override { return enter(); }
  bool start_array(std::size_t) override { return enter(); }
  bool end_object() override { return leave(); }
  bool end_array() override { return leave(); }
  bool parse_error(std::size_t position, const std::string& last_token,
                   const nlohmann::detail::exception& error) override {
    position_ = position;
    last_token_size_ = last_token.size();
    message_ = error.what();
    return false;
  }

  bool is_too_deep() const { return depth_ > max_depth_; }
  std::size_t position() const { return position_; }
  std::size_t last_token_size() const { return last_token_size_; }
  const std::string& message() const { return message_; }

 private:
  bool token() {
    constexpr std::size_t k_tokens_between_checkpoints = 1 << 14;
    if (++tokens_ % k_tokens_between_checkpoints == 0) {
      checkpoint_();
    }
    return true;
  }
  bool enter() { return ++depth_ <= max_depth_ && token(); }
  bool leave() {
    --depth_;
    return token();
  }

  std::size_t max_depth_;
  const std::function<void()>& checkpoint_;
  std::size_t tokens_ = 0;
  std::size_t depth_ = 0;
  std::size_t position_ = 0;
  std::size_t last_token_size_ = 0;
  std::string message_;
};

// Where the bracket is that goes one deeper than max_depth. All before it is valid.
std::size_t offset_of_depth(std::string_view text, std::size_t max_depth) {
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      i += c == '\\' ? 1 : 0;
      in_string = c != '"';
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      if (++depth > max_depth) {
        return i;
      }
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return text.size();
}

// The reason in nlohmann's "[json.exception…] parse error at line 1, column 2: syntax error while
// parsing value - REASON; last read: '…'", which may quote megabytes.
std::string_view reason_in(std::string_view message) {
  constexpr std::string_view k_before = " - ";
  constexpr std::string_view k_behind = "; last read: '";
  message = message.substr(0, message.find(k_behind));
  const std::size_t at = message.find(k_before);
  return at == std::string_view::npos ? message : message.substr(at + k_before.size());
}

// How far the token that the parser did not expect reaches back from where the lexer stands.
std::size_t token_size(std::string_view reason, std::size_t last_token_size) {
  constexpr std::array<std::pair<std::string_view, std::size_t>, 3> k_literals{
      {{"unexpected true", 4}, {"unexpected false", 5}, {"unexpected null", 4}}};
  for (const auto& [begin, size] : k_literals) {
    if (reason.starts_with(begin)) {
      return size;
    }
  }
  // For other kinds of token nlohmann keeps what it read before them, too.
  const bool is_whole =
      reason.starts_with("unexpected string") || reason.starts_with("unexpected number");
  return is_whole ? last_token_size : 1;
}

std::string describe_bytes(std::string_view bytes) {
  const auto byte = [&](std::size_t i) {
    return i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0U;
  };
  std::array<char, 64> reason{};
  // UTF-16 half a pair, as it comes from a wide string or from CESU-8.
  if (byte(0) == 0xed && byte(1) >= 0xa0 && byte(1) <= 0xbf && (byte(2) & 0xc0) == 0x80) {
    const unsigned code = 0xd000 | (byte(1) & 0x3f) << 6 | (byte(2) & 0x3f);
    (void)std::snprintf(reason.data(), reason.size(), "lone surrogate U+%04X", code);
  } else {
    (void)std::snprintf(reason.data(), reason.size(), "byte 0x%02x is not UTF-8", byte(0));
  }
  return reason.data();
}

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

// The start of the invalid UTF-8 sequence that holds the byte at offset or ends before it; npos if
// there is none. The lexer stands where the sequence stopped being one.
std::size_t invalid_sequence(std::string_view text, std::size_t offset) {
  const auto is_invalid = [&](std::size_t i) {
    return i < text.size() && utf8_sequence_length(text.substr(i)) == 0;
  };
  for (std::size_t back = 1; back < 4 && back <= offset; ++back) {
    const std::size_t i = offset - back;
    if (!is_continuation(text[i])) {
      if (is_invalid(i)) {
        return i;
      }
      break;
    }
  }
  return is_invalid(offset) ? offset : std::string_view::npos;
}

[[noreturn]] void throw_error(std::string_view text, const Checker& checker) {
  const std::string_view reason = reason_in(checker.message());
  const std::size_t back = token_size(reason, checker.last_token_size());
  std::size_t offset = checker.position() - std::min(checker.position(), back);
  offset = std::min(offset, text.size());
  const std::size_t invalid = invalid_sequence(text, offset);
  if (invalid != std::string_view::npos) {
    throw JsonError(text, invalid, describe_bytes(text.substr(invalid)));
  }
  throw JsonError(text, offset, escape(reason));
}

}  // namespace

void check(std::string_view text, std::size_t max_depth, const std::function<void()>& checkpoint) {
  // nlohmann 3.11.2 takes a NUL between tokens for the end of the text.
  const std::size_t nul = text.find('\0');
  const std::string_view before_nul = text.substr(0, nul);
  Checker checker(max_depth, checkpoint);
  const bool is_json = Value::sax_parse(before_nul.begin(), before_nul.end(), &checker);
  if (checker.is_too_deep()) {
    throw JsonError(text, offset_of_depth(text, max_depth),
                    "arrays and objects nested more than " + std::to_string(max_depth) + " deep");
  }
  const bool reached_nul = is_json || checker.position() > before_nul.size();
  if (nul != std::string_view::npos && reached_nul) {
    throw JsonError(text, nul, "NUL byte");
  }
  if (!is_json) {
    throw_error(text, checker);
  }
}

void parse(std::string_view text, Events& events) {
  Value::sax_parse(text.begin(), text.end(), &events);
}

}  // namespace pysheeet::json
