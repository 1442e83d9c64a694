#include "core/process_memory.h"

#include <fcntl.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <limits>
#include <string>
#include <utility>

#include "core/error.h"

namespace pysheeet {

namespace {

// One call of the kernel: it stops at Ctrl-C no sooner.
constexpr std::size_t k_largest_read = std::size_t{1} << 24;

FileDescriptor open_if_allowed(const std::string& path) {
  return FileDescriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
}

// Memory of the kernel's making that is neither a file nor anonymous, as [vdso]: it has no other
// place to be read from. gdb itself reads the whole of [vdso] when a program begins.
bool is_special(const Mapping& mapping) {
  return mapping.name.starts_with('[') && mapping.inode == 0 && !mapping.is_private_anonymous();
}

}  // namespace

ProcessMemory::ProcessMemory(pid_t id, std::shared_ptr<const std::vector<Mapping>> mappings)
    : id_(id),
      mappings_(std::move(mappings)),
      page_size_(static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE))),
      mem_(open_if_allowed("/proc/" + std::to_string(id) + "/mem")),
      pages_(id) {}

void ProcessMemory::throw_gone() const {
  throw Error("process " + std::to_string(id_) + " is gone");
}

// Of a process that has ended all pages are absent, which must not be taken for never touched.
void ProcessMemory::need_alive() const {
  std::byte unused{};
  // proc_pid_mem(5): nothing to read once the address space is no more; else no byte or an error.
  const bool is_gone = mem_ ? ::pread(mem_.get(), &unused, sizeof unused, 0) == 0
                            : ::kill(id_, 0) != 0 && errno == ESRCH;
  if (is_gone) {
    throw_gone();
  }
}

std::uint64_t ProcessMemory::next_mapping(std::uint64_t address) const {
  const auto next =
      std::upper_bound(mappings_->begin(), mappings_->end(), address,
                       [](std::uint64_t value, const Mapping& m) { return value < m.start; });
  return next == mappings_->end() ? std::numeric_limits<std::uint64_t>::max() : next->start;
}

Stretch ProcessMemory::read(std::uint64_t address, std::span<std::byte> buffer) {
  const Mapping* mapping = find_mapping(*mappings_, address);
  if (mapping == nullptr) {
    return {Stretch::Kind::unreadable, std::max<std::uint64_t>(next_mapping(address) - address, 1),
            "not mapped"};
  }
  const PageMap::Run run = pages_.run(address, mapping->end);
  if (run.pages == PageMap::Pages::zero) {
    return {Stretch::Kind::hole, run.end - address};
  }
  if (run.pages == PageMap::Pages::absent && !is_special(*mapping)) {
    need_alive();
    return read_absent(*mapping, address, run.end, buffer);
  }
  const std::uint64_t size = std::min<std::uint64_t>(run.end - address, k_largest_read);
  Stretch stretch = read_present(
      address,
      buffer.first(static_cast<std::size_t>(std::min<std::uint64_t>(size, buffer.size()))));
  stretch.is_in_file = run.pages == PageMap::Pages::file && mapping->is_of_lasting_file();
  return stretch;
}

std::optional<std::uint64_t> ProcessMemory::resident(std::uint64_t start, std::uint64_t end) {
  std::uint64_t bytes = 0;
  while (start < end) {
    const PageMap::Run run = pages_.run(start, end);
    if (run.pages == PageMap::Pages::unknown) {
      return std::nullopt;
    }
    const bool is_held = run.pages == PageMap::Pages::own || run.pages == PageMap::Pages::file;
    bytes += is_held ? run.end - start : 0;
    start = run.end;
  }
  return bytes;
}

Stretch ProcessMemory::read_absent(const Mapping& mapping, std::uint64_t address, std::uint64_t end,
                                   std::span<std::byte> buffer) {
  if (mapping.is_private_anonymous()) {
    return {Stretch::Kind::hole, end - address};
  }
  if (!file_ || file_start_ != mapping.start) {
    file_.emplace(id_, mapping);
    file_start_ = mapping.start;
  }
  Stretch stretch = file_->read(address, end, buffer);
  stretch.is_in_file = mapping.is_of_lasting_file();
  return stretch;
}

Stretch ProcessMemory::read_present(std::uint64_t address, std::span<std::byte> buffer) {
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
  const std::uint64_t page_left = page_size_ - address % page_size_;
  if (!mem_) {
    return {Stretch::Kind::unreadable, page_left, "not permitted"};
  }
  const ssize_t n = ::pread(mem_.get(), buffer.data(), buffer.size(), static_cast<off_t>(address));
  if (n > 0) {
    return {Stretch::Kind::data, static_cast<std::uint64_t>(n)};
  }
  if (n == 0) {  // proc_pid_mem(5): the address space is no more
    throw_gone();
  }
  return {Stretch::Kind::unreadable, page_left, "the kernel can't read it"};
}

}  // namespace pysheeet
