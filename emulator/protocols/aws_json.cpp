// https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html
#include "base/checksum.h"
#include "base/json_text.h"
#include "protocols/codecs.h"
#include "protocols/error_answer.h"
#include "protocols/json_error.h"

namespace fallstreak::protocols {

namespace {

class AwsJson final : public Codec {
 public:
  explicit AwsJson(std::string_view content_type) : content_type_(content_type) {}

  void decode_request(const api::Operation& operation, HttpRequest& request,
                      const PathLabels& /*labels*/, void* value) const override {
    // Chosen: no body at all is an empty object, as clients of operations without input send it.
    if (request.body.empty()) return;
    try {
      read_json(request.body, *operation.input, JsonDialect::aws_json, value);
    } catch (const Malformed& malformed) {
      throw serialization_exception(malformed.what());
    }
  }

  void encode_response(const api::Operation& operation, const void* value,
                       std::string_view request_id, HttpResponse& response) const override {
    // Most answers fit, and so grow once.
    response.body.reserve(512);
    response.headers.reserve(8);
    response.body += '{';
    if (value != nullptr && operation.output != nullptr) {
      write_json_members(*operation.output, value, JsonDialect::aws_json, response.body);
    }
    response.body += '}';
    finish(*operation.service, operation.success_status, request_id, response);
  }

  void encode_error(const api::Service& service, const api::Operation* operation,
                    const ApiError& error, std::string_view request_id,
                    HttpResponse& response) const override {
    response.body += "{\"__type\":";
    append_json_string(response.body, qualified_error_type(service, shape_name(operation, error)));
    write_json_error_members(operation, error, JsonDialect::aws_json, response.body);
    response.body += '}';
    if (service.query_compatible) set_query_error(operation, error, response);
    finish(service, error.status, request_id, response);
  }

  void encode_request(const api::Operation& operation, const void* value,
                      HttpRequest& request) const override {
    request.method = "POST";
    request.target = "/";
    request.body += '{';
    write_json_members(*operation.input, value, JsonDialect::aws_json, request.body);
    request.body += '}';
    set_header(request.headers, "Content-Type", std::string(content_type_));
    set_header(request.headers, "X-Amz-Target",
               std::string(operation.service->target_prefix) + "." + std::string(operation.name));
    if (operation.service->query_compatible) {
      set_header(request.headers, "x-amzn-query-mode", "true");
    }
  }

  Outcome<void> decode_response(const api::Operation& operation, const HttpResponse& response,
                                void* value) const override {
    if (response.status >= 300) {
      const auto header = header_or_empty(response.headers, "x-amzn-errortype");
      return tl::unexpected(
          read_json_error_answer(operation, response, header, JsonDialect::aws_json));
    }
    return read_answer(response, [&] {
      if (response.content().empty()) return;
      read_json(response.content(), *operation.output, JsonDialect::aws_json, value);
    });
  }

 private:
  void finish(const api::Service& service, int status, std::string_view request_id,
              HttpResponse& response) const {
    response.status = status;
    set_header(response.headers, "x-amzn-RequestId", std::string(request_id));
    // AWS: DynamoDB alone sends it, and its SDKs verify it.
    if (service.id.starts_with("dynamodb")) {
      set_header(response.headers, "x-amz-crc32", std::to_string(crc32(response.body)));
    }
    set_header(response.headers, "Content-Type", std::string(content_type_));
  }

  std::string_view content_type_;
};

}  // namespace

const Codec& json_1_0_codec() {
  static const AwsJson codec("application/x-amz-json-1.0");
  return codec;
}

const Codec& json_1_1_codec() {
  static const AwsJson codec("application/x-amz-json-1.1");
  return codec;
}

}  // namespace fallstreak::protocols
