// TLS over another stream, by OpenSSL. TLS 1.2 and newer.
//
// Threading and lifetime: on the loop, like every stream. handshake() first; reads and writes after
// it has succeeded.
// Errors say which name was asked for, which names the certificate carries, who signed it and
// which CA was expected.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "net/byte_stream.h"
#include "net/loop.h"

namespace masthead::net {

struct TlsClientOptions {
  std::string server_name;      // the certificate must be for this host name or address
  std::string ca_pem;           // empty: the system's certificate authorities
  std::string ca_label;         // for texts: "ca.crt of cluster prod", a path
  bool skip_verify = false;     // encrypted, but to whom is anybody's guess
  std::string certificate_pem;  // client certificate chain, with key_pem
  std::string key_pem;
  std::vector<std::string> protocols;  // ALPN, preferred first
};

struct TlsServerOptions {
  std::string certificate_pem;  // chain
  std::string key_pem;
  std::string client_ca_pem;  // not empty: client certificates are asked for, and verified if sent
  std::vector<std::string> protocols;
};

class TlsStream : public ByteStream {
 public:
  using HandshakeCallback = std::move_only_function<void(base::Result<void>)>;

  // Fails on certificates and keys that cannot be read or do not belong together.
  static base::Result<std::unique_ptr<TlsStream>> client(Loop& loop,
                                                         std::unique_ptr<ByteStream> inner,
                                                         const TlsClientOptions& options);
  static base::Result<std::unique_ptr<TlsStream>> server(Loop& loop,
                                                         std::unique_ptr<ByteStream> inner,
                                                         const TlsServerOptions& options);

  virtual void handshake(HandshakeCallback callback) = 0;
  // The protocol agreed on by ALPN; empty when none was. After the handshake.
  virtual std::string protocol() const = 0;
  // SHA-256 of the peer's certificate in hex; empty when it sent none. After the handshake.
  virtual std::string peer_certificate_fingerprint() const = 0;
};

}  // namespace masthead::net
