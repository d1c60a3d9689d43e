#include "net/memory_stream.h"

#include <utility>

#include "base/check.h"

namespace masthead::net {
namespace {

// One direction: bytes on their way from a writer to a reader.
struct Pipe {
  std::string bytes;
  bool ended = false;  // the writer is gone
  bool deaf = false;   // the reader is gone
  bool closed_here = false;
  ByteStream::ReadCallback on_read;
  ByteStream::WriteCallback on_written;
};

// Delivers what a pipe holds, from the loop.
void pump(Loop& loop, const std::shared_ptr<Pipe>& pipe) {
  loop.post([pipe] {
    if (pipe->on_read && (pipe->closed_here || !pipe->bytes.empty() || pipe->ended)) {
      auto callback = std::exchange(pipe->on_read, nullptr);
      const std::string bytes = std::exchange(pipe->bytes, {});
      if (pipe->closed_here) {
        callback(base::fail(base::ErrorCode::kCancelled, "the connection was closed"));
      } else {
        callback(std::string_view(bytes));
      }
    }
    if (pipe->on_written && (pipe->bytes.empty() || pipe->deaf || pipe->ended)) {
      auto callback = std::exchange(pipe->on_written, nullptr);
      if (pipe->ended) {
        callback(base::fail(base::ErrorCode::kCancelled, "the connection was closed"));
      } else if (pipe->deaf) {
        callback(base::fail(base::ErrorCode::kUnavailable, "the peer has closed the connection"));
      } else {
        callback({});
      }
    }
  });
}

class MemoryStream final : public ByteStream {
 public:
  MemoryStream(Loop& loop, std::shared_ptr<Pipe> in, std::shared_ptr<Pipe> out)
      : loop_(loop), in_(std::move(in)), out_(std::move(out)) {}
  ~MemoryStream() override {
    auto read = std::exchange(in_->on_read, nullptr);
    auto written = std::exchange(out_->on_written, nullptr);
    close();
  }
  void read_some(ReadCallback callback) override {
    CHECK(!in_->on_read, "one read at a time");
    in_->on_read = std::move(callback);
    pump(loop_, in_);
  }
  void write(std::string bytes, WriteCallback callback) override {
    CHECK(!out_->on_written, "one write at a time");
    out_->on_written = std::move(callback);
    if (!out_->deaf && !out_->ended) out_->bytes += bytes;
    pump(loop_, out_);
  }
  void close() override {
    in_->deaf = in_->closed_here = true;
    in_->bytes.clear();
    out_->ended = true;
    pump(loop_, in_);
    pump(loop_, out_);
  }
  std::string peer() const override { return "memory"; }

 private:
  Loop& loop_;
  std::shared_ptr<Pipe> in_, out_;
};

}  // namespace

std::pair<std::unique_ptr<ByteStream>, std::unique_ptr<ByteStream>> memory_stream_pair(Loop& loop) {
  const auto there = std::make_shared<Pipe>();
  const auto back = std::make_shared<Pipe>();
  return {std::make_unique<MemoryStream>(loop, back, there),
          std::make_unique<MemoryStream>(loop, there, back)};
}

}  // namespace masthead::net
