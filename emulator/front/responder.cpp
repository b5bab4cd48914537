#include "front/responder.h"

#include <algorithm>
#include <exception>

#include "front/control.h"
#include "front/cors.h"
#include "front/dynamodb_endpoint.h"
#include "front/job_thread.h"
#include "front/payload.h"
#include "front/virtual_host.h"
#include "protocols/codec.h"
#include "protocols/credential.h"

namespace fallstreak::front {
namespace {

using protocols::HttpRequest;
using protocols::HttpResponse;

/// Stands in an answer's encoding where no service could be told.
constexpr api::Protocol kNoProtocols[] = {api::Protocol::query};
constexpr api::Service kUnknownService{.id = "unknown",
                                       .service_id = "unknown",
                                       .signing_name = "unknown",
                                       .endpoint_prefix = "unknown",
                                       .api_version = "",
                                       .xml_namespace = "",
                                       .target_prefix = "",
                                       .rpc_service = "",
                                       .query_compatible = false,
                                       .protocols = kNoProtocols,
                                       .operations = {},
                                       .operation_names = {}};

bool is_s3(const api::Service& service) { return service.signing_name == "s3"; }

bool has_header(const HttpRequest& request, std::string_view name) {
  return protocols::find_header(request.headers, name) != nullptr;
}

bool is_form(const HttpRequest& request) {
  return protocols::header_or_empty(request.headers, "content-type")
      .starts_with("application/x-www-form-urlencoded");
}

/// Requests that name nothing else are for S3: its clients may be anonymous.
bool may_be_s3(const HttpRequest& request, std::string_view signing_name) {
  if (!signing_name.empty()) return signing_name == "s3";
  return !has_header(request, "x-amz-target") && !has_header(request, "smithy-protocol") &&
         !is_form(request) &&
         protocols::raw_query(request.target).find("Action=") == std::string_view::npos;
}

/// The protocol that a client which sent this is most likely to read.
api::Protocol guess_protocol(const HttpRequest& request, std::string_view signing_name) {
  if (has_header(request, "smithy-protocol")) return api::Protocol::rpc_v2_cbor;
  const auto type = protocols::header_or_empty(request.headers, "content-type");
  if (has_header(request, "x-amz-target")) {
    return type.starts_with("application/x-amz-json-1.1") ? api::Protocol::json_1_1
                                                          : api::Protocol::json_1_0;
  }
  if (may_be_s3(request, signing_name)) return api::Protocol::rest_xml;
  if (type.starts_with("application/json")) return api::Protocol::rest_json;
  if (is_form(request) || request.target.find("Action=") != std::string::npos) {
    return api::Protocol::query;
  }
  return signing_name.empty() ? api::Protocol::rest_xml : api::Protocol::rest_json;
}

const api::Service* find_service(std::span<const api::Service* const> services,
                                 std::string_view signing_name) {
  const auto found = std::ranges::find(
      services, signing_name, [](const api::Service* service) { return service->signing_name; });
  return found == services.end() ? nullptr : *found;
}

ApiError unknown_service(std::string_view signing_name) {
  const std::string what = signing_name.empty() ? "The service that the request is for"
                                                : "The service " + std::string(signing_name);
  ApiError error("NotImplemented", what + " is not implemented by this version of Fallstreak.",
                 501);
  error.fault = Fault::receiver;
  return error;
}

ApiError internal_failure() {
  ApiError error("InternalFailure",
                 "The request processing has failed because of an unknown error, exception or "
                 "failure.",
                 500);
  error.fault = Fault::receiver;
  return error;
}

/// Chosen where the two differ: S3's codes for S3, else the front's of most services.
ApiError refusal_error(Refusal refusal, bool for_s3) {
  switch (refusal) {
    case Refusal::header_too_large:
      if (for_s3) {
        return {"RequestHeaderSectionTooLarge",
                "Your request header and metadata size exceeds the maximum allowed size.", 400};
      }
      return {"RequestHeaderFieldsTooLarge", "The header of the request is too large.", 431};
    case Refusal::body_too_large:
      if (for_s3) {
        return {"EntityTooLarge", "Your proposed upload exceeds the maximum allowed size", 400};
      }
      return {"RequestEntityTooLarge", "Request body is too large.", 413};
    case Refusal::malformed:
      break;
  }
  return {"BadRequest", "An error occurred when parsing the HTTP request.", 400};
}

/// AWS: what each kind of service calls its server.
std::string_view server_name(const api::Service& service) {
  if (is_s3(service)) return "AmazonS3";
  if (service.id == "ec2") return "AmazonEC2";
  if (service.id == "dynamodb" || service.id == "dynamodbstreams") return "Server";
  return {};
}

void answer_control(const Shared& shared, const HttpRequest& request, HttpResponse& response) {
  const auto fork = protocols::header_or_empty(request.headers, "x-fallstreak-fork");
  const auto served = shared.clouds.find(fork);
  shared.control.answer(request, served.get(), response);
  response.headers.push_back({"x-amzn-RequestId", shared.ids.next_uuid()});
}

}  // namespace

std::uint64_t Responder::body_limit(const HttpRequest& head) const {
  const auto credential = protocols::parse_credential(head);
  const bool for_s3 = may_be_s3(head, credential.service) && !Control::owns(head);
  return for_s3 ? shared_.body.object : shared_.body.request;
}

bool Responder::takes_long(const HttpRequest& request) {
  return Control::owns(request) && request.method != "GET";
}

void Responder::answer_later(const HttpRequest& request, std::function<void(HttpResponse)> done) {
  const auto answer = [&shared = shared_, &request, done] {
    HttpResponse response;
    answer_control(shared, request, response);
    done(std::move(response));
  };
  if (shared_.jobs.post(answer)) return;
  HttpResponse busy{.status = 503};
  busy.headers = {{"Content-Type", "application/json"},
                  {"x-amzn-RequestId", shared_.ids.next_uuid()}};
  busy.body = "{\"error\":\"too many calls of the control API wait already\"}\n";
  done(std::move(busy));
}

std::shared_ptr<ServedCloud> Responder::answer(HttpRequest& request, HttpResponse& response) {
  if (Control::owns(request)) {
    answer_control(shared_, request, response);
    return nullptr;
  }
  const auto fork = protocols::header_or_empty(request.headers, "x-fallstreak-fork");
  auto served = shared_.clouds.find(fork);
  // What the credential views is moved or changed while the request is answered.
  const auto credential = protocols::parse_credential(request);
  const std::string signing_name(credential.service);
  Time now{};
  try {
    if (served == nullptr) {
      throw ApiError("InvalidFork", "There is no fork named '" + std::string(fork) + "'.", 404);
    }
    now = served->pacer.catch_up();
    if (is_preflight(request)) {
      answer_preflight(request, response);
      response.headers.push_back({"x-amzn-RequestId", shared_.ids.next_uuid()});
      finish(request, nullptr, now, response);
      return nullptr;
    }
    if (answer_of_dynamodb_endpoint(request, credential, response)) {
      response.headers.push_back({"x-amzn-RequestId", shared_.ids.next_uuid()});
      finish(request, find_service(shared_.services, "dynamodb"), now, response);
      return nullptr;
    }
    const bool is_unsaved = answer_api(request, credential, *served, now, response);
    served->pacer.touch();
    if (is_unsaved) return served;
  } catch (const ApiError& error) {
    answer_error(request, signing_name, error, response);
    finish(request, nullptr, now, response);
  } catch (const std::exception&) {
    // Out of memory, or a bug: this request fails, the next is answered.
    answer_error(request, signing_name, internal_failure(), response);
    finish(request, nullptr, now, response);
  }
  return nullptr;
}

void Responder::refuse_unsaved(const HttpRequest& request, const ApiError& error,
                               HttpResponse& response) {
  answer_error(request, protocols::parse_credential(request).service, error, response);
  finish(request, nullptr, shared_.clouds.main().cloud.now(), response);
}

bool Responder::answer_api(HttpRequest& request, const protocols::Credential& credential,
                           ServedCloud& served, Time now, HttpResponse& response) {
  const dispatch::Caller caller = caller_of(credential);
  const std::string signing_name(credential.service);
  // A signature is over the request as it came: it is verified before anything is undone.
  std::optional<protocols::SignatureSeed> seed;
  const api::Service* claimed = find_service(shared_.services, signing_name);
  if (claimed != nullptr) seed = authenticator_.verify(request, *claimed, now);
  if (may_be_s3(request, signing_name)) {
    use_path_style(request);
  } else {
    decompress(request, shared_.body.request);
  }

  protocols::Routed routed = shared_.router.route(request, signing_name);
  // S3 takes what names nothing else, which is not what names something unknown.
  const bool is_stray =
      routed.service != nullptr && is_s3(*routed.service) && !may_be_s3(request, signing_name);
  if (routed.service == nullptr || is_stray) throw unknown_service(signing_name);
  if (claimed == nullptr) authenticator_.verify(request, *routed.service, now);
  const std::string request_id = new_id(*routed.service);
  bool is_unsaved = false;
  try {
    if (routed.error) throw ApiError(*routed.error);
    if (is_s3(*routed.service)) read_s3_payload(*routed.operation, request, std::move(seed));
    is_unsaved = perform(request, routed, caller, served, request_id, response);
  } catch (const ApiError& error) {
    response = {};
    protocols::codec_for(routed.protocol)
        .encode_error(*routed.service, routed.operation, error, request_id, response);
  }
  finish(request, routed.service, now, response);
  return is_unsaved;
}

bool Responder::perform(HttpRequest& request, const protocols::Routed& routed,
                        const dispatch::Caller& caller, ServedCloud& served,
                        std::string_view request_id, HttpResponse& response) {
  const api::Operation& operation = *routed.operation;
  const protocols::Codec& codec = protocols::codec_for(routed.protocol);
  api::AnyValue input(*operation.input);
  codec.decode_request(operation, request, routed.labels, input.get());
  if (is_s3(*operation.service)) note_checksums(operation, input.get());
  std::optional<api::AnyValue> output;
  if (operation.output != nullptr) output.emplace(*operation.output);
  void* const result = output ? output->get() : nullptr;
  bool is_unsaved = false;
  auto outcome = served.cloud.call(caller, operation, input.get(), result, is_unsaved);
  if (!outcome) throw std::move(outcome.error());
  codec.encode_response(operation, result, request_id, response);
  return is_unsaved;
}

void Responder::refuse(const HttpRequest& head, Refusal refusal, HttpResponse& response) {
  const auto credential = protocols::parse_credential(head);
  const std::string signing_name(credential.service);
  const bool for_s3 = may_be_s3(head, signing_name);
  answer_error(head, signing_name, refusal_error(refusal, for_s3), response);
  finish(head, nullptr, shared_.clouds.main().cloud.now(), response);
}

/// In the service's own protocol when it can be told, else in the one that the request suggests.
void Responder::answer_error(const HttpRequest& request, std::string_view signing_name,
                             const ApiError& error, HttpResponse& response) {
  response = {};
  api::Protocol protocol = guess_protocol(request, signing_name);
  const api::Service* service =
      find_service(shared_.services, signing_name.empty() && may_be_s3(request, signing_name)
                                         ? std::string_view("s3")
                                         : signing_name);
  if (service == nullptr) {
    service = &kUnknownService;
  } else if (std::ranges::find(service->protocols, protocol) == service->protocols.end()) {
    protocol = service->protocols.front();
  }
  protocols::codec_for(protocol).encode_error(*service, nullptr, error, new_id(*service), response);
}

std::string Responder::new_id(const api::Service& service) {
  return is_s3(service) ? shared_.ids.next_of_s3() : shared_.ids.next_uuid();
}

/// The headers that every answer has. Chosen: Date is the world's time, so that SDKs, which correct
/// their clocks by it, sign with the time that strict authentication checks.
void Responder::finish(const HttpRequest& request, const api::Service* service, Time now,
                       HttpResponse& response) {
  if (const std::int64_t second = to_epoch_seconds(now); second != date_second_) {
    date_second_ = second;
    date_ = to_http_date(now);
  }
  response.headers.push_back({"Date", date_});
  if (service != nullptr) {
    if (const auto server = server_name(*service); !server.empty()) {
      response.headers.push_back({"Server", std::string(server)});
    }
  }
  if (has_header(request, "origin") && !is_preflight(request)) allow_origin(response);
}

}  // namespace fallstreak::front
