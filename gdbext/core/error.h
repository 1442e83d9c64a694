#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace pysheeet {

// What the user is told when something can't be done: one line, already safe for a terminal.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// A failed system call. The message is "<what>: <strerror>".
class SystemError : public Error {
 public:
  SystemError(std::string_view what, int error_number);
  int error_number() const { return error_number_; }

 private:
  int error_number_;
};

// Throws SystemError for the current errno.
[[noreturn]] void throw_errno(std::string_view what);

}  // namespace pysheeet
