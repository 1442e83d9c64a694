#include "core/error.h"

#include <cerrno>
#include <system_error>

#include "core/text.h"

namespace pysheeet {

SystemError::SystemError(std::string_view what, int error_number)
    : Error(escape(what) + ": " + std::generic_category().message(error_number)),
      error_number_(error_number) {}

void throw_errno(std::string_view what) {
  throw SystemError(what, errno);
}

}  // namespace pysheeet
