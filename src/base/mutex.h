// std::mutex with clang's thread-safety annotations: -Wthread-safety then proves that what is
// GUARDED_BY a mutex is touched only under it. (libstdc++'s own mutex has no annotations.)
#pragma once

#include <condition_variable>
#include <mutex>

#define MASTHEAD_ANNOTATION(x) __attribute__((x))
#define GUARDED_BY(x) MASTHEAD_ANNOTATION(guarded_by(x))
#define REQUIRES(...) MASTHEAD_ANNOTATION(requires_capability(__VA_ARGS__))
#define EXCLUDES(...) MASTHEAD_ANNOTATION(locks_excluded(__VA_ARGS__))

namespace masthead::base {

class MASTHEAD_ANNOTATION(capability("mutex")) Mutex {
 public:
  void lock() MASTHEAD_ANNOTATION(acquire_capability()) { mutex_.lock(); }
  void unlock() MASTHEAD_ANNOTATION(release_capability()) { mutex_.unlock(); }

 private:
  friend class MutexLock;
  std::mutex mutex_;
};

class MASTHEAD_ANNOTATION(scoped_lockable) MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) MASTHEAD_ANNOTATION(acquire_capability(mutex)) : mutex_(mutex) {
    mutex_.lock();
  }
  ~MutexLock() MASTHEAD_ANNOTATION(release_capability()) { mutex_.unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

}  // namespace masthead::base
