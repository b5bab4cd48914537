// https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html
#include <pugixml.hpp>

#include "base/encoding.h"
#include "protocols/codecs.h"
#include "protocols/error_answer.h"
#include "protocols/http_bindings.h"
#include "protocols/s3_names.h"
#include "protocols/xml_value.h"

namespace fallstreak::protocols {

namespace {

constexpr std::string_view kMalformedXml =
    "The XML you provided was not well-formed or did not validate against our published schema";

bool is_s3(const api::Service& service) { return service.signing_name == "s3"; }

/// AWS: milliseconds are always there, zero or not.
constexpr XmlStyle kRestXmlStyle{.fraction = Fraction::always, .has_http_bindings = true};

/// Some models give the namespace of the service, some of each request alone.
std::string_view namespace_of(const api::Service& service) {
  if (is_s3(service)) return kS3Namespace;
  if (!service.xml_namespace.empty()) return service.xml_namespace;
  for (const api::Operation* operation : service.operations) {
    if (!operation->input_namespace.empty()) return operation->input_namespace;
  }
  return {};
}

/// AWS: this operation's answer is its one member's text in the root itself.
bool is_unwrapped(const api::Operation& operation) {
  return operation.name == "GetBucketLocation" && is_s3(*operation.service);
}

class RestXml final : public Codec {
 public:
  void decode_request(const api::Operation& operation, HttpRequest& request,
                      const PathLabels& labels, void* value) const override {
    const bool is_object_store = is_s3(*operation.service);
    try {
      read_http_request(operation, request, labels, value);
    } catch (const BadParameter& bad) {
      throw ApiError(is_object_store ? "InvalidArgument" : "InvalidInput",
                     "Provided " + bad.name + " not " + expectation(bad.kind));
    } catch (const Malformed& malformed) {
      throw ApiError(is_object_store ? "InvalidURI" : "InvalidInput", malformed.what());
    }
    try {
      read_request_body(operation, request, value);
    } catch (const Malformed& malformed) {
      if (is_object_store) throw ApiError("MalformedXML", std::string(kMalformedXml));
      throw ApiError("MalformedInput", malformed.what());
    }
  }

  void encode_response(const api::Operation& operation, const void* value,
                       std::string_view request_id, HttpResponse& response) const override {
    response.status = operation.success_status;
    set_request_id(*operation.service, request_id, response);
    if (value == nullptr || operation.output == nullptr) return;
    const api::Shape& output = *operation.output;
    write_http_response(output, value, response);
    // AWS: part of an object is answered so; its model knows one status alone.
    if (find_header(response.headers, "Content-Range") != nullptr) response.status = 206;
    if (is_unwrapped(operation)) return write_unwrapped(output, value, response);
    if (const api::Member* payload = payload_of(output)) {
      return write_payload(operation, *payload, value, response);
    }
    if (!has_document(output)) return;
    std::string_view root = is_s3(*operation.service) ? s3_root(operation.name) : "";
    if (root.empty()) root = output.name;
    response.body += kXmlDeclaration;
    write_xml(root, namespace_of(*operation.service), output, value, kRestXmlStyle, response.body);
    set_header(response.headers, "Content-Type", content_type(*operation.service));
  }

  void encode_error(const api::Service& service, const api::Operation* operation,
                    const ApiError& error, std::string_view request_id,
                    HttpResponse& response) const override {
    response.status = error.status;
    set_request_id(service, request_id, response);
    if (error.shape != nullptr && error.members != nullptr) {
      write_http_response(*error.shape, error.members.get(), response);
    }
    // AWS: an unmodified object is answered with headers alone.
    if (error.status == 304) return;
    std::string& out = response.body;
    const bool is_object_store = is_s3(service);
    out += kXmlDeclaration;
    if (is_object_store) {
      out += "<Error>";
    } else {
      out += "<ErrorResponse xmlns=\"";
      out += namespace_of(service);
      out += "\"><Error>";
      append_xml_element(out, "Type", error.fault == Fault::sender ? "Sender" : "Receiver");
    }
    const api::Error* row = find_error(operation, error.code);
    append_xml_element(out, "Code", row == nullptr ? std::string_view(error.code) : row->code);
    append_xml_element(out, "Message", error.message);
    write_error_members(error, out);
    if (!is_object_store) out += "</Error>";
    append_xml_element(out, "RequestId", request_id);
    if (is_object_store) append_xml_element(out, "HostId", to_base64(request_id));
    out += is_object_store ? "</Error>" : "</ErrorResponse>";
    set_header(response.headers, "Content-Type", content_type(service));
  }

