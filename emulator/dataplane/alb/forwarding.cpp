#include "dataplane/alb/forwarding.h"

#include <algorithm>
#include <array>

namespace fallstreak::dataplane::alb {
namespace {

constexpr std::string_view kForwardedFor = "X-Forwarded-For";
constexpr std::string_view kTraceId = "X-Amzn-Trace-Id";
constexpr std::size_t kMostAddresses = 30;

/// RFC 9110: these are between two neighbours, and so is what Connection names.
bool is_hop_by_hop(const Fields& fields, std::string_view name) {
  constexpr std::array<std::string_view, 5> kNames = {"connection", "keep-alive",
                                                      "proxy-connection", "te", "upgrade"};
  return std::ranges::any_of(kNames, [&](auto one) { return is_same_name(name, one); }) ||
         lists_token(fields, "connection", name);
}

void add_field(std::string& text, std::string_view name, std::string_view value) {
  text.append(name).append(": ").append(value).append("\r\n");
}

/// AWS: `1-67891233-abcdef012345678912345678`: version, seconds, 96 random bits.
std::string fresh_trace(Time now, std::uint64_t draw) {
  const auto seconds = static_cast<std::uint64_t>(to_epoch_seconds(now));
  return "1-" + hexadecimal(seconds, 8) + "-" + hexadecimal(draw * 0x9e3779b97f4a7c15ULL, 8) +
         hexadecimal(draw, 16);
}

bool has_root(std::string_view trace) {
  return trace.starts_with("Root=") || trace.find(";Root=") != std::string_view::npos;
}

std::string joined(const Fields& fields, std::string_view name) {
  std::string list;
  for (const Field& field : fields) {
    if (!is_same_name(field.name, name)) continue;
    if (!list.empty()) list += ", ";
    list += field.value;
  }
  return list;
}

void add_forwarded_for(std::string& text, const RequestHead& request, const Hop& hop,
                       const HttpSettings& settings) {
  if (settings.forwarded_for == ForwardedFor::remove) return;
  std::string list = joined(request.fields, kForwardedFor);
  if (settings.forwarded_for == ForwardedFor::append) {
    if (!list.empty()) list += ", ";
    // Chosen: with its port an address of IPv6 is in brackets, as in URLs.
    const bool has_brackets = settings.has_client_port && hop.is_ipv6();
    list += has_brackets ? "[" + hop.client_address + "]" : hop.client_address;
    if (settings.has_client_port) list += ":" + std::to_string(hop.client_port);
  }
  if (!list.empty()) add_field(text, kForwardedFor, list);
}

/// AWS: without routing.http.preserve_host_header the listener's port is added where it is not the
/// protocol's own.
std::string host_for_target(std::string_view host, const Hop& hop, const HttpSettings& settings) {
  const std::int32_t default_port = hop.protocol == "HTTPS" ? 443 : 80;
  const auto bracket = host.rfind(']');
  const auto colon = host.find(':', bracket == std::string_view::npos ? 0 : bracket);
  std::string name(host);
  if (settings.preserves_host || colon != std::string_view::npos || hop.port == default_port) {
    return name;
  }
  return name + ":" + std::to_string(hop.port);
}

/// AWS: routing.http.drop_invalid_header_fields takes a name as valid that has letters, digits and
/// hyphens alone.
bool is_plain_name(std::string_view name) {
  return std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  });
}

bool is_identity(std::string_view name) {
  constexpr std::string_view kPrefix = "x-amzn-oidc-";
  return is_same_name(name.substr(0, kPrefix.size()), kPrefix);
}

/// AWS: "If the response from a target includes the HTTP response header, the load balancer updates
/// the header value to be the configured value."
bool is_set_by(const HeaderChanges& changes, std::string_view name) {
  return std::ranges::any_of(changes.added,
                             [&](const auto& one) { return is_same_name(one.first, name); });
}

/// What is written anew, or not passed on at all.
bool is_replaced(std::string_view name) {
  constexpr std::array<std::string_view, 4> kOwn = {kForwardedFor, "X-Forwarded-Proto",
                                                    "X-Forwarded-Port", kTraceId};
  if (std::ranges::any_of(kOwn, [&](auto one) { return is_same_name(name, one); })) return true;
  // Of two that contradict each other, or are there twice, the target gets one.
  return is_same_name(name, "content-length");
}

