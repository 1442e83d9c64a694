#include "trace/record.h"

#include <bit>
#include <cstring>

#include "core/error.h"

namespace pysheeet::trace {

static_assert(std::endian::native == std::endian::little, "records are read as they lie");

std::string_view name_of(End end) {
  switch (end) {
    case End::returned:
      return "returned";
    case End::tail_call:
      return "ended by a tail call";
    case End::exception:
      return "ended by an exception";
    case End::longjmp:
      return "ended by longjmp";
    case End::thread_end:
      return "ended by thread exit";
    case End::exit:
      return "ended by program exit";
    case End::exec:
      return "ended by exec";
    case End::open:
      return "still open";
    case End::not_timed:
      return "not timed";
    case End::unknown:
      break;
  }
  return "ended by a jump that was not seen";
}

std::string fault_of(const Record& record, const RecordLimits& limits) {
  const auto kind = static_cast<std::uint8_t>(record.kind);
  const auto beyond = [](const char* what, std::uint64_t number, std::size_t limit) {
    return std::string(what) + " " + std::to_string(number) + " of " + std::to_string(limit);
  };
  if (kind == 0 || kind > k_record_kinds) {
    return "unknown kind " + std::to_string(kind);
  }
  if (static_cast<std::uint8_t>(record.end) >= k_ends) {
    return "unknown end " + std::to_string(static_cast<std::uint8_t>(record.end));
  }
  if (record.kind != RecordKind::finish && record.thread >= limits.threads) {
    return beyond("thread", record.thread, limits.threads);
  }
  const bool has_function = record.kind == RecordKind::enter || record.kind == RecordKind::hit;
  if (has_function && record.function >= limits.functions) {
    return beyond("function", record.function, limits.functions);
  }
  if (record.text != k_no_text && record.text >= limits.texts) {
    return beyond("text", record.text, limits.texts);
  }
  return "";
}

RecordReader::RecordReader(std::span<const std::byte> bytes, const RecordLimits& limits)
    : bytes_(bytes), limits_(limits) {
  const RecordHeader known;
  RecordHeader header;
  if (bytes.size() < sizeof header) {
    throw Error("records: no header at offset 0");
  }
  std::memcpy(&header, bytes.data(), sizeof header);
  if (header.magic != known.magic) {
    throw Error("records: wrong magic at offset 0");
  }
  if (header.version != known.version) {
    throw Error("records: unknown version " + std::to_string(header.version) + " at offset 4");
  }
  if (header.record_size != known.record_size) {
    throw Error("records: unknown size " + std::to_string(header.record_size) + " at offset 6");
  }
  offset_ = sizeof header;
}

bool RecordReader::next(Record& record) {
  const std::size_t left = bytes_.size() - offset_;
  if (left == 0) {
    return false;
  }
  if (left < sizeof record) {
    throw Error("records: cut off at offset " + std::to_string(bytes_.size()));
  }
  std::memcpy(&record, bytes_.data() + offset_, sizeof record);
  if (const std::string fault = fault_of(record, limits_); !fault.empty()) {
    throw Error("records: " + fault + " at offset " + std::to_string(offset_));
  }
  offset_ += sizeof record;
  return true;
}

}  // namespace pysheeet::trace
