// Making certificates: a CA of one's own and what it signs. For the embedded cluster and tests;
// never for anything that a real cluster trusts. EC keys on P-256. Any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace masthead::net {

struct Certificate {
  std::string certificate_pem;
  std::string key_pem;
};

struct CertificateRequest {
  std::string common_name;                 // Kubernetes reads it as the user's name …
  std::vector<std::string> organizations;  // … and these as groups
  std::vector<std::string> dns_names;
  std::vector<std::string> addresses;
  // Validity relative to now.
  int64_t from_s = -3600;
  int64_t until_s = 10 * 365 * 86'400LL;
};

Certificate make_authority(const std::string& common_name);
Certificate issue_certificate(const Certificate& authority, const CertificateRequest& request);

}  // namespace masthead::net
