// https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html
#include "protocols/codecs.h"
#include "protocols/error_answer.h"
#include "protocols/http_bindings.h"
#include "protocols/json_error.h"
#include "protocols/scalars.h"

namespace fallstreak::protocols {

namespace {

class RestJson final : public Codec {
 public:
  void decode_request(const api::Operation& operation, HttpRequest& request,
                      const PathLabels& labels, void* value) const override {
    try {
      read_http_request(operation, request, labels, value);
      const api::Shape& input = *operation.input;
      const api::Member* payload = payload_of(input);
      if (payload != nullptr && is_raw_payload(*payload)) {
        return read_raw_payload(*payload, std::move(request.body), value);
      }
      read_document(input, payload, request.body, value);
    } catch (const BadParameter& bad) {
      throw serialization_exception("STRING_VALUE cannot be converted to " +
                                    std::string(java_name(bad.kind)));
    } catch (const Malformed& malformed) {
      throw serialization_exception(malformed.what());
    }
  }

  void encode_response(const api::Operation& operation, const void* value,
                       std::string_view request_id, HttpResponse& response) const override {
    response.status = operation.success_status;
    set_header(response.headers, "x-amzn-RequestId", std::string(request_id));
    if (value == nullptr || operation.output == nullptr) return;
    const api::Shape& output = *operation.output;
    write_http_response(output, value, response);
    const api::Member* payload = payload_of(output);
    if (payload != nullptr && is_raw_payload(*payload)) {
      write_raw_payload(*payload, value, response);
      if (!binds_content_type(output)) set_content_type(response.headers, raw_type(*payload));
    } else if (write_document(output, payload, value, response.body)) {
      set_content_type(response.headers, "application/json");
    }
  }

  void encode_error(const api::Service& /*service*/, const api::Operation* operation,
                    const ApiError& error, std::string_view request_id,
                    HttpResponse& response) const override {
    response.status = error.status;
    set_header(response.headers, "x-amzn-RequestId", std::string(request_id));
    set_header(response.headers, "x-amzn-ErrorType", std::string(shape_name(operation, error)));
    if (error.shape != nullptr && error.members != nullptr) {
      write_http_response(*error.shape, error.members.get(), response);
      response.status = error.status;
    }
    response.body += '{';
    write_json_error_members(operation, error, JsonDialect::rest_json, response.body);
    response.body += '}';
    set_header(response.headers, "Content-Type", "application/json");
  }

  void encode_request(const api::Operation& operation, const void* value,
                      HttpRequest& request) const override {
    write_http_request(operation, value, request);
    const api::Shape& input = *operation.input;
    const api::Member* payload = payload_of(input);
    if (payload != nullptr && is_raw_payload(*payload)) {
      write_raw_payload(*payload, value, request.body);
      if (!binds_content_type(input)) set_content_type(request.headers, raw_type(*payload));
    } else if (write_document(input, payload, value, request.body)) {
      set_content_type(request.headers, "application/json");
    }
  }

  Outcome<void> decode_response(const api::Operation& operation, const HttpResponse& response,
                                void* value) const override {
    if (response.status >= 300) {
      const auto header = header_or_empty(response.headers, "x-amzn-errortype");
      ApiError error = read_json_error_answer(operation, response, header, JsonDialect::rest_json);
      if (error.members != nullptr) {
        // Made a moment ago and not shared yet.
        read_http_response(*error.shape, response, const_cast<void*>(error.members.get()));
      }
      return tl::unexpected(std::move(error));
    }
    return read_answer(response, [&] {
      const api::Shape& output = *operation.output;
      read_http_response(output, response, value);
      const api::Member* payload = payload_of(output);
      if (payload != nullptr && is_raw_payload(*payload)) {
        return read_raw_payload(*payload, response, value);
      }
      read_document(output, payload, response.content(), value);
    });
  }

 private:
  static void set_content_type(Headers& headers, std::string_view type) {
    if (find_header(headers, "Content-Type") == nullptr) {
      set_header(headers, "Content-Type", std::string(type));
    }
  }

  static std::string_view raw_type(const api::Member& payload) {
    return payload.shape->kind == api::Kind::string ? "text/plain" : "application/octet-stream";
  }

  /// True when there is a document to send.
  static bool write_document(const api::Shape& shape, const api::Member* payload, const void* value,
                             std::string& body) {
    if (payload != nullptr) {
      if (!api::has(*payload, value)) return false;
      write_json(*payload->shape, api::get(*payload, value), JsonDialect::rest_json, body);
      return true;
    }
    if (!has_document(shape)) return false;
    body += '{';
    write_json_members(shape, value, JsonDialect::rest_json, body);
    body += '}';
    return true;
  }

  static void read_document(const api::Shape& shape, const api::Member* payload,
                            std::string_view body, void* value) {
    if (body.empty()) return;
    if (payload != nullptr) {
      read_json(body, *payload->shape, JsonDialect::rest_json, api::emplace(*payload, value));
    } else if (has_document(shape)) {
      read_json(body, shape, JsonDialect::rest_json, value);
    }
  }
};

}  // namespace

const Codec& rest_json_codec() {
  static const RestJson codec;
  return codec;
}

}  // namespace fallstreak::protocols
