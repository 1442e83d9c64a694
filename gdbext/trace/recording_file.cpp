#include "trace/recording_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bit>
#include <cerrno>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "core/error.h"
#include "core/file_descriptor.h"
#include "core/text.h"
#include "trace/lane_calls.h"

namespace pysheeet::trace {

static_assert(std::endian::native == std::endian::little, "recordings are read as they lie");

namespace {

// Below these nothing that is added up overflows.
constexpr std::int64_t k_most_time = std::numeric_limits<std::int64_t>::max() / 4;
constexpr std::uint64_t k_most_calls = std::numeric_limits<std::uint64_t>::max() / 4;

std::uint64_t checksum_of(std::string_view bytes) {
  constexpr std::uint64_t k_basis = 0xcbf29ce484222325;
  constexpr std::uint64_t k_prime = 0x100000001b3;
  std::uint64_t sum = k_basis;
  for (const char c : bytes) {
    sum = (sum ^ static_cast<unsigned char>(c)) * k_prime;
  }
  return sum;
}

class Writer {
 public:
  template <typename T>
  void add(const T& value) {
    static_assert(std::is_trivially_copyable_v<T> && std::has_unique_object_representations_v<T>);
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  void add_text(std::string_view text) {
    text = text.substr(0, std::numeric_limits<std::uint32_t>::max());
    add(static_cast<std::uint32_t>(text.size()));
    bytes_ += text;
  }
  void add_count(std::size_t count) { add(static_cast<std::uint64_t>(count)); }
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

void add_node(const CallTree::Node& node, Writer& out) {
  const Durations& each = node.durations;
  out.add(RecordedNode{.parent = node.parent,
                       .thread = node.thread,
                       .function = node.function,
                       .first_bucket = each.first_bucket(),
                       .buckets = static_cast<std::uint32_t>(each.bucket_calls().size()),
                       .reserved = 0,
                       .self = node.self,
                       .sum = each.sum(),
                       .minimum = each.minimum(),
                       .maximum = each.maximum(),
                       .ends = node.ends});
  for (const std::uint64_t calls : each.bucket_calls()) {
    out.add(calls);
  }
}

void add_call(const Call& call, Writer& out) {
  out.add(RecordedCall{.lane = call.lane,
                       .function = call.function,
                       .node = call.node,
                       .arguments = call.arguments,
                       .result = call.result,
                       .how = static_cast<std::uint32_t>(call.how),
                       .begin = call.begin,
                       .end = call.end,
                       .in_callees = call.in_callees});
}

template <typename List, typename Add>
void add_list(const List& list, Writer& out, const Add& add) {
  out.add_count(list.size());
  for (const auto& each : list) {
    add(each, out);
  }
}

// Reads what is there, and tells the offset of what is not.
class Reader {
 public:
  explicit Reader(std::span<const std::byte> bytes) : bytes_(bytes) {}

  [[noreturn]] void fail(const std::string& what) const { fail(what, start_); }
  [[noreturn]] static void fail(const std::string& what, std::size_t offset) {
    throw Error(what + " at offset " + std::to_string(offset));
  }
  std::size_t offset() const { return offset_; }
  template <typename T>
  T take() {
    start_ = offset_;
    T value;
    std::memcpy(&value, take_bytes(sizeof value).data(), sizeof value);
    return value;
  }
  std::string take_text() {
    const auto size = take<std::uint32_t>();
    const auto text = take_bytes(size);
    return {reinterpret_cast<const char*>(text.data()), text.size()};
  }
  // The length of a list whose elements take at least so many bytes each.
  std::size_t take_count(std::size_t least) {
    const auto count = take<std::uint64_t>();
    if (count > (bytes_.size() - offset_) / least) {
      fail("a list of " + std::to_string(count) + " elements that are not there");
    }
    return count;
  }
  std::int64_t take_time() {
    const auto time = take<std::int64_t>();
    check_time(time);
    return time;
  }
  void check_time(std::int64_t time) const {
    if (time < 0 || time > k_most_time) {
      fail("a time that can't be");
    }
  }
  void check_number(const char* what, std::uint64_t number, std::size_t limit) const {
    if (number >= limit) {
      fail(std::string(what) + " " + std::to_string(number) + " of " + std::to_string(limit));
    }
  }
  void finish() {
    start_ = offset_;
    if (offset_ != bytes_.size()) {
      fail("more than a recording has");
    }
  }

 private:
  std::span<const std::byte> take_bytes(std::size_t size) {
    if (size > bytes_.size() - offset_) {
      start_ = bytes_.size();
      fail("cut off");
    }
    return bytes_.subspan(std::exchange(offset_, offset_ + size), size);
  }

  std::span<const std::byte> bytes_;
  std::size_t offset_ = 0;
  std::size_t start_ = 0;  // of what is read now
};

// What all nodes add up to so far.
struct Sums {
  std::int64_t time = 0;
  std::uint64_t calls = 0;
  std::vector<std::size_t> offsets;      // of each node
  std::vector<std::int64_t> in_callees;  // of each node: the time of its children
};

// The node's place in the tree.
std::uint32_t take_path(const Reader& in, const RecordedNode& raw, Trace& trace) {
  const auto index = static_cast<std::uint32_t>(trace.tree.nodes().size());
  in.check_number("thread", raw.thread, trace.threads.size());
  const bool is_root = raw.function == CallTree::k_none;
  if (!is_root) {
    in.check_number("function", raw.function, trace.functions.size());
    in.check_number("caller", raw.parent, index);
    if (trace.tree.nodes()[raw.parent].thread != raw.thread) {
      in.fail("a call path across threads");
    }
  }
  const std::uint32_t node =
      is_root ? trace.tree.root(raw.thread) : trace.tree.child(raw.parent, raw.function);
  if (node != index) {
    in.fail("a call path that was there already");
  }
  return node;
}

Durations take_durations(Reader& in, const RecordedNode& raw) {
  in.check_number("bucket", raw.buckets, 1U << 10);
  std::vector<std::uint64_t> buckets;
  for (std::uint32_t i = 0; i < raw.buckets; ++i) {
    buckets.push_back(in.take<std::uint64_t>());
  }
  try {
    return Durations::restore(raw.sum, raw.minimum, raw.maximum, raw.first_bucket,
                              std::move(buckets));
  } catch (const std::invalid_argument& error) {
    in.fail(error.what());
  }
}

void take_node(Reader& in, Trace& trace, Sums& sums) {
  sums.offsets.push_back(in.offset());
  sums.in_callees.push_back(0);
  const auto raw = in.take<RecordedNode>();
  const std::uint32_t node = take_path(in, raw, trace);
  in.check_time(raw.sum);
  in.check_time(raw.self);
  sums.time += raw.sum;
  in.check_time(sums.time);
  CallTree::Node& sum = trace.tree.at(node);
  sum.self = raw.self;
  sum.ends = raw.ends;
  sum.durations = take_durations(in, raw);
  sums.calls += sum.durations.calls();
  std::uint64_t ended = 0;
  for (const std::uint64_t calls : raw.ends) {
    ended = calls > k_most_calls || ended > k_most_calls ? k_most_calls + 1 : ended + calls;
  }
  const bool is_whole = sum.durations.calls() == ended && (!sum.is_root() || ended == 0);
  if (sum.durations.calls() > k_most_calls || sums.calls > k_most_calls || !is_whole ||
      raw.sum != sum.durations.sum()) {
    in.fail("calls that do not add up");
  }
  if (!sum.is_root()) {
    sums.in_callees[sum.parent] += raw.sum;
  }
}

void take_nodes(Reader& in, Trace& trace) {
  Sums sums;
  for (std::size_t i = in.take_count(sizeof(RecordedNode)); i > 0; --i) {
    take_node(in, trace, sums);
  }
  for (std::size_t i = 0; i < sums.offsets.size(); ++i) {
    const CallTree::Node& node = trace.tree.nodes()[i];
    const std::int64_t left = node.is_root() ? 0 : node.durations.sum() - sums.in_callees[i];
    if (node.self != left) {
      Reader::fail("a time of its own that calls don't leave", sums.offsets[i]);
    }
  }
}

Call take_call(Reader& in, const Trace& trace) {
  const auto raw = in.take<RecordedCall>();
  in.check_number("lane", raw.lane, trace.lanes.size());
  in.check_number("function", raw.function, trace.functions.size());
  in.check_number("call path", raw.node, trace.tree.nodes().size());
  in.check_number("text", raw.arguments, trace.texts.size());
  in.check_number("text", raw.result, trace.texts.size());
  in.check_number("end", raw.how, k_ends);
  in.check_time(raw.begin);
  in.check_time(raw.end);
  in.check_time(raw.in_callees);
  if (raw.end < raw.begin || raw.in_callees > raw.end - raw.begin ||
      trace.tree.nodes()[raw.node].function != raw.function ||
      trace.tree.nodes()[raw.node].thread != trace.lanes[raw.lane].thread) {
    in.fail("a call that can't be");
  }
  return {.lane = raw.lane,
          .function = raw.function,
          .node = raw.node,
          .arguments = raw.arguments,
          .result = raw.result,
          .how = static_cast<End>(raw.how),
          .begin = raw.begin,
          .end = raw.end,
          .in_callees = raw.in_callees};
}

void take_calls(Reader& in, Trace& trace) {
  const std::size_t count = in.take_count(sizeof(RecordedCall));
  const std::size_t offset = in.offset();
  for (std::size_t i = 0; i < count; ++i) {
    trace.calls.push_back(take_call(in, trace));
  }
  const LaneCalls calls(trace);
  for (std::uint32_t lane = 0; lane < trace.lanes.size(); ++lane) {
    if (const std::uint32_t call = calls.misplaced(lane); call != CallTree::k_none) {
      Reader::fail("a call that is not within its caller", offset + call * sizeof(RecordedCall));
    }
  }
}

void take_unplaced(Reader& in, Trace& trace) {
  const std::size_t count = in.take_count(sizeof(std::uint64_t));
  if (count > trace.functions.size()) {
    in.fail("calls of " + std::to_string(count) + " functions of " +
            std::to_string(trace.functions.size()));
  }
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const auto calls = in.take<std::uint64_t>();
    if (calls > k_most_calls || sum > k_most_calls - calls) {
      in.fail("calls that do not add up");
    }
    sum += calls;
    trace.unplaced.push_back(calls);
  }
}

Function take_function(Reader& in) {
  Function function;
  function.name = in.take_text();
  function.place = in.take_text();
  function.file = in.take_text();
  function.line = in.take<std::uint32_t>();
  function.address = in.take<std::uint64_t>();
  function.module = in.take_text();
  return function;
}

void take_names(Reader& in, Trace& trace) {
  constexpr std::size_t k_least_function = 28;
  constexpr std::size_t k_least_thread = 12;
  constexpr std::size_t k_least_text = 4;
  for (std::size_t i = in.take_count(k_least_function); i > 0; --i) {
    trace.functions.push_back(take_function(in));
  }
  for (std::size_t i = in.take_count(k_least_thread); i > 0; --i) {
    const auto id = in.take<std::uint64_t>();
    trace.threads.push_back({.id = id, .name = in.take_text()});
  }
  for (std::size_t i = in.take_count(sizeof(Lane)); i > 0; --i) {
    const auto lane = in.take<Lane>();
    in.check_number("thread", lane.thread, trace.threads.size());
    trace.lanes.push_back(lane);
  }
  trace.texts.clear();
  for (std::size_t i = in.take_count(k_least_text); i > 0; --i) {
    trace.texts.push_back(in.take_text());
  }
  in.check_number("text", 0, trace.texts.size());
}

RecordingHeader checked_header(Reader& in, std::span<const std::byte> bytes) {
  const RecordingHeader known;
  const auto header = in.take<RecordingHeader>();
  if (header.magic != known.magic) {
    in.fail("no recording of pysheeet:");
  }
  if (header.version != known.version || header.header_size != known.header_size) {
    in.fail("a recording of version " + std::to_string(header.version) + ", not " +
            std::to_string(known.version) + ",");
  }
  const std::span<const std::byte> body = bytes.subspan(sizeof header);
  if (header.body_size != body.size()) {
    in.fail("cut off, or longer than it was:");
  }
  const std::string_view text(reinterpret_cast<const char*>(body.data()), body.size());
  if (header.checksum != checksum_of(text)) {
    in.fail("damaged: its checksum is not that");
  }
  return header;
}

}  // namespace

void write_recording(const Trace& trace, Sink& sink) {
  Writer out;
  out.add_text(trace.program);
  out.add_text(trace.command);
  out.add_text(trace.engine);
  out.add(trace.began);
  out.add(trace.duration);
  add_list(trace.functions, out, [](const Function& function, Writer& to) {
    to.add_text(function.name);
    to.add_text(function.place);
    to.add_text(function.file);
    to.add(function.line);
    to.add(function.address);
    to.add_text(function.module);
  });
  add_list(trace.threads, out, [](const Thread& thread, Writer& to) {
    to.add(thread.id);
    to.add_text(thread.name);
  });
  add_list(trace.lanes, out, [](const Lane& lane, Writer& to) { to.add(lane); });
  add_list(trace.texts, out, [](const std::string& text, Writer& to) { to.add_text(text); });
  add_list(trace.tree.nodes(), out, add_node);
  add_list(trace.calls, out, add_call);
  add_list(trace.unplaced, out, [](std::uint64_t calls, Writer& to) { to.add(calls); });
  out.add(trace.losses);
  out.add(trace.cost);
  RecordingHeader header;
  header.body_size = out.bytes().size();
  if (header.body_size > k_most_recording_bytes - sizeof header) {
    throw Error("the recording is larger than 1 GiB, and could not be loaded again");
  }
  header.checksum = checksum_of(out.bytes());
  sink.write({reinterpret_cast<const char*>(&header), sizeof header});
  sink.write(out.bytes());
}

Trace read_recording(std::span<const std::byte> bytes) {
  Reader in(bytes);
  checked_header(in, bytes);
  Trace trace;
  trace.program = in.take_text();
  trace.command = in.take_text();
  trace.engine = in.take_text();
  trace.began = in.take<std::int64_t>();
  trace.duration = in.take_time();
  take_names(in, trace);
  take_nodes(in, trace);
  take_calls(in, trace);
  take_unplaced(in, trace);
  trace.losses = in.take<Losses>();
  trace.cost = in.take<TracingCost>();
  in.finish();
  return trace;
}

Trace load_recording(const std::string& path) {
  const FileDescriptor file = FileDescriptor::open(path, O_RDONLY | O_NONBLOCK);
  struct stat status {};
  if (fstat(file.get(), &status) != 0) {
    throw_errno(escape(path));
  }
  if (!S_ISREG(status.st_mode) ||
      static_cast<std::uint64_t>(status.st_size) > k_most_recording_bytes) {
    throw Error(escape(path) + " is no recording: no regular file of up to 1 GiB");
  }
  std::string bytes(static_cast<std::size_t>(status.st_size), '\0');
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t count = read(file.get(), bytes.data() + done, bytes.size() - done);
    if (count < 0 && errno != EINTR) {
      throw_errno(escape(path));
    }
    if (count == 0) {
      break;
    }
    done += count > 0 ? static_cast<std::size_t>(count) : 0;
  }
  try {
    return read_recording(std::as_bytes(std::span(bytes.data(), done)));
  } catch (const Error& error) {
    throw Error(escape(path) + ": " + error.what());
  }
}

}  // namespace pysheeet::trace
