#include "posix/file_mode.h"

#include <array>
#include <string>
#include <string_view>

#include "catch.h"

using pysheeet::posix::file_type_letter;
using pysheeet::posix::file_type_name;
using pysheeet::posix::permission_text;

namespace {

// An oracle that shares nothing with the code: a table per octal digit, then the special bits.
std::string permissions_by_table(unsigned mode) {
  constexpr std::array<std::string_view, 8> k_digit{"---", "--x", "-w-", "-wx",
                                                    "r--", "r-x", "rw-", "rwx"};
  std::string text;
  for (const unsigned digit : {mode / 64 % 8, mode / 8 % 8, mode % 8}) {
    text += k_digit[digit];
  }
  const unsigned special = mode / 512;
  if (special / 4 % 2 == 1) {
    text[2] = text[2] == 'x' ? 's' : 'S';
  }
  if (special / 2 % 2 == 1) {
    text[5] = text[5] == 'x' ? 's' : 'S';
  }
  if (special % 2 == 1) {
    text[8] = text[8] == 'x' ? 't' : 'T';
  }
  return text;
}

}  // namespace

TEST_CASE("permission_text of well-known modes") {
  CHECK(permission_text(0644) == "rw-r--r--");
  CHECK(permission_text(04755) == "rwsr-xr-x");
  CHECK(permission_text(02755) == "rwxr-sr-x");
  CHECK(permission_text(01777) == "rwxrwxrwt");
  CHECK(permission_text(07000) == "--S--S--T");
  CHECK(permission_text(07777) == "rwsrwsrwt");
}

TEST_CASE("permission_text of every mode") {
  for (unsigned mode = 0; mode <= 07777; ++mode) {
    INFO("mode " << mode);
    REQUIRE(permission_text(mode) == permissions_by_table(mode));
  }
}

TEST_CASE("permission_text looks at the permission bits alone") {
  CHECK(permission_text(~std::uint64_t{0777}) == "--S--S--T");
  CHECK(permission_text(0xffff'ffff'ffff'f000) == "---------");
}

TEST_CASE("file types by every value of S_IFMT") {
  // inode(7): the octal values are Linux's on every architecture.
  const std::string letters = "?pc?d?b?-?l?s???";
  for (unsigned type = 0; type < 16; ++type) {
    INFO("type " << type);
    CHECK(file_type_letter(type * 010000U | 0644U) == letters[type]);
  }
  CHECK(file_type_name(0100644) == "regular file");
  CHECK(file_type_name(0040755) == "directory");
  CHECK(file_type_name(0120777) == "symbolic link");
  CHECK(file_type_name(0010600) == "fifo");
  CHECK(file_type_name(0140600) == "socket");
  CHECK(file_type_name(0020600) == "character special file");
  CHECK(file_type_name(0060600) == "block special file");
  CHECK(file_type_name(0170000) == "unknown");
}
