#include "dump/pipeline.h"

#include <csignal>
#include <utility>

namespace pysheeet::dump {

namespace {

// gdb's signals are for its own thread.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

}  // namespace

Pipeline::Pipeline(std::size_t workers) {
  // One to fill, one for each worker, one that waits.
  for (std::size_t i = 0; i < workers + 2; ++i) {
    free_.push_back(std::make_unique<Block>());
  }
  const SignalsBlocked blocked;
  for (std::size_t i = 0; i < workers; ++i) {
    workers_.emplace_back([this, i] { work(i); });
  }
}

Pipeline::~Pipeline() {
  abandon();
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
}

std::unique_ptr<Block> Pipeline::take() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return !free_.empty() || thrown_; });
  rethrow();
  std::unique_ptr<Block> block = std::move(free_.back());
  free_.pop_back();
  return block;
}

void Pipeline::put(std::unique_ptr<Block> block, Output& output) {
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back({std::move(block), &output, put_++});
  }
  changed_.notify_all();
}

void Pipeline::give_back(std::unique_ptr<Block> block) {
  const std::lock_guard lock(mutex_);
  free_.push_back(std::move(block));
}

void Pipeline::drain() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return written_ == put_; });
  rethrow();
}

void Pipeline::abandon() {
  std::unique_lock lock(mutex_);
  dropping_ = true;
  changed_.wait(lock, [this] { return written_ == put_; });
  dropping_ = false;
  thrown_ = nullptr;
}

void Pipeline::rethrow() {
  if (thrown_) {
    std::rethrow_exception(thrown_);
  }
}

void Pipeline::work(std::size_t worker) {
  for (;;) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !queue_.empty() || stopping_; });
    if (queue_.empty()) {
      return;
    }
    Job job = std::move(queue_.front());
    queue_.pop_front();
    bool is_wanted = !thrown_ && !dropping_;
    lock.unlock();
    std::exception_ptr thrown;
    try {
      if (is_wanted) {
        job.output->prepare(*job.block, worker);
      }
    } catch (...) {
      thrown = std::current_exception();
    }
    lock.lock();
    changed_.wait(lock, [&] { return written_ == job.number; });
    is_wanted = is_wanted && !thrown_ && !dropping_ && !thrown;
    lock.unlock();
    try {
      if (is_wanted) {
        job.output->write(*job.block);
      }
    } catch (...) {
      thrown = std::current_exception();
    }
    finish(std::move(job), thrown);
  }
}

void Pipeline::finish(Job job, const std::exception_ptr& thrown) {
  {
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(job.block));
    if (thrown && !thrown_) {
      thrown_ = thrown;
    }
    ++written_;
  }
  changed_.notify_all();
}

}  // namespace pysheeet::dump
