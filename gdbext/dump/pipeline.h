#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

namespace pysheeet::dump {

// Bytes on their way into a file.
struct Block {
  static constexpr std::size_t k_room = std::size_t{1} << 20;

  std::unique_ptr<std::byte[]> bytes = std::make_unique_for_overwrite<std::byte[]>(k_room);
  std::size_t size = 0;
  std::uint64_t offset = 0;         // in the uncompressed file
  std::vector<std::byte> prepared;  // what Output::prepare() made of them
};

// Where blocks go. What is thrown reaches who fills the blocks.
class Output {
 public:
  Output() = default;
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;
  virtual ~Output() = default;

  // Called on several threads at once, worker telling them apart.
  virtual void prepare(Block& block, std::size_t worker) = 0;
  // Called in the blocks' order, one at a time.
  virtual void write(const Block& block) = 0;
};

// Threads that write blocks while the next ones are filled. Holds a fixed number of blocks, and
// makes who fills them wait while all are on their way.
class Pipeline {
 public:
  explicit Pipeline(std::size_t workers);
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;
  ~Pipeline();

  // A block to fill. Throws what an Output has thrown since.
  std::unique_ptr<Block> take();
  // Sends it to output, which must live until drain().
  void put(std::unique_ptr<Block> block, Output& output);
  // Gives it back unused.
  void give_back(std::unique_ptr<Block> block);
  // Waits until all is written. Throws what an Output has thrown.
  void drain();
  // Waits for what is being written, and drops the rest and what was thrown.
  void abandon();

 private:
  struct Job {
    std::unique_ptr<Block> block;
    Output* output = nullptr;
    std::uint64_t number = 0;
  };

  void work(std::size_t worker);
  void finish(Job job, const std::exception_ptr& thrown);
  void rethrow();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::unique_ptr<Block>> free_;
  std::deque<Job> queue_;
  std::uint64_t put_ = 0;      // jobs so far
  std::uint64_t written_ = 0;  // of them, the first are done
  bool dropping_ = false;      // what is not begun is dropped
  bool stopping_ = false;
  std::exception_ptr thrown_;
  std::vector<std::jthread> workers_;
};

}  // namespace pysheeet::dump
