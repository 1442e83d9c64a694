#pragma once

#include <span>
#include <string>

#include "trace/exports.h"
#include "trace/trace.h"

// Traces that exports and recordings are tested on.
namespace samples {

// Two threads, recursion, an exception, arguments; calls one by one or, as prof keeps them, not.
pysheeet::trace::Trace two_threads(bool keeps_calls);

// Every text is what no format likes.
pysheeet::trace::Trace hostile(bool keeps_calls);

// Two threads whose functions call themselves, and each other, and are called from outside, too.
pysheeet::trace::Trace recursion(bool keeps_calls);

// A call in a call, so many deep, of functions that take turns.
pysheeet::trace::Trace deep(unsigned levels);

// The bytes of a recording with the size and checksum that belong to them, so that what is behind
// these is looked at; any other bytes as they are.
std::string signed_again(std::string bytes);

std::string written(void (*write)(const pysheeet::trace::Trace&, pysheeet::trace::Sink&),
                    const pysheeet::trace::Trace& trace);
std::string json_of(const pysheeet::trace::Trace& trace,
                    std::span<const pysheeet::trace::ListedProbe> probes = {});

}  // namespace samples
