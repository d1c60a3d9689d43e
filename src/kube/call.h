// One request whose answer is taken whole: deadline, body limit, and being sent again where that
// does no harm. Threading: the loop. Owned by the Client's Core.
#pragma once

#include <memory>
#include <string>

#include "kube/client_core.h"

namespace masthead::kube {

class Call : private StreamHandler {
 public:
  Call(Client::Core& core, Request request, Client::ResponseCallback callback);
  ~Call() override;
  void begin();
  // Answers; the Core then destroys it.
  void finish(base::Result<Response> result);

  std::list<std::unique_ptr<Call>>::iterator self;

 private:
  void send();
  bool retry_after(const base::Error& error);
  void on_headers(int status, const proto::Headers& headers) override;
  void on_data(std::string_view bytes) override;
  void on_end() override;
  void on_failure(const base::Error& error) override;

  Client::Core& core_;
  Request request_;
  Client::ResponseCallback callback_;
  Response response_;
  std::unique_ptr<Stream> stream_;
  net::Timer deadline_, retry_;
  int64_t give_up_ms_ = 0;  // monotonic
  int attempts_ = 0;
};

}  // namespace masthead::kube
