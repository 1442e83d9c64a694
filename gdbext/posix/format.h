#pragma once

#include <string>
#include <string_view>

#include "posix/account.h"
#include "posix/fields.h"
#include "posix/timestamp.h"

namespace pysheeet::posix {

// What the text depends on besides the struct.
struct Format {
  Zone zone = Zone::k_local;
  Accounts accounts;
};

// The text of the POSIX struct of that name ("stat", "timespec"). Members that are not in fields
// are not shown. Any value of any member has a text; throws Error only for a struct it does not
// know.
std::string struct_text(std::string_view name, const Fields& fields, const Format& format);

}  // namespace pysheeet::posix
