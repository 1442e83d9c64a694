#include "trace/recorder.h"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

#include "core/error.h"

namespace pysheeet::trace {

namespace {

OpenCall open_call(const ClosedCall& over) {
  return {.id = over.id,
          .lane = over.call.lane,
          .depth = over.depth,
          .function = over.call.function,
          .arguments = over.call.arguments,
          .begin = over.call.begin};
}

}  // namespace

bool Recorder::FunctionLess::operator()(const Function& a, const Function& b) const {
  const auto key = [](const Function& f) {
    return std::tie(f.address, f.name, f.place, f.file, f.line, f.module);
  };
  return key(a) < key(b);
}

Recorder::Recorder(Keep keep, std::uint64_t most_calls) : keep_(keep), most_calls_(most_calls) {}

void Recorder::describe(std::string program, std::string command, std::string engine,
                        std::int64_t began) {
  program_ = std::move(program);
  command_ = std::move(command);
  engine_ = std::move(engine);
  began_ = began;
}

std::uint32_t Recorder::add_function(const Function& function) {
  const auto next = static_cast<std::uint32_t>(functions_.size());
  const auto [found, is_new] = function_numbers_.try_emplace(function, next);
  if (is_new) {
    functions_.push_back(function);
    counts_.emplace_back();
  }
  return found->second;
}

std::uint32_t Recorder::add_thread(std::uint64_t id, const std::string& name) {
  const auto next = static_cast<std::uint32_t>(threads_.size());
  const auto [found, is_new] = live_threads_.try_emplace(id, next);
  if (is_new) {
    threads_.push_back({.id = id, .name = {}});
  }
  if (!name.empty()) {
    threads_[found->second].name = name;
  }
  return found->second;
}

std::uint32_t Recorder::add_text(std::string text) {
  std::uint32_t number = 0;
  if (unused_texts_.empty()) {
    number = static_cast<std::uint32_t>(texts_.size());
    texts_.emplace_back();
  } else {
    number = unused_texts_.back();
    unused_texts_.pop_back();
  }
  texts_[number] = {std::move(text), TextState::given};
  return number;
}

void Recorder::take_text(std::uint32_t number) {
  if (number == k_no_text) {
    return;
  }
  if (texts_[number].state != TextState::given) {
    throw Error("text " + std::to_string(number) + " belongs to another record");
  }
  texts_[number].state = TextState::taken;
}

void Recorder::drop_text(std::uint32_t number) {
  if (number != k_no_text) {
    texts_[number] = {};
    unused_texts_.push_back(number);
  }
}

void Recorder::add(const Record& record) {
  if (const std::string fault = fault_of(record, limits()); !fault.empty()) {
    throw Error("record: " + fault);
  }
  add_checked(record);
}

void Recorder::add(std::span<const std::byte> records) {
  RecordReader reader(records, limits());
  Record record;
  while (reader.next(record)) {
    add_checked(record);
  }
}

void Recorder::add_checked(const Record& record) {
  take_text(record.text);
  const std::span<const ClosedCall> over = decoder_.add(record);
  if (record.kind == RecordKind::hit) {
    // The calls that it found to be over come first.
    ++counts_[record.function].begun;
    closed(over.first(over.size() - 1));
    if (listener_ != nullptr) {
      listener_->began(open_call(over.back()));
    }
    closed(over.last(1));
    return;
  }
  const bool is_result = std::any_of(over.begin(), over.end(), [&record](const ClosedCall& call) {
    return call.call.result == record.text;
  });
  closed(over);
  if (record.kind == RecordKind::enter) {
    ++counts_[record.function].begun;
    if (listener_ != nullptr) {
      listener_->began(open_call(decoder_.opened()));
    }
  } else if (!is_result) {
    drop_text(record.text);
  }
  if (record.kind == RecordKind::thread_end) {
    live_threads_.erase(threads_[record.thread].id);
  }
}

void Recorder::closed(std::span<const ClosedCall> calls) {
  for (const ClosedCall& over : calls) {
    const Call& call = over.call;
    if (!decoder_.tree().nodes()[call.node].recursive) {
      counts_[call.function].total += call.duration();
    }
    if (listener_ != nullptr) {
      listener_->ended(open_call(over), call.end, call.how, call.result);
    }
    if (is_kept(over.id)) {
      calls_.push_back(call);
    } else {
      drop_text(call.arguments);
      drop_text(call.result);
    }
  }
}

void Recorder::count_only(std::uint32_t function) {
  ++counts_.at(function).begun;
  ++counts_.at(function).unplaced;
}

void Recorder::abandon(std::uint32_t function, End how, std::int64_t now) {
  closed(decoder_.abandon(function, how, now));
}

void Recorder::finish(std::int64_t time, End how) {
  closed(decoder_.add({.time = time, .kind = RecordKind::finish, .end = how}));
}

Losses Recorder::losses() const {
  const std::uint64_t begun = decoder_.begun();
  const bool has_more = keep_ == Keep::calls && begun > most_calls_;
  return {.dropped = dropped_,
          .unpaired = decoder_.unpaired(),
          .unkept = has_more ? begun - most_calls_ : 0};
}

Trace Recorder::trace(std::int64_t now) const {
  Trace trace;
  trace.program = program_;
  trace.command = command_;
  trace.engine = engine_;
  trace.began = began_;
  trace.functions = functions_;
  trace.threads = threads_;
  trace.cost = cost_;
  std::transform(counts_.begin(), counts_.end(), std::back_inserter(trace.unplaced),
                 [](const Counts& each) { return each.unplaced; });
  trace.losses = losses();
  trace.calls = calls_;
  Decoder ended = decoder_;
  for (const ClosedCall& over :
       ended.add({.time = now, .kind = RecordKind::finish, .end = End::open})) {
    if (is_kept(over.id)) {
      trace.calls.push_back(over.call);
    }
  }
  if (keep_ == Keep::calls) {
    trace.texts.reserve(texts_.size());
    for (std::size_t i = 1; i < texts_.size(); ++i) {
      trace.texts.push_back(texts_[i].text);
    }
  }
  trace.lanes = ended.lanes();
  trace.duration = ended.latest();
  trace.tree = ended.take_tree();
  return trace;
}

}  // namespace pysheeet::trace
