#include "posix/account.h"

#include <grp.h>
#include <pwd.h>

#include <cerrno>
#include <vector>

namespace pysheeet::posix {

namespace {

// A group's members lie in the buffer too. Beyond this an entry is not worth its name.
constexpr std::size_t k_first_buffer = std::size_t{1} << 10;
constexpr std::size_t k_last_buffer = std::size_t{1} << 20;

// call(entry, buffer, size, &found) is getpwuid_r or getgrgid_r with its ID bound.
template <typename Entry, typename Call>
std::optional<std::string> look_up(char* Entry::*name, Call call) {
  for (std::size_t size = k_first_buffer; size <= k_last_buffer; size *= 4) {
    std::vector<char> buffer(size);
    Entry entry{};
    Entry* found = nullptr;
    int error = 0;
    do {
      error = call(&entry, buffer.data(), buffer.size(), &found);
    } while (error == EINTR);
    if (error == 0 && found != nullptr && found->*name != nullptr) {
      return std::string(found->*name);
    }
    if (error != ERANGE) {
      break;
    }
  }
  return std::nullopt;
}

}  // namespace

Accounts host_accounts() {
  return {
      [](std::uint32_t id) {
        return look_up(&passwd::pw_name,
                       [id](passwd* entry, char* buffer, std::size_t size, passwd** found) {
                         return ::getpwuid_r(id, entry, buffer, size, found);
                       });
      },
      [](std::uint32_t id) {
        return look_up(&group::gr_name,
                       [id](group* entry, char* buffer, std::size_t size, group** found) {
                         return ::getgrgid_r(id, entry, buffer, size, found);
                       });
      },
  };
}

}  // namespace pysheeet::posix
