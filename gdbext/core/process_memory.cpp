#include "core/process_memory.h"

#include <fcntl.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "core/error.h"

namespace pysheeet {

namespace {

// 64 KiB of entries describe 32 MiB of memory.
constexpr std::size_t k_pages_at_once = 8192;

// Linux Documentation/admin-guide/mm/pagemap.rst
constexpr std::uint64_t k_present_or_swapped = std::uint64_t{1} << 63 | std::uint64_t{1} << 62;

FileDescriptor open_if_allowed(const std::string& path) {
  return FileDescriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
}

bool is_private_anonymous(const Mapping& mapping) {
  const std::string& name = mapping.name;
  return mapping.permissions.ends_with('p') &&
         (name.empty() || name == "[heap]" || name == "[stack]" || name.starts_with("[anon:"));
}

}  // namespace

ProcessMemory::ProcessMemory(pid_t id, std::vector<Mapping> mappings)
    : id_(id),
      mappings_(std::move(mappings)),
      page_size_(static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE))),
      mem_(open_if_allowed("/proc/" + std::to_string(id) + "/mem")),
      pagemap_(open_if_allowed("/proc/" + std::to_string(id) + "/pagemap")) {}

void ProcessMemory::throw_gone() const {
  throw Error("process " + std::to_string(id_) + " is gone");
}

bool ProcessMemory::has_holes(std::uint64_t address) const {
  const auto next =
      std::upper_bound(mappings_.begin(), mappings_.end(), address,
                       [](std::uint64_t value, const Mapping& m) { return value < m.start; });
  return next != mappings_.begin() && address < std::prev(next)->end &&
         is_private_anonymous(*std::prev(next));
}

bool ProcessMemory::is_untouched(std::uint64_t page) const {
  return (pages_[page - first_page_] & k_present_or_swapped) == 0;
}

// The run of untouched pages, or of the others, that address lies in, as far as one reading of
// pagemap tells. Its size is 0 if pagemap tells nothing.
Stretch ProcessMemory::page_run(std::uint64_t address) {
  const std::uint64_t page = address / page_size_;
  if (page < first_page_ || page >= first_page_ + pages_.size()) {
    pages_.resize(k_pages_at_once);
    const ssize_t n = ::pread(pagemap_.get(), pages_.data(), pages_.size() * sizeof pages_[0],
                              static_cast<off_t>(page * sizeof pages_[0]));
    pages_.resize(n > 0 ? static_cast<std::size_t>(n) / sizeof pages_[0] : 0);
    first_page_ = page;
  }
  if (pages_.empty()) {
    return {};
  }
  const bool untouched = is_untouched(page);
  std::uint64_t end = page + 1;
  while (end < first_page_ + pages_.size() && is_untouched(end) == untouched) {
    ++end;
  }
  return {untouched ? Stretch::Kind::hole : Stretch::Kind::data, end * page_size_ - address};
}

Stretch ProcessMemory::read(std::uint64_t address, std::span<std::byte> buffer) {
  if (pagemap_ && has_holes(address)) {
    const Stretch run = page_run(address);
    if (run.kind == Stretch::Kind::hole) {
      return run;
    }
    if (run.size > 0 && run.size < buffer.size()) {
      buffer = buffer.first(run.size);
    }
  }
  const iovec local{buffer.data(), buffer.size()};
  // NOLINTNEXTLINE(performance-no-int-to-ptr): an address of the other process
  const iovec remote{reinterpret_cast<void*>(address), buffer.size()};
  const ssize_t n = ::process_vm_readv(id_, &local, 1, &remote, 1, 0);
  if (n > 0) {
    return {Stretch::Kind::data, static_cast<std::uint64_t>(n)};
  }
  if (n < 0 && errno == ESRCH) {
    throw_gone();
  }
  // Pages without read permission, and all pages where a sandbox forbids the call.
  return read_through_proc(address, buffer);
}

Stretch ProcessMemory::read_through_proc(std::uint64_t address, std::span<std::byte> buffer) {
  if (!mem_) {
    return {Stretch::Kind::unreadable, page_size_ - address % page_size_, "not permitted"};
  }
  const ssize_t n = ::pread(mem_.get(), buffer.data(), buffer.size(), static_cast<off_t>(address));
  if (n > 0) {
    return {Stretch::Kind::data, static_cast<std::uint64_t>(n)};
  }
  if (n == 0) {  // proc_pid_mem(5): the address space is no more
    throw_gone();
  }
  return {Stretch::Kind::unreadable, page_size_ - address % page_size_,
          "the kernel cannot read it"};
}

}  // namespace pysheeet
