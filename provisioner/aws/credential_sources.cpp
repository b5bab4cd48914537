#include "provisioner/aws/credential_sources.h"

#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "protocols/http_message.h"
#include "provisioner/aws/environment.h"
#include "provisioner/aws/http_connection.h"

namespace fallstreak::provisioner {
namespace {

using Json = nlohmann::json;
using Refusal = tl::unexpected<ApiError>;

ApiError unusable(const std::string& source, const std::string& why) {
  return ApiError("CredentialsUnusable", source + ": " + why);
}

std::string text_of(const Json& document, const char* name) {
  const auto found = document.find(name);
  return found != document.end() && found->is_string() ? found->get<std::string>() : "";
}

/// The document that all sources give; they differ in what they call the session token.
FoundCredentials read_document(const std::string& source, const std::string& text,
                               const char* token_name) {
  const Json document = Json::parse(text, nullptr, false);
  if (!document.is_object()) return Refusal(unusable(source, "its answer is no JSON object"));
  protocols::Credentials found{text_of(document, "AccessKeyId"),
                               text_of(document, "SecretAccessKey"), text_of(document, token_name)};
  if (found.access_key_id.empty() || found.secret_access_key.empty()) {
    return Refusal(unusable(source, "its answer lacks AccessKeyId or SecretAccessKey"));
  }
  return found;
}

struct Url {
  std::string endpoint, target, host;
};

Url split(const std::string& url) {
  const auto scheme = url.find("://");
  const auto path = url.find('/', scheme == std::string::npos ? 0 : scheme + 3);
  Url parts{url.substr(0, path), path == std::string::npos ? "/" : url.substr(path), ""};
  parts.host = scheme == std::string::npos ? "" : parts.endpoint.substr(scheme + 3);
  return parts;
}

/// AWS: tokens are sent in the clear to nobody but this machine and the hosts of ECS and EKS.
bool is_trusted(const Url& url) {
  if (url.endpoint.starts_with("https://")) return true;
  const std::string host = url.host.starts_with('[') ? url.host.substr(0, url.host.find(']') + 1)
                                                     : url.host.substr(0, url.host.find(':'));
  constexpr std::array<std::string_view, 6> kHosts = {
      "localhost", "127.0.0.1", "[::1]", "169.254.170.2", "169.254.170.23", "[fd00:ec2::23]"};
  return std::ranges::find(kHosts, host) != kHosts.end();
}

/// The body of a 200, or why there is none.
Outcome<std::string> ask(HttpConnection& connection, const std::string& source, const Url& url,
                         const std::string& method, protocols::Headers headers) {
  headers.push_back({"Host", url.host});
  headers.push_back({"Accept", "*/*"});
  auto answer = connection.exchange(
      {.method = method, .target = url.target, .headers = std::move(headers), .body = {}});
  if (!answer) return Refusal(std::move(answer.error()));
  if (answer->status != 200) {
    return Refusal(unusable(source, "it answers " + std::to_string(answer->status)));
  }
  return std::move(answer->body);
}

constexpr HttpPatience kMetadataPatience{.connect = std::chrono::seconds(1),
                                         .progress = std::chrono::seconds(2)};

}  // namespace

FoundCredentials process_credentials(const std::string& command) {
  const std::string source = "credential_process";
  std::FILE* const pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) return Refusal(unusable(source, "the shell cannot be started"));
  std::string printed;
  std::array<char, 4096> piece{};
  while (const std::size_t count = std::fread(piece.data(), 1, piece.size(), pipe)) {
    printed.append(piece.data(), count);
  }
  const int status = ::pclose(pipe);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    return Refusal(unusable(source, "'" + command + "' failed"));
  }
  const Json document = Json::parse(printed, nullptr, false);
  if (document.is_object() && document.value("Version", Json()) != 1) {
    return Refusal(unusable(source, "its answer is not of Version 1"));
  }
  return read_document(source, printed, "SessionToken");
}

FoundCredentials container_credentials() {
  const std::string source = "container credentials";
  std::string address;
  if (const auto relative = environment("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")) {
    address = "http://169.254.170.2" + *relative;
  } else if (const auto full = environment("AWS_CONTAINER_CREDENTIALS_FULL_URI")) {
    address = *full;
  } else {
    return std::nullopt;
  }
  const Url url = split(address);
  if (!is_trusted(url)) {
    return Refusal(unusable(source, address + " is neither https nor an address that AWS allows"));
  }
  protocols::Headers headers;
  if (const auto file = environment("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")) {
    std::ifstream stream(*file, std::ios::binary);
    if (!stream) return Refusal(unusable(source, *file + " cannot be read"));
    const std::string token{std::istreambuf_iterator<char>(stream), {}};
    headers.push_back({"Authorization", std::string(protocols::trim(token))});
  } else if (const auto token = environment("AWS_CONTAINER_AUTHORIZATION_TOKEN")) {
    headers.push_back({"Authorization", *token});
  }
  for (const auto& header : headers) {
    if (header.value.find_first_of("\r\n") == std::string::npos) continue;
    return Refusal(unusable(source, "the authorization token has more than one line"));
  }
  HttpConnection connection(url.endpoint, kMetadataPatience);
  const auto text = ask(connection, source, url, "GET", std::move(headers));
  if (!text) return Refusal(text.error());
  return read_document(source, *text, "Token");
}

FoundCredentials instance_credentials() {
  const std::string source = "instance metadata";
  const auto disabled = environment("AWS_EC2_METADATA_DISABLED").value_or("");
  if (protocols::equals_ignoring_case(disabled, "true")) return std::nullopt;
  Url url =
      split(environment("AWS_EC2_METADATA_SERVICE_ENDPOINT").value_or("http://169.254.169.254"));
  HttpConnection connection(url.endpoint, kMetadataPatience);
  url.target = "/latest/api/token";
  const auto token =
      ask(connection, source, url, "PUT", {{"X-aws-ec2-metadata-token-ttl-seconds", "21600"}});
  // Nobody there: this is no EC2 instance.
  if (!token && token.error().code == "NetworkError") return std::nullopt;
  if (!token) return Refusal(token.error());
  const protocols::Headers headers{{"X-aws-ec2-metadata-token", *token}};
  url.target = "/latest/meta-data/iam/security-credentials/";
  const auto role = ask(connection, source, url, "GET", headers);
  if (!role) return Refusal(role.error());
  url.target += role->substr(0, role->find('\n'));
  const auto text = ask(connection, source, url, "GET", headers);
  if (!text) return Refusal(text.error());
  return read_document(source, *text, "Token");
}

}  // namespace fallstreak::provisioner
