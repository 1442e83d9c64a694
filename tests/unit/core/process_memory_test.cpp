#include "core/process_memory.h"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>

#include "catch.h"
#include "core/error.h"

using pysheeet::ProcessMemory;
using pysheeet::Stretch;

namespace {

constexpr std::size_t k_page = 4096;

// Pages of this process, as another would read them.
class Pages {
 public:
  explicit Pages(std::size_t count, int flags = MAP_PRIVATE | MAP_ANONYMOUS)
      : size_(count * k_page),
        start_(static_cast<char*>(::mmap(nullptr, size_, PROT_READ | PROT_WRITE, flags, -1, 0))) {}
  Pages(const Pages&) = delete;
  Pages& operator=(const Pages&) = delete;
  ~Pages() { ::munmap(start_, size_); }
  char* page(std::size_t i) const { return start_ + i * k_page; }

 private:
  std::size_t size_;
  char* start_;
};

Stretch read(ProcessMemory& memory, const char* at, std::string& buffer) {
  return memory.read(reinterpret_cast<std::uintptr_t>(at),
                     std::as_writable_bytes(std::span<char>(buffer)));
}

ProcessMemory own_memory() {
  return {::getpid(), pysheeet::read_maps(::getpid())};
}

}  // namespace

TEST_CASE("a process's bytes are read") {
  const Pages pages(2);
  std::memset(pages.page(0), 'a', 2 * k_page);
  ProcessMemory memory = own_memory();
  std::string buffer(100, '#');
  const Stretch stretch = read(memory, pages.page(0) + 4090, buffer);
  CHECK(stretch.kind == Stretch::Kind::data);
  CHECK(stretch.size == 100);
  CHECK(buffer == std::string(100, 'a'));
}

TEST_CASE("pages that were never touched are holes, and stay untouched") {
  const Pages pages(8);
  ::madvise(pages.page(0), 8 * k_page, MADV_NOHUGEPAGE);
  *pages.page(3) = 'x';
  ProcessMemory memory = own_memory();
  std::string buffer(8 * k_page, '#');
  const Stretch before = read(memory, pages.page(1) + 5, buffer);
  CHECK(before.kind == Stretch::Kind::hole);
  CHECK(before.size == 2 * k_page - 5);
  const Stretch touched = read(memory, pages.page(3), buffer);
  CHECK(touched.kind == Stretch::Kind::data);
  CHECK(touched.size == k_page);
  CHECK(buffer[0] == 'x');
  CHECK(read(memory, pages.page(4), buffer).kind == Stretch::Kind::hole);
  std::vector<unsigned char> resident(8);
  REQUIRE(::mincore(pages.page(0), 8 * k_page, resident.data()) == 0);
  CHECK(resident == std::vector<unsigned char>{0, 0, 0, 1, 0, 0, 0, 0});
}

TEST_CASE("shared memory has no holes: another may have written it") {
  const Pages pages(2, MAP_SHARED | MAP_ANONYMOUS);
  ProcessMemory memory = own_memory();
  std::string buffer(2 * k_page, '#');
  CHECK(read(memory, pages.page(0), buffer).kind == Stretch::Kind::data);
  CHECK(buffer == std::string(2 * k_page, '\0'));
}

TEST_CASE("memory that the program may not read is read for it") {
  const Pages pages(1);
  std::memset(pages.page(0), 'k', k_page);
  REQUIRE(::mprotect(pages.page(0), k_page, PROT_NONE) == 0);
  ProcessMemory memory = own_memory();
  std::string buffer(k_page, '#');
  CHECK(read(memory, pages.page(0), buffer).kind == Stretch::Kind::data);
  CHECK(buffer == std::string(k_page, 'k'));
}

TEST_CASE("an address without a mapping is unreadable to the end of its page") {
  ProcessMemory memory = own_memory();
  std::string buffer(k_page, '#');
  const Stretch stretch = memory.read(0x10, std::as_writable_bytes(std::span<char>(buffer)));
  CHECK(stretch.kind == Stretch::Kind::unreadable);
  CHECK(stretch.size == k_page - 0x10);
  CHECK(stretch.reason == std::string("the kernel cannot read it"));
}

TEST_CASE("a process that ends is gone") {
  int pipe_ends[2];
  REQUIRE(::pipe(pipe_ends) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    char c = 0;
    ::close(pipe_ends[1]);
    ::_exit(::read(pipe_ends[0], &c, 1) == 0 ? 0 : 1);
  }
  ProcessMemory memory(child, pysheeet::read_maps(child));
  std::string buffer(16, '#');
  // The same addresses as in this process.
  CHECK(read(memory, reinterpret_cast<const char*>(&::getpid), buffer).kind == Stretch::Kind::data);
  ::close(pipe_ends[1]);
  ::close(pipe_ends[0]);
  REQUIRE(::waitpid(child, nullptr, 0) == child);
  CHECK_THROWS_WITH(read(memory, reinterpret_cast<const char*>(&::getpid), buffer),
                    "process " + std::to_string(child) + " is gone");
}
