#include "json/excerpt.h"

#include <algorithm>
#include <array>
#include <clocale>
#include <cstdint>
#include <cstdio>
#include <cwchar>

#include "core/text.h"

namespace pysheeet::json {

namespace {

// wcwidth(3) knows only the characters of the thread's locale.
class Utf8Locale {
 public:
  Utf8Locale() : locale_(newlocale(LC_CTYPE_MASK, "C.UTF-8", static_cast<locale_t>(nullptr))) {
    if (locale_ != nullptr) {
      previous_ = uselocale(locale_);
    }
  }
  Utf8Locale(const Utf8Locale&) = delete;
  Utf8Locale& operator=(const Utf8Locale&) = delete;
  ~Utf8Locale() {
    if (locale_ != nullptr) {
      uselocale(previous_);
      freelocale(locale_);
    }
  }

 private:
  locale_t locale_;
  locale_t previous_ = nullptr;
};

struct Cell {
  std::string text;
  std::size_t columns;
};

// One character of the text, as it is shown.
Cell cell_of(std::string_view character, bool ascii) {
  if (utf8_sequence_length(character) < 2) {
    std::string shown = escape(character);
    const std::size_t columns = shown.size();
    return {std::move(shown), columns};
  }
  const std::uint32_t code = code_point(character);
  if (ascii) {
    std::array<char, 16> spelled{};
    (void)std::snprintf(spelled.data(), spelled.size(), "\\u{%04x}", code);
    std::string shown = spelled.data();
    const std::size_t columns = shown.size();
    return {std::move(shown), columns};
  }
  std::string shown = escape(character);
  if (shown != character) {
    const std::size_t columns = shown.size();
    return {std::move(shown), columns};
  }
  const int width = wcwidth(static_cast<wchar_t>(code));
  return {std::move(shown), width < 0 ? 1 : static_cast<std::size_t>(width)};
}

// The length of the last character of text; 1 if its last byte ends none.
std::size_t previous_length(std::string_view text) {
  for (std::size_t length = 2; length <= 4 && length <= text.size(); ++length) {
    if (utf8_sequence_length(text.substr(text.size() - length)) == length) {
      return length;
    }
  }
  return 1;
}

}  // namespace

std::string excerpt(std::string_view text, std::size_t offset, const ExcerptOptions& options) {
  const Utf8Locale locale;
  offset = std::min(offset, text.size());
  std::string_view before = text.substr(0, offset);
  before.remove_prefix(before.rfind('\n') + 1);
  std::string_view behind = text.substr(offset);
  behind = behind.substr(0, behind.find('\n'));
  // Combining characters take bytes but no columns.
  const std::size_t max_bytes = 8 * options.columns;
  const Cell cut{options.ascii ? "..." : "…", options.ascii ? 3U : 1U};

  std::string line;
  std::size_t caret = 0;
  while (!before.empty()) {
    const std::size_t length = previous_length(before);
    const Cell cell = cell_of(before.substr(before.size() - length), options.ascii);
    if (caret + cell.columns + cut.columns > options.columns / 2 || line.size() > max_bytes / 2) {
      line.insert(0, cut.text);
      caret += cut.columns;
      break;
    }
    line.insert(0, cell.text);
    caret += cell.columns;
    before.remove_suffix(length);
  }
  std::size_t columns = caret;
  while (!behind.empty()) {
    const std::size_t length = std::max<std::size_t>(utf8_sequence_length(behind), 1);
    const Cell cell = cell_of(behind.substr(0, length), options.ascii);
    if (columns + cell.columns + cut.columns > options.columns || line.size() > max_bytes) {
      line += cut.text;
      break;
    }
    line += cell.text;
    columns += cell.columns;
    behind.remove_prefix(length);
  }
  return line + "\n" + std::string(caret, ' ') + "^";
}

}  // namespace pysheeet::json