  void encode_request(const api::Operation& operation, const void* value,
                      HttpRequest& request) const override {
    write_http_request(operation, value, request);
    const api::Shape& input = *operation.input;
    if (const api::Member* payload = payload_of(input)) {
      if (is_raw_payload(*payload)) return write_raw_payload(*payload, value, request.body);
      if (!api::has(*payload, value)) return;
      request.body += kXmlDeclaration;
      const auto& space =
          payload->xml_namespace.empty() ? payload->shape->xml_namespace : payload->xml_namespace;
      write_xml(payload->wire, space, *payload->shape, api::get(*payload, value),
                {.fraction = Fraction::when_needed}, request.body);
    } else if (has_document(input)) {
      request.body += kXmlDeclaration;
      const auto& root = operation.input_root.empty() ? input.name : operation.input_root;
      write_xml(root, operation.input_namespace, input, value,
                {.fraction = Fraction::when_needed, .has_http_bindings = true}, request.body);
    } else {
      return;
    }
    set_header(request.headers, "Content-Type", "application/xml");
  }

  Outcome<void> decode_response(const api::Operation& operation, const HttpResponse& response,
                                void* value) const override {
    if (response.status >= 300) return decode_error(operation, response);
    std::optional<ApiError> late;
    const Outcome<void> read = read_answer(response, [&] {
      const api::Shape& output = *operation.output;
      read_http_response(output, response, value);
      const api::Member* payload = payload_of(output);
      if (payload != nullptr && is_raw_payload(*payload)) {
        return read_raw_payload(*payload, response, value);
      }
      if (response.content().empty()) return;
      if (payload == nullptr && !has_document(output)) return;
      const XmlDocument document(response.content());
      // AWS: a copy that fails after the answer began says so in a 200.
      if (document.root().name() == std::string_view("Error")) {
        late = read_error(operation, document, response);
      } else if (is_unwrapped(operation)) {
        read_unwrapped(document, output, value);
      } else if (payload != nullptr) {
        read_xml(document.root(), *payload->shape, payload, {}, api::emplace(*payload, value));
      } else {
        read_xml_members(document.root(), output, kRestXmlStyle, value);
      }
    });
    return late ? tl::unexpected(std::move(*late)) : read;
  }

 private:
  static std::string expectation(api::Kind kind) {
    switch (kind) {
      // AWS: `Provided max-keys not an integer or within integer range`.
      case api::Kind::integer:
      case api::Kind::long_:
        return "an integer or within integer range";
      case api::Kind::boolean:
        return "a boolean";
      case api::Kind::timestamp:
        return "a date";
      default:
        return "well-formed";
    }
  }

  static std::string content_type(const api::Service& service) {
    return is_s3(service) ? "application/xml" : "text/xml";
  }

  static void set_request_id(const api::Service& service, std::string_view request_id,
                             HttpResponse& response) {
    if (!is_s3(service)) {
      return set_header(response.headers, "x-amzn-RequestId", std::string(request_id));
    }
    set_header(response.headers, "x-amz-request-id", std::string(request_id));
    set_header(response.headers, "x-amz-id-2", to_base64(request_id));
  }

  static void read_request_body(const api::Operation& operation, HttpRequest& request,
                                void* value) {
    const api::Shape& input = *operation.input;
    const api::Member* payload = payload_of(input);
    if (payload != nullptr && is_raw_payload(*payload)) {
      return read_raw_payload(*payload, std::move(request.body), value);
    }
    if (request.body.empty()) return;
    if (payload == nullptr && !has_document(input)) return;
    const XmlDocument document(request.body);
    if (payload == nullptr) return read_xml_members(document.root(), input, kRestXmlStyle, value);
    std::string_view root = document.root().name();
    root.remove_prefix(root.find(':') + 1);
    if (root != payload->wire && root != payload->shape->name) {
      throw Malformed("The root element is not " + std::string(payload->wire));
    }
    read_xml(document.root(), *payload->shape, payload, {}, api::emplace(*payload, value));
  }