std::string_view reason_of(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 400:
      return "Bad Request";
    case 401:
      return "Authorization Required";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Time-out";
    case 413:
      return "Request Entity Too Large";
    case 414:
      return "Request-URI Too Large";
    case 500:
      return "Internal Server Error";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Temporarily Unavailable";
    case 504:
      return "Gateway Time-out";
    default:
      return "";
  }
}

std::string page(int status) {
  std::string title = std::to_string(status);
  if (const auto reason = reason_of(status); !reason.empty()) title += " " + std::string(reason);
  return "<html>\r\n<head><title>" + title + "</title></head>\r\n<body>\r\n<center><h1>" + title +
         "</h1></center>\r\n</body>\r\n</html>\r\n";
}

}  // namespace

const HeaderChanges& no_changes() {
  static const HeaderChanges kNone;
  return kNone;
}

std::string hexadecimal(std::uint64_t value, int digits) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text(static_cast<std::size_t>(digits), '0');
  for (auto at = text.rbegin(); at != text.rend(); ++at, value >>= 4) *at = kDigits[value & 15];
  return text;
}

std::string trace_id(std::string_view given, Time now, std::uint64_t draw) {
  const std::string fresh = fresh_trace(now, draw);
  if (given.empty()) return "Root=" + fresh;
  // AWS: "If the X-Amzn-Trace-Id header is present and has a Root field, the load balancer inserts
  // a Self field"; what the application wrote beside it is kept.
  if (has_root(given)) return "Self=" + fresh + ";" + std::string(given);
  return "Root=" + fresh + ";" + std::string(given);
}

bool has_too_many_addresses(const Fields& fields, const HttpSettings& settings) {
  if (settings.forwarded_for != ForwardedFor::append) return false;
  const std::string list = joined(fields, kForwardedFor);
  return !list.empty() &&
         static_cast<std::size_t>(std::ranges::count(list, ',')) + 1 > kMostAddresses;
}

namespace {

using CertificatePart =
    std::pair<std::string ClientCertificate::*, std::string ClientCertificateNames::*>;
constexpr CertificatePart kCertificateParts[] = {
    {&ClientCertificate::chain, &ClientCertificateNames::chain},
    {&ClientCertificate::serial_number, &ClientCertificateNames::serial_number},
    {&ClientCertificate::issuer, &ClientCertificateNames::issuer},
    {&ClientCertificate::subject, &ClientCertificateNames::subject},
    {&ClientCertificate::validity, &ClientCertificateNames::validity},
    {&ClientCertificate::leaf, &ClientCertificateNames::leaf}};

// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/mutual-authentication.html#mtls-http-headers
void add_certificate(std::string& text, const ClientCertificate& certificate,
                     const ClientCertificateNames& names) {
  for (const auto& [part, name] : kCertificateParts) {
    if (!(certificate.*part).empty()) add_field(text, names.*name, certificate.*part);
  }
}

bool is_about_certificate(std::string_view field, const ClientCertificateNames& names) {
  return std::ranges::any_of(kCertificateParts, [&](const CertificatePart& part) {
    return is_same_name(field, names.*part.second);
  });
}

}  // namespace

bool has_invalid_fields(const Fields& fields) {
  return !std::ranges::all_of(fields, is_plain_name, &Field::name);
}

std::string head_for_target(const RequestHead& request, const Hop& hop,
                            const HttpSettings& settings, std::string_view trace,
                            const std::string* identity, const HeaderChanges& changes) {
  std::string text;
  text.reserve(512);
  text.append(request.method).append(" ").append(request.target).append(" HTTP/1.1\r\n");
  add_forwarded_for(text, request, hop, settings);
  add_field(text, "X-Forwarded-Proto", hop.protocol == "HTTPS" ? "https" : "http");
  add_field(text, "X-Forwarded-Port", std::to_string(hop.port));
  add_field(text, kTraceId, trace);
  if (identity != nullptr) text += *identity;
  // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html
  if (settings.tells_tls && !hop.tls_version.empty()) {
    add_field(text, changes.tls_version_name, hop.tls_version);
    add_field(text, changes.tls_cipher_name, hop.tls_cipher);
  }
  if (hop.asks_certificate) add_certificate(text, hop.certificate, changes.client_certificate);
  for (const Field& field : request.fields) {
    if (is_replaced(field.name)) continue;
    // Else a client could claim a certificate that it has not.
    if (hop.asks_certificate && is_about_certificate(field.name, changes.client_certificate)) {
      continue;
    }
    if (identity != nullptr && is_identity(field.name)) continue;
    // Else a client could claim an encryption that there is not.
    if (settings.tells_tls && (is_same_name(field.name, changes.tls_version_name) ||
                               is_same_name(field.name, changes.tls_cipher_name))) {
      continue;
    }
    if (is_hop_by_hop(request.fields, field.name)) continue;
    if (settings.drops_invalid_fields && !is_plain_name(field.name)) continue;
    if (is_same_name(field.name, "host")) {
      add_field(text, "Host", host_for_target(field.value, hop, settings));
    } else {
      add_field(text, field.name, field.value);
    }
  }
  const bool has_length = find_field(request.fields, "content-length") != nullptr;
  if (has_length && request.body.kind != Framing::Kind::chunked) {
    add_field(text, "Content-Length", std::to_string(request.body.length));
  }
  if (!request.upgrade.empty()) {
    add_field(text, "Connection", "Upgrade");
    add_field(text, "Upgrade", request.upgrade);
  }
  return text += "\r\n";
}

