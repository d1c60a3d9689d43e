// What the user may do to single objects, asked of the API server only for what is open.
//
// Answers hold for limits::kReviewCacheMs; then they are asked for again, and hold meanwhile. What
// could not be asked is not known, which is not allowed.
//
// Threading: last() and ask() from any thread; callbacks and the listener on the Client's loop.
// Created and destroyed as the Client is, and before it goes.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "kube/client.h"

namespace masthead::access {

enum class Right { kUnknown, kAllowed, kDenied };

class Rights {
 public:
  struct Question {
    std::string verb, group, resource, ns, name;
    std::string subresource = {};
    auto operator<=>(const Question&) const = default;
  };

  // `changed` is called on the loop when an answer differs from the one before; it must only post.
  Rights(kube::Client& client, const base::Clock& clock, std::function<void()> changed);
  ~Rights();

  // The answer as far as it is known; asks in the background where it is too old.
  Right last(const Question& question);
  // Calls `done` once all of them have been answered or could not be.
  void ask(const std::vector<Question>& questions, std::function<void()> done);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace masthead::access
