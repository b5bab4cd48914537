// https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html
#include "protocols/cbor.h"
#include "protocols/cbor_value.h"
#include "protocols/codecs.h"
#include "protocols/error_answer.h"
#include "protocols/json_error.h"

namespace fallstreak::protocols {

namespace {

class RpcV2Cbor final : public Codec {
 public:
  void decode_request(const api::Operation& operation, HttpRequest& request,
                      const PathLabels& /*labels*/, void* value) const override {
    // Operations without input are called without a body.
    if (request.body.empty()) return;
    try {
      read_cbor(request.body, *operation.input, value);
    } catch (const Malformed& malformed) {
      throw serialization_exception(malformed.what());
    }
  }

  void encode_response(const api::Operation& operation, const void* value,
                       std::string_view request_id, HttpResponse& response) const override {
    if (value != nullptr && operation.output != nullptr) {
      write_cbor(*operation.output, value, response.body);
    } else {
      cbor::append_head(response.body, cbor::Major::map, 0);
    }
    finish(operation.success_status, request_id, response);
  }

  void encode_error(const api::Service& service, const api::Operation* operation,
                    const ApiError& error, std::string_view request_id,
                    HttpResponse& response) const override {
    std::string members;
    std::uint64_t count = 2;
    if (error.shape != nullptr && error.members != nullptr) {
      for (const api::Member& member : error.shape->members) {
        if (is_message_member(member) || !api::has(member, error.members.get())) continue;
        cbor::append_text(members, member.name);
        write_cbor(*member.shape, api::get(member, error.members.get()), members);
        ++count;
      }
    }
    cbor::append_head(response.body, cbor::Major::map, count);
    cbor::append_text(response.body, "__type");
    cbor::append_text(response.body, qualified_error_type(service, shape_name(operation, error)));
    cbor::append_text(response.body, message_key(operation, error));
    cbor::append_text(response.body, error.message);
    response.body += members;
    if (service.query_compatible) set_query_error(operation, error, response);
    finish(error.status, request_id, response);
  }

  void encode_request(const api::Operation& operation, const void* value,
                      HttpRequest& request) const override {
    request.method = "POST";
    request.target = "/service/" + std::string(operation.service->rpc_service) + "/operation/" +
                     std::string(operation.name);
    write_cbor(*operation.input, value, request.body);
    set_header(request.headers, "Smithy-Protocol", "rpc-v2-cbor");
    set_header(request.headers, "Content-Type", "application/cbor");
    set_header(request.headers, "Accept", "application/cbor");
    if (operation.service->query_compatible) {
      set_header(request.headers, "x-amzn-query-mode", "true");
    }
  }

  Outcome<void> decode_response(const api::Operation& operation, const HttpResponse& response,
                                void* value) const override {
    if (response.status >= 300) return tl::unexpected(read_error(operation, response));
    return read_answer(response, [&] {
      if (response.content().empty()) return;
      read_cbor(response.content(), *operation.output, value);
    });
  }

 private:
  static void finish(int status, std::string_view request_id, HttpResponse& response) {
    response.status = status;
    set_header(response.headers, "smithy-protocol", "rpc-v2-cbor");
    set_header(response.headers, "x-amzn-RequestId", std::string(request_id));
    set_header(response.headers, "Content-Type", "application/cbor");
  }

  static ApiError read_error(const api::Operation& operation, const HttpResponse& response) {
    CborError read = read_cbor_error(response.content());
    std::string_view type = bare_error_type(read.type);
    if (const auto code = query_error_code(response); !code.empty()) type = code;
    const std::string status = std::to_string(response.status);
    ApiError error = decoded_error(operation, type.empty() ? std::string_view(status) : type,
                                   std::move(read.message), response.status);
    if (void* members = make_members(operation, error)) {
      const Outcome<void> filled =
          read_answer(response, [&] { read_cbor(response.content(), *error.shape, members); });
      // The code and the text are worth more than members that do not read.
      if (!filled) error.members = nullptr, error.shape = nullptr;
    }
    return error;
  }
};

}  // namespace

const Codec& rpc_v2_cbor_codec() {
  static const RpcV2Cbor codec;
  return codec;
}

}  // namespace fallstreak::protocols
