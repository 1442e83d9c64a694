#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/error.h"

namespace pysheeet::json {

// The text is no JSON. The message is "line L, column C: reason"; both count from 1, columns in
// characters.
class JsonError : public Error {
 public:
  JsonError(std::string_view text, std::size_t offset, std::string_view reason);
  std::size_t offset() const { return offset_; }

 private:
  std::size_t offset_;
};

}  // namespace pysheeet::json
