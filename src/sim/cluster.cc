#include "sim/cluster.h"

#include <fmt/format.h>

#include <algorithm>
#include <future>

#include "base/base64.h"
#include "base/check.h"
#include "json/writer.h"

namespace masthead::sim {
namespace {

constexpr const char* kAddress = "127.0.0.1";

// What every cluster has before anybody writes to it.
void bootstrap(ApiServer& server) {
  const ResourceTypePtr namespaces = server.types().find("", "namespaces");
  for (const char* name : {"default", "kube-system", "kube-public", "kube-node-lease"}) {
    Document ns = Fields{{"metadata", Fields{{"name", name}}}};
    (void)server.create(namespaces, "", std::move(ns), "kube-apiserver");
  }
}

}  // namespace

Cluster::Cluster(Options options, const base::Clock& clock)
    : options_(std::move(options)), random_(options_.seed), loop_(clock) {
  if (options_.faulty) {
    faults_ = std::make_unique<Faults>(loop_);
    network_ = std::make_unique<Network>(loop_);
  }
  for (const User& user : options_.users) {
    tokens_.emplace_back(user.name, base::random_hex(24));
  }
  make_server();
}

Cluster::~Cluster() {
  stop();
}

void Cluster::make_server() {
  server_ = std::make_unique<ApiServer>(loop_, random_,
                                        ApiServer::Options{options_.version, options_.pods});
  for (size_t i = 0; i < tokens_.size(); ++i) {
    server_->add_user(tokens_[i].second, options_.users[i]);
  }
}

void Cluster::renew_certificate() {
  const net::Certificate authority = net::make_authority("masthead embedded cluster");
  net::CertificateRequest request;
  request.common_name = "kube-apiserver";
  request.dns_names = {"localhost", "kubernetes.default.svc"};
  request.addresses = {kAddress};
  certificate_ = net::issue_certificate(authority, request);
  authority_pem_ = authority.certificate_pem;
}

base::Result<void> Cluster::start(const std::function<void(ApiServer&)>& fill) {
  bootstrap(*server_);
  if (fill) fill(*server_);
  renew_certificate();
  TRY_VOID(listen());
  port_ = front_->port();
  loop_.start("sim");
  return {};
}

base::Result<void> Cluster::listen() {
  const Front::Handler serve = [this](ApiRequest got, const ExchangePtr& exchange) {
    server_->handle(std::move(got), exchange);
  };
  const Front::Handler serve_badly = [this, serve](ApiRequest got, const ExchangePtr& exchange) {
    faults_->handle(std::move(got), exchange, serve);
  };
  Front::Options front{kAddress,
                       port_ == 0 ? options_.port : port_,
                       certificate_.certificate_pem,
                       certificate_.key_pem,
                       options_.client_authority_pem,
                       options_.http2,
                       network_.get()};
  front_ = TRY(Front::open(loop_, std::move(front), faults_ != nullptr ? serve_badly : serve));
  return {};
}

void Cluster::stop() {
  loop_.stop();
  front_.reset();
  server_.reset();
}

void Cluster::post(std::function<void(ApiServer&)> what) {
  loop_.post([this, what = std::move(what)] { what(*server_); });
}

void Cluster::on_loop(const std::function<void()>& what) {
  if (loop_.on_loop()) return what();
  std::promise<void> done;
  loop_.post([&] {
    what();
    done.set_value();
  });
  done.get_future().wait();
}

void Cluster::kill() {
  on_loop([this] { front_.reset(); });
}

base::Result<void> Cluster::come_back() {
  base::Result<void> listening;
  on_loop([&] { listening = listen(); });
  return listening;
}

void Cluster::replace(const std::function<void(ApiServer&)>& fill) {
  on_loop([&] {
    CHECK(front_ == nullptr, "who is served is not pulled away");
    make_server();
    bootstrap(*server_);
    if (fill) fill(*server_);
  });
}

void Cluster::run(const std::function<void(ApiServer&, Front&)>& what) {
  if (front_ == nullptr) return;
  on_loop([&] { what(*server_, *front_); });
}

void Cluster::inside(const std::function<void(ApiServer&)>& what) {
  on_loop([&] { what(*server_); });
}

base::Result<std::string> Cluster::kubeconfig(const std::string& current_user) const {
  const bool known = std::any_of(tokens_.begin(), tokens_.end(),
                                 [&](const auto& entry) { return entry.first == current_user; });
  if (!known) {
    std::string names;
    for (const auto& [name, token] : tokens_) names += (names.empty() ? "" : ", ") + name;
    return base::fail(base::ErrorCode::kNotFound, "There is no user " + current_user + ".",
                      "There are: " + names + ".");
  }
  json::Writer out;
  out.begin_object().key("apiVersion").string("v1").key("kind").string("Config");
  out.key("clusters").begin_array().begin_object().key("name").string(options_.name);
  out.key("cluster").begin_object();
  out.key("server").string(fmt::format("https://{}:{}", kAddress, port_));
  out.key("certificate-authority-data").string(base::encode_base64(authority_pem_));
  out.end_object().end_object().end_array().key("users").begin_array();
  for (const auto& [name, token] : tokens_) {
    out.begin_object().key("name").string(name).key("user").begin_object();
    out.key("token").string(token).end_object().end_object();
  }
  out.end_array().key("contexts").begin_array();
  for (const auto& [name, token] : tokens_) {
    out.begin_object().key("name").string(name == tokens_.front().first ? options_.name : name);
    out.key("context").begin_object().key("cluster").string(options_.name);
    out.key("user").string(name).end_object().end_object();
  }
  const bool first = current_user == tokens_.front().first;
  out.end_array().key("current-context").string(first ? options_.name : current_user).end_object();
  return std::move(out).finish();
}

}  // namespace masthead::sim
