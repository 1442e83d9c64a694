#pragma once

#include <cstdint>
#include <string>

#include "posix/format.h"

namespace pysheeet::posix {

// The signal's name as kill(1) has it with SIG before it: "SIGINT", "SIGRTMIN+3"; else the number.
std::string signal_text(const Integer& number);

// The signals of a set, lowest first: "{SIGINT, SIGTERM}"; of one that has more than half, those
// that are missing: "~{SIGKILL, SIGSTOP}". The two that the C library keeps to itself, 32 and 33,
// are never missing.
std::string signal_set_text(std::uint64_t set);

// sigset_t: "set".
std::string sigset_text(const Fields& fields, const Format& format);

// struct sigaction: "sa_mask" as a set, "handler" the function as gdb shows it.
std::string sigaction_text(const Fields& fields, const Format& format);

// siginfo_t: what the signal and its code say is filled, sigaction(2).
std::string siginfo_text(const Fields& fields, const Format& format);

}  // namespace pysheeet::posix
