#include "json/format.h"

#include <array>
#include <cstdint>
#include <string>

#include "core/text.h"
#include "json/parser.h"

namespace pysheeet::json {

namespace {

constexpr std::size_t k_piece_size = 1 << 16;
constexpr std::string_view k_key_style = "\x1b[34;1m";
constexpr std::string_view k_string_style = "\x1b[32m";
constexpr std::string_view k_null_style = "\x1b[90m";
constexpr std::string_view k_plain = "\x1b[0m";

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

// Collects output and passes it on in pieces. Each append is kept in one piece.
class Buffer {
 public:
  explicit Buffer(Sink& sink) : sink_(sink) {}

  void append(std::string_view text) {
    text_ += text;
    if (text_.size() >= k_piece_size) {
      flush();
    }
  }
  void append_spaces(std::size_t count) {
    text_.append(count, ' ');
    if (text_.size() >= k_piece_size) {
      flush();
    }
  }
  // Valid UTF-8 of any length, cut between characters.
  void append_long(std::string_view text) {
    while (text.size() > k_piece_size) {
      std::size_t end = k_piece_size;
      while (is_continuation(text[end])) {
        --end;
      }
      append(text.substr(0, end));
      text.remove_prefix(end);
    }
    append(text);
  }
  void flush() {
    if (!text_.empty()) {
      sink_.write(text_);
      text_.clear();
    }
  }

 private:
  Sink& sink_;
  std::string text_;
};

// How a character is spelled in a JSON string; empty if as itself.
std::string_view escaped(std::uint32_t code, std::array<char, 6>& spelled) {
  switch (code) {
    case '"':
      return "\\\"";
    case '\\':
      return "\\\\";
    case '\b':
      return "\\b";
    case '\f':
      return "\\f";
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    default:
      break;
  }
  if (!controls_terminal(code)) {
    return {};
  }
  // None of these is above U+FFFF, where JSON needs a surrogate pair.
  constexpr std::string_view k_digits = "0123456789abcdef";
  spelled = {'\\',
             'u',
             k_digits[code >> 12 & 0xf],
             k_digits[code >> 8 & 0xf],
             k_digits[code >> 4 & 0xf],
             k_digits[code & 0xf]};
  return {spelled.data(), spelled.size()};
}

class Printer final : public Events {
 public:
  Printer(const FormatOptions& options, Buffer& out) : styled_(options.styled), out_(out) {}

  bool null() override {
    begin_value();
    write_styled(k_null_style, "null");
    return true;
  }
  bool boolean(bool value) override { return write_scalar(value ? "true" : "false"); }
  bool number_integer(number_integer_t value) override {
    // A zero comes here only with its sign; without, it is unsigned.
    return write_scalar(value == 0 ? "-0" : std::to_string(value));
  }
  bool number_unsigned(number_unsigned_t value) override {
    return write_scalar(std::to_string(value));
  }
  bool number_float(number_float_t /*value*/, const string_t& spelling) override {
    // nlohmann puts the locale's decimal point in.
    const std::size_t point = spelling.find_first_not_of("0123456789+-eE");
    if (point == std::string::npos || spelling[point] == '.') {
      return write_scalar(spelling);
    }
    std::string pointed = spelling;
    pointed[point] = '.';
    return write_scalar(pointed);
  }
  bool string(string_t& value) override {
    begin_value();
    write_string(k_string_style, value);
    return true;
  }
  bool binary(binary_t& /*value*/) override { return false; }  // JSON text has none
  bool key(string_t& name) override {
    begin_item();
    write_string(k_key_style, name);
    out_.append(": ");
    after_key_ = true;
    return true;
  }
  bool start_object(std::size_t /*size*/) override { return open("{"); }
  bool end_object() override { return close("}"); }
  bool start_array(std::size_t /*size*/) override { return open("["); }
  bool end_array() override { return close("]"); }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
    return false;
  }

 private:
  void begin_item() {
    out_.append(is_empty_ ? "\n" : ",\n");
    out_.append_spaces(2 * depth_);
    is_empty_ = false;
  }
  void begin_value() {
    if (depth_ > 0 && !after_key_) {
      begin_item();
    }
    after_key_ = false;
  }
  bool open(std::string_view bracket) {
    begin_value();
    out_.append(bracket);
    ++depth_;
    is_empty_ = true;
    return true;
  }
  bool close(std::string_view bracket) {
    --depth_;
    if (!is_empty_) {
      out_.append("\n");
      out_.append_spaces(2 * depth_);
    }
    out_.append(bracket);
    is_empty_ = false;
    return true;
  }
  bool write_scalar(std::string_view spelling) {
    begin_value();
    out_.append_long(spelling);
    return true;
  }
  void write_styled(std::string_view style, std::string_view text) {
    if (styled_) {
      out_.append(style);
    }
    out_.append(text);
    if (styled_) {
      out_.append(k_plain);
    }
  }
  void write_string(std::string_view style, std::string_view value) {
    if (styled_) {
      out_.append(style);
    }
    out_.append("\"");
    write_characters(value);
    out_.append("\"");
    if (styled_) {
      out_.append(k_plain);
    }
  }
  void write_characters(std::string_view value) {
    std::array<char, 6> spelled{};
    std::size_t written = 0;
    for (std::size_t i = 0; i < value.size();) {
      const auto lead = static_cast<unsigned char>(value[i]);
      std::size_t length = 1;
      std::uint32_t code = lead;
      if (lead >= 0x80) {
        length = utf8_sequence_length(value.substr(i));
        code = code_point(value.substr(i, length));
      }
      const std::string_view spelling = escaped(code, spelled);
      if (!spelling.empty()) {
        out_.append_long(value.substr(written, i - written));
        out_.append(spelling);
        written = i + length;
      }
      i += length;
    }
    out_.append_long(value.substr(written));
  }

  bool styled_;
  Buffer& out_;
  std::size_t depth_ = 0;
  bool is_empty_ = true;  // the innermost array or object, so far
  bool after_key_ = false;
};

}  // namespace

void format(std::string_view text, const FormatOptions& options, Sink& sink) {
  check(text, options.max_depth, [&sink] { sink.checkpoint(); });
  Buffer out(sink);
  Printer printer(options, out);
  parse(text, printer);
  out.append("\n");
  out.flush();
}

}  // namespace pysheeet::json
