#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace pysheeet::posix {

// Names of user and group IDs. The default ones know those of this host, the debugger's.
struct Accounts {
  using Lookup = std::function<std::optional<std::string>(std::uint32_t)>;
  Lookup user;
  Lookup group;
};

// The host's accounts, by getpwuid_r(3) and getgrgid_r(3); an ID that can't be looked up has no
// name.
Accounts host_accounts();

}  // namespace pysheeet::posix