  static void write_payload(const api::Operation& operation, const api::Member& payload,
                            const void* value, HttpResponse& response) {
    if (is_raw_payload(payload)) {
      write_raw_payload(payload, value, response);
      if (!binds_content_type(*operation.output)) {
        set_header(response.headers, "Content-Type", "binary/octet-stream");
      }
      return;
    }
    if (!api::has(payload, value)) return;
    response.body += kXmlDeclaration;
    write_xml(payload.wire, namespace_of(*operation.service), *payload.shape,
              api::get(payload, value), {.fraction = Fraction::always}, response.body);
    set_header(response.headers, "Content-Type", content_type(*operation.service));
  }

  static void write_unwrapped(const api::Shape& output, const void* value, HttpResponse& response) {
    const api::Member& member = output.members.front();
    static const std::string kNone;
    const void* text = api::has(member, value) ? api::get(member, value) : &kNone;
    response.body += kXmlDeclaration;
    write_xml(member.wire, kS3Namespace, *member.shape, text, kRestXmlStyle, response.body);
    set_header(response.headers, "Content-Type", "application/xml");
  }

  static void read_unwrapped(const XmlDocument& document, const api::Shape& output, void* value) {
    std::string text = xml_text(document.root());
    if (text.empty()) return;
    *static_cast<std::string*>(api::emplace(output.members.front(), value)) = std::move(text);
  }

  static void write_error_members(const ApiError& error, std::string& out) {
    if (error.shape == nullptr || error.members == nullptr) return;
    for (const api::Member& member : error.shape->members) {
      if (is_message_member(member) || member.location != api::Location::body ||
          !api::has(member, error.members.get())) {
        continue;
      }
      write_xml(member.wire, {}, *member.shape, api::get(member, error.members.get()), kRestXmlStyle, out);
    }
  }

  /// AWS: answers to HEAD, and 304, have no body that would name the error.
  static std::string_view code_of_status(int status) {
    switch (status) {
      case 301:
        return "PermanentRedirect";
      case 304:
        return "NotModified";
      case 400:
        return "BadRequest";
      case 403:
        return "Forbidden";
      case 404:
        return "NotFound";
      case 405:
        return "MethodNotAllowed";
      case 412:
        return "PreconditionFailed";
      case 416:
        return "InvalidRange";
      case 503:
        return "ServiceUnavailable";
      default:
        return "InternalError";
    }
  }

  static ApiError read_error(const api::Operation& operation, const XmlDocument& document,
                             const HttpResponse& response) {
    pugi::xml_node element = document.root();
    if (element.name() != std::string_view("Error")) element = xml_child(element, "Error");
    if (!element) throw Malformed("The answer holds no Error");
    ApiError error = decoded_error(operation, xml_text(xml_child(element, "Code")),
                                   xml_text(xml_child(element, "Message")), response.status);
    if (xml_text(xml_child(element, "Type")) == "Receiver") error.fault = Fault::receiver;
    if (void* members = make_members(operation, error)) {
      read_http_response(*error.shape, response, members);
      read_xml_members(element, *error.shape, kRestXmlStyle, members);
    }
    return error;
  }

  static Outcome<void> decode_error(const api::Operation& operation, const HttpResponse& response) {
    if (response.content().empty()) {
      return tl::unexpected(
          decoded_error(operation, code_of_status(response.status), "", response.status));
    }
    ApiError error;
    const Outcome<void> read = read_answer(response, [&] {
      error = read_error(operation, XmlDocument(response.content()), response);
    });
    return read ? tl::unexpected(std::move(error)) : read;
  }
};

}  // namespace

const Codec& rest_xml_codec() {
  static const RestXml codec;
  return codec;
}

}  // namespace fallstreak::protocols
