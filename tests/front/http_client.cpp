#include "front/http_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <stdexcept>

#include "protocols/http_message.h"

namespace fallstreak::testing {

struct HttpClient::Tls {
  ~Tls() {
    SSL_free(ssl);
    SSL_CTX_free(context);
  }
  SSL_CTX* context = nullptr;
  SSL* ssl = nullptr;
};

std::string Reply::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (protocols::equals_ignoring_case(key, name)) return value;
  }
  return {};
}

HttpClient::HttpClient(std::uint16_t port, Encryption encryption,
                       const std::string& authority_pem) {
  connect(port);
  if (encryption == Encryption::tls) {
    encrypt({.host = "photos.s3.localhost", .authority_pem = authority_pem});
  }
}

HttpClient::HttpClient(std::uint16_t port, const TlsClient& tls) {
  connect(port);
  encrypt(tls);
}

HttpClient::HttpClient(Ipv6Port port) {
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_port = htons(port.value);
  address.sin6_addr = in6addr_loopback;
  connect(reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

void HttpClient::connect(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  connect(reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

void HttpClient::connect(const sockaddr* address, std::uint32_t size) {
  socket_ = ::socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const timeval patience{.tv_sec = 10, .tv_usec = 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  if (::connect(socket_, address, size) != 0) throw std::runtime_error("cannot connect");
}

namespace {

void show_certificate(SSL_CTX* context, const TlsClient& tls) {
  BIO* bio = BIO_new_mem_buf(tls.certificate_pem.data(), int(tls.certificate_pem.size()));
  X509* certificate = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
  BIO_free(bio);
  bio = BIO_new_mem_buf(tls.key_pem.data(), int(tls.key_pem.size()));
  EVP_PKEY* key = PEM_read_bio_PrivateKey(bio, nullptr, nullptr, nullptr);
  BIO_free(bio);
  SSL_CTX_use_certificate(context, certificate);
  SSL_CTX_use_PrivateKey(context, key);
  X509_free(certificate);
  EVP_PKEY_free(key);
}

}  // namespace

void HttpClient::encrypt(const TlsClient& tls) {
  tls_ = std::make_unique<Tls>();
  tls_->context = SSL_CTX_new(TLS_client_method());
  if (!tls.authority_pem.empty()) {
    BIO* bio = BIO_new_mem_buf(tls.authority_pem.data(), int(tls.authority_pem.size()));
    X509* authority = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
    X509_STORE_add_cert(SSL_CTX_get_cert_store(tls_->context), authority);
    X509_free(authority);
    BIO_free(bio);
    SSL_CTX_set_verify(tls_->context, SSL_VERIFY_PEER, nullptr);
  }
  if (tls.highest_version != 0) {
    // What is below 1.2 must be wanted.
    SSL_CTX_set_cipher_list(tls_->context, "DEFAULT:@SECLEVEL=0");
    SSL_CTX_set_min_proto_version(tls_->context, TLS1_VERSION);
    SSL_CTX_set_max_proto_version(tls_->context, tls.highest_version);
  }
  if (!tls.certificate_pem.empty()) show_certificate(tls_->context, tls);
  tls_->ssl = SSL_new(tls_->context);
  if (!tls.host.empty()) {
    SSL_set1_host(tls_->ssl, tls.host.c_str());
    SSL_set_tlsext_host_name(tls_->ssl, tls.host.c_str());
  }
  if (tls.verified_at != 0) {
    X509_VERIFY_PARAM_set_time(SSL_get0_param(tls_->ssl), tls.verified_at);
  }
  if (!tls.protocols.empty()) {
    SSL_set_alpn_protos(tls_->ssl, reinterpret_cast<const unsigned char*>(tls.protocols.data()),
                        unsigned(tls.protocols.size()));
  }
  SSL_set_fd(tls_->ssl, socket_);
  if (SSL_connect(tls_->ssl) != 1) throw std::runtime_error("the TLS handshake failed");
}

int HttpClient::named_authorities() const {
  const auto* const names = SSL_get0_peer_CA_list(tls_->ssl);
  return names == nullptr ? 0 : sk_X509_NAME_num(names);
}

std::string HttpClient::protocol() const {
  const unsigned char* chosen = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(tls_->ssl, &chosen, &size);
  return {reinterpret_cast<const char*>(chosen), size};
}

std::string HttpClient::peer_name() const {
  char name[256] = {};
  X509* const peer = SSL_get1_peer_certificate(tls_->ssl);
  X509_NAME_get_text_by_NID(X509_get_subject_name(peer), NID_commonName, name, sizeof name);
  X509_free(peer);
  return name;
}

std::string HttpClient::peer_serial() const {
  X509* const peer = SSL_get1_peer_certificate(tls_->ssl);
  BIGNUM* const number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(peer), nullptr);
  char* const digits = BN_bn2hex(number);
  std::string serial = digits;
  OPENSSL_free(digits);
  BN_free(number);
  X509_free(peer);
  return serial;
}

std::string HttpClient::tls_version() const { return SSL_get_version(tls_->ssl); }

HttpClient::~HttpClient() {
  tls_.reset();
  if (socket_ >= 0) ::close(socket_);
}

bool HttpClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = tls_ ? SSL_write(tls_->ssl, bytes.data(), int(bytes.size()))
                           : ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(std::size_t(sent));
  }
  return true;
}

void HttpClient::finish_sending() { ::shutdown(socket_, SHUT_WR); }

void HttpClient::abort() {
  const linger now{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  ::close(std::exchange(socket_, -1));
}

bool HttpClient::fill() {
  char piece[16384];
  const auto count = tls_ ? SSL_read(tls_->ssl, piece, int(sizeof piece))
                          : ::recv(socket_, piece, sizeof piece, 0);
  if (count <= 0) return false;
  buffer_.append(piece, std::size_t(count));
  return true;
}

bool HttpClient::is_closed_by_server() {
  if (!buffer_.empty()) return false;
  char byte = 0;
  const auto count = tls_ ? SSL_read(tls_->ssl, &byte, 1) : ::recv(socket_, &byte, 1, 0);
  // A reset is an end too; running out of patience is not.
  return count == 0 || (count < 0 && errno == ECONNRESET);
}

std::optional<Reply> HttpClient::receive(std::string_view method) {
  std::size_t end = 0;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
    if (!fill()) return std::nullopt;
  }
  Reply reply;
  std::string_view head = std::string_view(buffer_).substr(0, end + 2);
  reply.status = std::stoi(std::string(head.substr(9, 3)));
  head.remove_prefix(head.find("\r\n") + 2);
  while (!head.empty()) {
    const auto line = head.substr(0, head.find("\r\n"));
    head.remove_prefix(line.size() + 2);
    const auto colon = line.find(": ");
    reply.headers.emplace_back(line.substr(0, colon), line.substr(colon + 2));
  }
  buffer_.erase(0, end + 4);
  const std::string length = reply.header("content-length");
  if (method == "HEAD" || length.empty()) return reply;
  while (buffer_.size() < std::stoul(length)) {
    if (!fill()) return std::nullopt;
  }
  reply.body = buffer_.substr(0, std::stoul(length));
  buffer_.erase(0, reply.body.size());
  return reply;
}

std::string HttpClient::receive_bytes(std::size_t count) {
  while (buffer_.size() < count && fill()) continue;
  std::string bytes = buffer_.substr(0, count);
  buffer_.erase(0, bytes.size());
  return bytes;
}

std::string HttpClient::receive_some() {
  if (buffer_.empty()) fill();
  return std::exchange(buffer_, {});
}

std::string get(std::string_view target, std::string_view headers) {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: localhost\r\n" + std::string(headers) +
         "\r\n";
}

std::string post(std::string_view target, std::string_view body, std::string_view headers) {
  return "POST " + std::string(target) + " HTTP/1.1\r\nHost: localhost\r\n" + std::string(headers) +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

std::string on_the_wire(const protocols::HttpRequest& request) {
  std::string bytes = request.method + " " + request.target + " HTTP/1.1\r\n";
  for (const auto& [name, value] : request.headers) bytes += name + ": " + value + "\r\n";
  return bytes + "Content-Length: " + std::to_string(request.body.size()) + "\r\n\r\n" +
         request.body;
}

}  // namespace fallstreak::testing
