#include <zlib.h>

#include <algorithm>
#include <map>
#include <memory>

#include "core/error.h"
#include "core/text.h"
#include "trace/export_text.h"

namespace pysheeet::trace {

namespace {

// Protocol Buffers' wire format, as far as profile.proto needs it.
class Message {
 public:
  void add(std::uint32_t field, std::uint64_t number) {
    varint(std::uint64_t{field} << 3);
    varint(number);
  }
  void add(std::uint32_t field, std::int64_t number) {
    add(field, static_cast<std::uint64_t>(number));
  }
  void add(std::uint32_t field, std::string_view bytes) {
    constexpr std::uint64_t k_length_delimited = 2;
    varint(std::uint64_t{field} << 3 | k_length_delimited);
    varint(bytes.size());
    bytes_ += bytes;
  }
  void add(std::uint32_t field, const Message& message) { add(field, message.bytes_); }
  void add_packed(std::uint32_t field, const std::vector<std::uint64_t>& numbers) {
    Message packed;
    for (const std::uint64_t number : numbers) {
      packed.varint(number);
    }
    add(field, packed);
  }
  const std::string& bytes() const { return bytes_; }

 private:
  void varint(std::uint64_t number) {
    constexpr unsigned k_bits = 7;
    constexpr std::uint64_t k_more = 0x80;
    for (; number >= k_more; number >>= k_bits) {
      bytes_ += static_cast<char>(number | k_more);
    }
    bytes_ += static_cast<char>(number);
  }

  std::string bytes_;
};

class Strings {
 public:
  Strings() { (*this)(""); }
  std::int64_t operator()(const std::string& text) {
    const auto [found, is_new] = numbers_.try_emplace(text, texts_.size());
    if (is_new) {
      texts_.push_back(text);
    }
    return static_cast<std::int64_t>(found->second);
  }
  const std::vector<std::string>& texts() const { return texts_; }

 private:
  std::map<std::string, std::size_t> numbers_;
  std::vector<std::string> texts_;
};

// Numbers of fields: github.com/google/pprof, proto/profile.proto.
Message value_type(Strings& strings, const char* type, const char* unit) {
  Message message;
  message.add(1, strings(type));
  message.add(2, strings(unit));
  return message;
}

Message sample(const Trace& trace, std::uint32_t number, const Paths& paths, Strings& strings) {
  const CallTree::Node& node = trace.tree.nodes()[number];
  std::vector<std::uint64_t> locations;
  for (const std::uint32_t function : paths(number)) {
    locations.push_back(function + std::uint64_t{1});
  }
  std::reverse(locations.begin(), locations.end());  // the innermost first
  Message message;
  message.add_packed(1, locations);
  message.add_packed(2, {node.durations.calls(), static_cast<std::uint64_t>(node.self)});
  Message label;
  label.add(1, strings("thread"));
  label.add(2, strings(thread_text(trace.threads[node.thread])));
  message.add(3, label);
  return message;
}

// The files that functions are of, the program's first: pprof takes that for the main one.
class Mappings {
 public:
  explicit Mappings(const std::string& program) { (*this)(program); }
  std::uint64_t operator()(const std::string& file) {
    return numbers_.try_emplace(file, numbers_.size() + 1).first->second;
  }
  void add_to(Message& profile, Strings& strings) const {
    for (const auto& [file, number] : numbers_) {
      Message mapping;
      mapping.add(1, number);
      mapping.add(5, strings(escape(file)));
      mapping.add(7, std::uint64_t{1});  // has_functions: not to be looked up in the file
      mapping.add(8, std::uint64_t{1});  // has_filenames
      mapping.add(9, std::uint64_t{1});  // has_line_numbers
      profile.add(3, mapping);
    }
  }

 private:
  std::map<std::string, std::uint64_t> numbers_;
};

void add_function(const Function& function, std::uint64_t id, std::uint64_t mapping,
                  Strings& strings, Message& profile) {
  Message line;
  line.add(1, id);
  line.add(2, static_cast<std::uint64_t>(function.line));
  Message location;
  location.add(1, id);
  location.add(2, mapping);
  location.add(3, function.address);
  location.add(4, line);
  profile.add(4, location);
  Message described;
  described.add(1, id);
  described.add(2, strings(frame_name(function)));
  described.add(3, strings(frame_name(function)));
  described.add(4, strings(escape(function.file)));
  described.add(5, static_cast<std::uint64_t>(function.line));
  profile.add(5, described);
}

void write_gzipped(std::string_view bytes, Sink& sink) {
  constexpr int k_gzip = 16 + MAX_WBITS;
  constexpr int k_memory = 8;
  constexpr std::size_t k_piece = std::size_t{1} << 16;
  z_stream stream{};
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, k_gzip, k_memory,
                   Z_DEFAULT_STRATEGY) != Z_OK) {
    throw Error("zlib can't be used");
  }
  const std::unique_ptr<z_stream, int (*)(z_stream*)> owner(&stream, deflateEnd);
  std::string packed(k_piece, '\0');
  int state = Z_OK;
  while (state == Z_OK) {
    const std::string_view piece = bytes.substr(0, k_piece);
    bytes.remove_prefix(piece.size());
    // zlib does not write there; its interface is older than const.
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(piece.data()));
    stream.avail_in = static_cast<uInt>(piece.size());
    do {
      stream.next_out = reinterpret_cast<Bytef*>(packed.data());
      stream.avail_out = static_cast<uInt>(packed.size());
      state = deflate(&stream, bytes.empty() ? Z_FINISH : Z_NO_FLUSH);
      sink.write(std::string_view(packed).substr(0, packed.size() - stream.avail_out));
    } while (stream.avail_out == 0);
  }
}

}  // namespace

void write_pprof(const Trace& trace, Sink& sink) {
  Strings strings;
  Message profile;
  profile.add(1, value_type(strings, "calls", "count"));
  profile.add(1, value_type(strings, "time", "nanoseconds"));
  const Paths paths(trace.tree);
  for (std::uint32_t i = 0; i < trace.tree.nodes().size(); ++i) {
    if (trace.tree.nodes()[i].durations.calls() != 0) {
      profile.add(2, sample(trace, i, paths, strings));
    }
  }
  Mappings mappings(trace.program);
  for (std::size_t i = 0; i < trace.functions.size(); ++i) {
    const Function& function = trace.functions[i];
    const std::string& file = function.module.empty() ? trace.program : function.module;
    add_function(function, i + 1, mappings(file), strings, profile);
  }
  mappings.add_to(profile, strings);
  profile.add(9, trace.began);
  profile.add(10, trace.duration);
  profile.add(14, strings("time"));
  for (const std::string& text : strings.texts()) {
    profile.add(6, std::string_view(text));
  }
  write_gzipped(profile.bytes(), sink);
}

}  // namespace pysheeet::trace
