#include "posix/account.h"

#include "catch.h"

TEST_CASE("host_accounts knows root, and not everybody") {
  const auto accounts = pysheeet::posix::host_accounts();
  CHECK(accounts.user(0) == "root");
  CHECK(accounts.group(0) == "root");
  CHECK(accounts.user(4000000000U) == std::nullopt);
  CHECK(accounts.group(4000000000U) == std::nullopt);
  CHECK(accounts.user(0xffffffffU) == std::nullopt);
}
