#include "server/log_file.h"

#include <utility>

namespace masthead::server {
namespace {

// Nothing of a name may end or open a part of the header.
std::string file_name(const host::LogDownloadQuery& query) {
  std::string name = query.pod + "_" + query.container + (query.previous ? "_previous" : "");
  for (char& c : name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '.' || c == '_';
    if (!plain) c = '_';
  }
  return name + ".log";
}

// From the cluster's loop to ours.
class Body final : public BodySource {
 public:
  Body(net::Loop& loop, std::shared_ptr<host::LogDownload> download)
      : loop_(loop), download_(std::move(download)) {}

  void next(Piece got) override {
    download_->next([&loop = loop_, got = std::move(got)](base::Result<std::string> piece) mutable {
      loop.post(
          [got = std::move(got), piece = std::move(piece)]() mutable { got(std::move(piece)); });
    });
  }

 private:
  net::Loop& loop_;
  std::shared_ptr<host::LogDownload> download_;
};

}  // namespace

void answer_log_file(net::Loop& loop, host::Logs* logs, const Target& target,
                     HttpServer::Reply reply) {
  using base::ErrorCode;
  if (logs == nullptr) {
    return reply(problem(501, {ErrorCode::kUnsupported, "There are no logs here.", "", {}, 0}));
  }
  host::LogDownloadQuery query;
  query.ns = target.value("namespace");
  query.pod = target.value("pod");
  query.container = target.value("container");
  query.previous = target.value("previous") == "true";
  query.timestamps = target.value("timestamps") == "true";
  if (query.ns.empty() || query.pod.empty() || query.container.empty()) {
    return reply(
        problem(400, {ErrorCode::kInvalid, "Name a namespace, a pod and a container.", "", {}, 0}));
  }
  const std::string name = file_name(query);
  logs->download(std::move(query), [&loop, name, reply = std::move(reply)](auto opened) mutable {
    loop.post([&loop, name, reply = std::move(reply), opened = std::move(opened)]() mutable {
      if (!opened) return reply(problem(http_status_of(opened.error().code), opened.error()));
      Answer answer{200, "text/plain; charset=utf-8", "", {}, nullptr};
      answer.headers.emplace_back("content-disposition", "attachment; filename=\"" + name + "\"");
      answer.source = std::make_shared<Body>(loop, std::move(*opened));
      reply(std::move(answer));
    });
  });
}

}  // namespace masthead::server
