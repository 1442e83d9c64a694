#include "dump/process_notes.h"

#include <elf.h>
#include <sys/procfs.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>
#include <cstring>
#include <optional>
#include <string_view>
#include <utility>

#include "core/error.h"
#include "core/file_descriptor.h"
#include "dump/core_image.h"

namespace pysheeet::dump {

namespace {

#if defined(__x86_64__)
constexpr std::uint16_t k_machine = EM_X86_64;
#elif defined(__aarch64__)
constexpr std::uint16_t k_machine = EM_AARCH64;
#else
#error "which machine is this in a core file?"
#endif

// AVX-512, AMX and what comes: 11 KiB today.
constexpr std::size_t k_largest_registers = std::size_t{1} << 16;

template <typename T>
std::string_view bytes_of(const T& value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

// A set of registers, NT_… naming it; nothing if the thread runs or has none such.
std::optional<std::string> registers(pid_t thread, unsigned kind) {
  std::string bytes(k_largest_registers, '\0');
  iovec place{bytes.data(), bytes.size()};
  if (::ptrace(static_cast<__ptrace_request>(PTRACE_GETREGSET), thread, kind, &place) != 0) {
    return std::nullopt;
  }
  bytes.resize(place.iov_len);
  return bytes;
}

// The fields of /proc/…/stat behind the name, which may hold anything: state is the first.
std::vector<std::string> stat_fields(const std::string& path) {
  const std::string text = read_file(path);
  std::vector<std::string> fields;
  std::size_t at = text.rfind(')');
  while (at != std::string::npos && at + 2 < text.size()) {
    const std::size_t begin = at + (fields.empty() ? 2 : 1);
    at = text.find_first_of(" \n", begin);
    fields.push_back(text.substr(begin, at - begin));
  }
  return fields;
}

long number_at(const std::vector<std::string>& fields, std::size_t i) {
  long value = 0;
  if (i < fields.size()) {
    std::from_chars(fields[i].data(), fields[i].data() + fields[i].size(), value);
  }
  return value;
}

timeval time_of(long ticks) {
  const long per_second = ::sysconf(_SC_CLK_TCK);
  return {ticks / per_second, ticks % per_second * 1000000 / per_second};
}

// Whether its registers could be read.
bool add_thread(std::string& notes, pid_t thread, int signal) {
  const auto general = registers(thread, NT_PRSTATUS);
  if (!general) {
    return false;
  }
  elf_prstatus status{};
  if (general->size() != sizeof status.pr_reg) {
    throw Error(
        "a core is written of 64-bit programs only; gdb's generate-core-file writes this one");
  }
  std::memcpy(&status.pr_reg, general->data(), general->size());
  // proc_pid_stat(5), less the two fields before the state
  const auto fields = stat_fields("/proc/" + std::to_string(thread) + "/stat");
  status.pr_info.si_signo = signal;
  status.pr_cursig = static_cast<short>(signal);
  status.pr_pid = thread;
  status.pr_ppid = static_cast<pid_t>(number_at(fields, 1));
  status.pr_pgrp = static_cast<pid_t>(number_at(fields, 2));
  status.pr_sid = static_cast<pid_t>(number_at(fields, 3));
  const auto set_time = [&](auto& place, std::size_t field) {
    const timeval time = time_of(number_at(fields, field));
    place.tv_sec = time.tv_sec;
    place.tv_usec = time.tv_usec;
  };
  set_time(status.pr_utime, 11);
  set_time(status.pr_stime, 12);
  set_time(status.pr_cutime, 13);
  set_time(status.pr_cstime, 14);
  const auto floating = registers(thread, NT_FPREGSET);
  status.pr_fpvalid = floating ? 1 : 0;
  notes += note("CORE", NT_PRSTATUS, bytes_of(status));
  if (floating) {
    notes += note("CORE", NT_FPREGSET, *floating);
  }
  if (k_machine == EM_X86_64) {
    if (const auto extended = registers(thread, NT_X86_XSTATE)) {
      notes += note("LINUX", NT_X86_XSTATE, *extended);
    }
  }
  siginfo_t info{};
  if (::ptrace(PTRACE_GETSIGINFO, thread, nullptr, &info) == 0) {
    notes += note("CORE", NT_SIGINFO, bytes_of(info));
  }
  return true;
}

std::string process_info(pid_t pid, const std::string& home) {
  const auto fields = stat_fields(home + "/stat");
  elf_prpsinfo info{};
  info.pr_sname = fields.empty() || fields[0].empty() ? 'R' : fields[0][0];
  constexpr std::string_view k_states = "RSDTZW";
  const std::size_t state = k_states.find(info.pr_sname);
  info.pr_state = static_cast<char>(state == std::string_view::npos ? 0 : state);
  info.pr_zomb = info.pr_sname == 'Z' ? 1 : 0;
  info.pr_ppid = static_cast<pid_t>(number_at(fields, 1));
  info.pr_pgrp = static_cast<pid_t>(number_at(fields, 2));
  info.pr_sid = static_cast<pid_t>(number_at(fields, 3));
  info.pr_flag = static_cast<unsigned long>(number_at(fields, 6));
  info.pr_nice = static_cast<char>(number_at(fields, 16));
  info.pr_pid = pid;
  std::string name = read_file(home + "/comm");
  name.resize(std::min(name.find('\n'), sizeof info.pr_fname - 1));
  std::copy(name.begin(), name.end(), info.pr_fname);
  std::string line = read_file(home + "/cmdline");
  while (line.ends_with('\0')) {
    line.pop_back();
  }
  std::replace(line.begin(), line.end(), '\0', ' ');
  line.resize(std::min(line.size(), sizeof info.pr_psargs - 1));
  std::copy(line.begin(), line.end(), info.pr_psargs);
  return note("CORE", NT_PRPSINFO, bytes_of(info));
}

// Linux fs/binfmt_elf.c, fill_files_note()
std::string mapped_files(const std::vector<Mapping>& mappings) {
  const auto page_size = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  std::string table;
  std::string names;
  std::uint64_t count = 0;
  const auto append = [&table](std::uint64_t word) { table += bytes_of(word); };
  for (const Mapping& mapping : mappings) {
    if (mapping.name.starts_with('/')) {
      append(mapping.start);
      append(mapping.end);
      append(mapping.offset / page_size);
      names.append(mapping.name).push_back('\0');
      ++count;
    }
  }
  return note("CORE", NT_FILE,
              std::string(bytes_of(count)).append(bytes_of(page_size)) + table + names);
}

}  // namespace

ProcessNotes process_notes(pid_t pid, const std::vector<pid_t>& threads, int signal,
                           const std::vector<Mapping>& mappings) {
  ProcessNotes result;
  result.machine = k_machine;
  if (threads.empty()) {
    throw Error("there is no thread");
  }
  // Any thread has what is the process's; the first one's entry is empty once it has ended.
  const std::string home = "/proc/" + std::to_string(threads.front());
  std::string rest = process_info(pid, home) + note("CORE", NT_AUXV, read_file(home + "/auxv")) +
                     mapped_files(mappings);
  for (const pid_t thread : threads) {
    if (!add_thread(result.notes, thread, signal)) {
      result.unreadable.push_back(thread);
    } else if (!rest.empty()) {
      // As in the kernel's cores, the first thread's status comes before all else.
      result.notes += std::exchange(rest, {});
    }
  }
  if (!rest.empty()) {
    throw Error("no thread's registers can be read");
  }
  return result;
}

}  // namespace pysheeet::dump
