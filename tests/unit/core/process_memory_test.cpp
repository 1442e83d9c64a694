#include "core/process_memory.h"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <memory>

#include "catch.h"
#include "core/error.h"

using pysheeet::PageMap;
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

ProcessMemory memory_of(pid_t id) {
  return {id, std::make_shared<const std::vector<pysheeet::Mapping>>(pysheeet::read_maps(id))};
}

ProcessMemory own_memory() {
  return memory_of(::getpid());
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

TEST_CASE("shared memory that was never touched is not allocated by reading") {
  const Pages pages(3, MAP_SHARED | MAP_ANONYMOUS);
  *pages.page(1) = 'x';
  ProcessMemory memory = own_memory();
  std::string buffer(3 * k_page, '#');
  CHECK(read(memory, pages.page(0), buffer).kind != Stretch::Kind::data);
  const Stretch touched = read(memory, pages.page(1), buffer);
  CHECK(touched.kind == Stretch::Kind::data);
  CHECK(buffer[0] == 'x');
  std::vector<unsigned char> resident(3);
  REQUIRE(::mincore(pages.page(0), 3 * k_page, resident.data()) == 0);
  CHECK(resident == std::vector<unsigned char>{0, 1, 0});
}

// Pages 0 to 3 of a file of two pages and a half: 'a', 'b', 'c'.
class MappedFile {
 public:
  MappedFile() : file_(::memfd_create("mapped", MFD_CLOEXEC)) {
    const std::string text =
        std::string(k_page, 'a') + std::string(k_page, 'b') + std::string(k_page / 2, 'c');
    REQUIRE(::write(file_.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()));
    start_ = static_cast<char*>(
        ::mmap(nullptr, 4 * k_page, PROT_READ | PROT_WRITE, MAP_PRIVATE, file_.get(), 0));
  }
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile() { ::munmap(start_, 4 * k_page); }
  char* page(std::size_t i) const { return start_ + i * k_page; }

 private:
  pysheeet::FileDescriptor file_;
  char* start_;
};

TEST_CASE("pages of a file that the process has not touched are read of the file") {
  const MappedFile mapped;
  ProcessMemory memory = own_memory();
  std::string buffer(4 * k_page, '#');
  if (read(memory, mapped.page(0), buffer).kind == Stretch::Kind::unreadable) {
    WARN("map_files is for the privileged");
    return;
  }
  *mapped.page(1) = 'X';
  ProcessMemory changed = own_memory();
  Stretch stretch = read(changed, mapped.page(0), buffer);
  CHECK(stretch.size == k_page);
  CHECK(buffer[0] == 'a');
  stretch = read(changed, mapped.page(1), buffer);
  CHECK(stretch.kind == Stretch::Kind::data);
  CHECK(buffer.substr(0, 2) == "Xb");
  stretch = read(changed, mapped.page(2), buffer);
  CHECK(stretch.size == k_page / 2);
  CHECK(buffer.substr(0, 2) == "cc");
  CHECK(read(changed, mapped.page(2) + k_page / 2, buffer).kind == Stretch::Kind::hole);
  stretch = read(changed, mapped.page(3), buffer);
  CHECK(stretch.kind == Stretch::Kind::unreadable);
  CHECK(stretch.reason == std::string("beyond the end of its file"));
  PageMap pages(::getpid());
  const auto kind_at = [&](const char* at) {
    const auto address = reinterpret_cast<std::uintptr_t>(at);
    return pages.run(address, address + k_page).pages;
  };
  CHECK(kind_at(mapped.page(0)) == PageMap::Pages::absent);
  CHECK(kind_at(mapped.page(1)) == PageMap::Pages::own);
  CHECK(kind_at(mapped.page(2)) == PageMap::Pages::absent);
}

TEST_CASE("both ways to ask for pages tell the same") {
  const Pages pages(64);
  ::madvise(pages.page(0), 64 * k_page, MADV_NOHUGEPAGE);
  for (const std::size_t i : {0, 3, 4, 5, 40, 63}) {
    *pages.page(i) = 'x';
  }
  const auto runs_by = [&](PageMap::Method method) {
    PageMap map(::getpid(), method);
    std::string text;
    const auto start = reinterpret_cast<std::uintptr_t>(pages.page(0));
    for (std::uintptr_t at = start; at < start + 64 * k_page;) {
      const PageMap::Run run = map.run(at, start + 64 * k_page);
      text += (run.pages == PageMap::Pages::absent ? "-" : "+") +
              std::to_string((run.end - at) / k_page);
      at = run.end;
    }
    return text;
  };
  CHECK(runs_by(PageMap::Method::entries) == "+1-2+3-34+1-22+1");
  CHECK(runs_by(PageMap::Method::scan_if_possible) == "+1-2+3-34+1-22+1");
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

TEST_CASE("an address without a mapping is unreadable up to the next mapping") {
  ProcessMemory memory = own_memory();
  std::string buffer(k_page, '#');
  const Stretch stretch = memory.read(0x10, std::as_writable_bytes(std::span<char>(buffer)));
  CHECK(stretch.kind == Stretch::Kind::unreadable);
  CHECK(stretch.size == pysheeet::read_maps(::getpid()).front().start - 0x10);
  CHECK(stretch.reason == std::string("not mapped"));
}

TEST_CASE("a process that ends is gone") {
  int pipe_ends[2];
  REQUIRE(::pipe(pipe_ends) == 0);
  const Pages untouched(4);
  const pid_t child = ::fork();
  if (child == 0) {
    char c = 0;
    ::close(pipe_ends[1]);
    ::_exit(::read(pipe_ends[0], &c, 1) == 0 ? 0 : 1);
  }
  ProcessMemory memory = memory_of(child);
  std::string buffer(16, '#');
  // The same addresses as in this process.
  CHECK(read(memory, reinterpret_cast<const char*>(&::getpid), buffer).kind == Stretch::Kind::data);
  ::close(pipe_ends[1]);
  ::close(pipe_ends[0]);
  REQUIRE(::waitpid(child, nullptr, 0) == child);
  const std::string gone = "process " + std::to_string(child) + " is gone";
  CHECK_THROWS_WITH(read(memory, reinterpret_cast<const char*>(&::getpid), buffer), gone);
  // Not taken for memory that was never touched.
  CHECK_THROWS_WITH(read(memory, untouched.page(2), buffer), gone);
}
