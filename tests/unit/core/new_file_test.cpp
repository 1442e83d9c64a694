#include "core/new_file.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <filesystem>
#include <string_view>

#include "catch.h"
#include "core/error.h"
#include "scratch_directory.h"

using pysheeet::NewFile;
using pysheeet::read_file;
using pysheeet::SystemError;

namespace {

using enum NewFile::Temporary;

std::span<const std::byte> bytes(std::string_view text) {
  return std::as_bytes(std::span(text));
}

void write(const std::string& path, std::string_view text, NewFile::Temporary temporary,
           bool replace = false) {
  NewFile file(path, replace, temporary);
  file.write_at(0, bytes(text));
  file.commit();
}

}  // namespace

TEST_CASE("a new file appears when it is committed, for its owner alone") {
  const auto temporary = GENERATE(unnamed_if_possible, named);
  const ScratchDirectory scratch;
  {
    NewFile file(scratch / "a", false, temporary);
    file.set_size(6);
    file.write_at(2, bytes("xy"));
    CHECK_FALSE(std::filesystem::exists(scratch / "a"));
    file.commit();
  }
  CHECK(read_file(scratch / "a") == std::string("\0\0xy\0\0", 6));
  CHECK(scratch.names() == std::vector<std::string>{"a"});
  struct stat status {};
  REQUIRE(::stat((scratch / "a").c_str(), &status) == 0);
  CHECK((status.st_mode & 07777U) == 0600U);
}

TEST_CASE("a file that is not committed leaves nothing") {
  const auto temporary = GENERATE(unnamed_if_possible, named);
  const ScratchDirectory scratch;
  {
    NewFile file(scratch / "a", false, temporary);
    file.write_at(0, bytes("abc"));
  }
  CHECK(scratch.names().empty());
}

TEST_CASE("a file in the making has no name where the file system allows it") {
  const ScratchDirectory scratch;
  const NewFile file(scratch / "a", false);
  CHECK(scratch.names().empty());
}

TEST_CASE("a file that exists stays") {
  const auto temporary = GENERATE(unnamed_if_possible, named);
  const ScratchDirectory scratch;
  write(scratch / "a", "old", temporary);
  CHECK_THROWS_AS(write(scratch / "a", "new", temporary), SystemError);
  CHECK(read_file(scratch / "a") == "old");
  write(scratch / "a", "new", temporary, true);
  CHECK(read_file(scratch / "a") == "new");
  CHECK(scratch.names() == std::vector<std::string>{"a"});
}

TEST_CASE("a link is never followed") {
  const auto temporary = GENERATE(unnamed_if_possible, named);
  const ScratchDirectory scratch;
  write(scratch / "victim", "old", temporary);
  std::filesystem::create_symlink("victim", scratch / "link");
  std::filesystem::create_symlink("nowhere", scratch / "dangling");
  CHECK_THROWS_AS(write(scratch / "link", "new", temporary), SystemError);
  CHECK_THROWS_AS(write(scratch / "dangling", "new", temporary), SystemError);
  write(scratch / "link", "new", temporary, true);
  CHECK(read_file(scratch / "victim") == "old");
  CHECK(std::filesystem::is_regular_file(std::filesystem::symlink_status(scratch / "link")));
  CHECK(scratch.names() == std::vector<std::string>{"dangling", "link", "victim"});
}

TEST_CASE("a directory is not replaced, and nothing stays beside it") {
  const auto temporary = GENERATE(unnamed_if_possible, named);
  const ScratchDirectory scratch;
  std::filesystem::create_directory(scratch / "a");
  CHECK_THROWS_AS(write(scratch / "a", "new", temporary, true), SystemError);
  CHECK(scratch.names() == std::vector<std::string>{"a"});
}

TEST_CASE("a missing directory is named") {
  CHECK_THROWS_WITH(NewFile("/nonexistent/a", false),
                    "no file can be made in /nonexistent: No such file or directory");
}

TEST_CASE("a size beyond the limit of the process is an error, not a signal") {
  const auto temporary = GENERATE(unnamed_if_possible, named);
  const ScratchDirectory scratch;
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
  rlimit small = before;
  small.rlim_cur = 4096;
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
  NewFile file(scratch / "a", false, temporary);
  CHECK_THROWS_WITH(file.set_size(4097), (scratch / "a") + ": File too large");
  file.set_size(4096);
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
}