std::string head_for_client(const ResponseHead& response, const RequestHead& request,
                            Parting parting, std::span<const std::string> cookies,
                            const HeaderChanges& changes) {
  std::string text;
  text.reserve(512);
  text.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
  text.append(response.reason).append("\r\n");
  const bool is_switch = response.status == 101;
  const bool is_chunked = response.body.kind == Framing::Kind::chunked;
  for (const Field& field : response.fields) {
    if (is_hop_by_hop(response.fields, field.name)) continue;
    if (is_chunked && is_same_name(field.name, "content-length")) continue;
    if (is_set_by(changes, field.name)) continue;
    // A client of HTTP/1.0 knows no chunks: it gets the content alone, up to the end.
    if (request.is_http_1_0 && is_same_name(field.name, "transfer-encoding")) continue;
    add_field(text, field.name, field.value);
  }
  for (const auto& [name, value] : changes.added) add_field(text, name, value);
  for (const std::string& cookie : cookies) add_field(text, "Set-Cookie", cookie);
  if (is_switch) {
    const Field* upgrade = find_field(response.fields, "upgrade");
    add_field(text, "Connection", "upgrade");
    if (upgrade != nullptr) add_field(text, "Upgrade", upgrade->value);
  } else if (parting == Parting::close) {
    add_field(text, "Connection", "close");
  } else if (response.status >= 200 || request.is_http_1_0) {
    add_field(text, "Connection", "keep-alive");
  }
  return text += "\r\n";
}

std::string own_answer(int status, std::string_view method, Parting parting, Time now,
                       const HeaderChanges& changes) {
  const std::string body = page(status);
  return rule_answer({.status = status, .content_type = "text/html", .body = body, .location = {}},
                     method, parting, now, changes);
}

std::string rule_answer(const RuleAnswer& answer, std::string_view method, Parting parting,
                        Time now, const HeaderChanges& changes) {
  // AWS: a redirect has the page of its status as its body.
  const std::string redirect_page = answer.location.empty() ? "" : page(answer.status);
  const std::string_view body = answer.location.empty() ? answer.body : redirect_page;
  std::string text = "HTTP/1.1 " + std::to_string(answer.status) + " ";
  text.append(reason_of(answer.status)).append("\r\n");
  if (changes.names_server) add_field(text, "Server", "awselb/2.0");
  add_field(text, "Date", to_http_date(now));
  if (!answer.location.empty()) {
    add_field(text, "Content-Type", "text/html");
  } else if (!body.empty()) {
    add_field(text, "Content-Type", answer.content_type);
  }
  add_field(text, "Content-Length", std::to_string(body.size()));
  add_field(text, "Connection", parting == Parting::close ? "close" : "keep-alive");
  if (!answer.location.empty()) add_field(text, "Location", answer.location);
  for (const auto& [name, value] : changes.added) add_field(text, name, value);
  for (const std::string& cookie : answer.cookies) add_field(text, "Set-Cookie", cookie);
  text += "\r\n";
  if (method != "HEAD" && answer.status != 204 && answer.status != 304) text += body;
  return text;
}

bool is_blocked(Danger danger, Mitigation mitigation) {
  // AWS: severe requests are refused in defensive mode; strictest takes none that is not compliant
  // with RFC 7230. Chosen: severe ones are refused in monitor mode as well, because their body has
  // no certain end.
  if (danger == Danger::severe) return true;
  return mitigation == Mitigation::strictest && danger != Danger::compliant;
}

bool ends_connections(Danger danger, Mitigation mitigation) {
  return mitigation == Mitigation::defensive && danger == Danger::ambiguous;
}

}  // namespace fallstreak::dataplane::alb
